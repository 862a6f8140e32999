"""WakeOwners: the unbounded source of a stream. It tells owners of hosts, again and again, to look at their feeds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import apache_beam as beam
from apache_beam.io.restriction_trackers import OffsetRange, OffsetRestrictionTracker
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.transforms.core import RestrictionProvider
from apache_beam.transforms.window import TimestampedValue
from apache_beam.utils.timestamp import Duration, Timestamp

from schemas.sources import FeedSource
from schemas.streams import SHORTEST_TICK, Order, Stream
from transforms.filesystems import dataset_files
from transforms.storage.streams import has_ended, is_asked_to_stop

FOREVER = 2**62  # ticks
LAST = FOREVER - 2  # the number of the last order, whenever it comes

Owned = tuple[str, tuple[FeedSource, ...]]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class WakeOwners(beam.PTransform):
    """Orders by owner, in event time, one each tick, until there is a stop mark; the last order says so.

    An order is made when the clock says so, and not when the runner does: Flink wakes a source too early. Orders are
    numbered without a gap: one that comes late, after a pause, covers the ticks that were missed.
    """

    stream: Stream

    def expand(self, owned: beam.PCollection) -> beam.PCollection:
        return owned | beam.ParDo(_Wake(self.stream)).with_output_types(tuple[str, Order])


class _Ticks(RestrictionProvider):
    """The numbers of all orders that an owner will ever get."""

    def initial_restriction(self, _element: Owned) -> OffsetRange:
        return OffsetRange(0, FOREVER)

    def create_tracker(self, restriction: OffsetRange) -> OffsetRestrictionTracker:
        return OffsetRestrictionTracker(restriction)

    def restriction_size(self, _element: Owned, _restriction: OffsetRange) -> int:
        return 1

    def truncate(self, _element: Owned, _restriction: OffsetRange) -> None:
        return None


class _Wake(beam.DoFn):
    def __init__(self, stream: Stream, now: Callable[[], datetime] = utc_now) -> None:
        self._stream, self._now = stream, now

    @beam.DoFn.unbounded_per_element()
    def process(
        self,
        owned: Owned,
        ticks: Any = beam.DoFn.RestrictionParam(_Ticks()),  # noqa: B008  # as Beam wants it
        watermark: Any = beam.DoFn.WatermarkEstimatorParam(ManualWatermarkEstimator.default_provider()),  # noqa: B008
    ) -> Iterable[TimestampedValue]:
        first, now, files = ticks.current_restriction().start, self._now(), dataset_files(self._stream.run.output)
        if first > LAST:
            _end_or_wait(ticks, ended=has_ended(files))
            return
        last = is_asked_to_stop(files)
        number = LAST if last else self._stream.number_at(now)
        if number < first:
            ticks.defer_remainder(_pause(self._stream.due(first) - now))
            return
        if not ticks.try_claim(number):
            return
        before = watermark.current_watermark()
        at = max(now, before.to_utc_datetime(has_tz=True) if before else self._stream.run.started_at)
        order = Order(first=first, number=number, at=at, feeds=() if last else owned[1], last=last)
        yield TimestampedValue((owned[0], order), Timestamp.of(at))
        watermark.set_watermark(Timestamp.of(at))
        ticks.defer_remainder(_pause(SHORTEST_TICK if last else self._stream.due(number + 1) - now))


def _end_or_wait(ticks: Any, *, ended: bool) -> None:
    """Let the watermark go to the end of time, once the last window is committed: Prism ends a job too early else."""
    if ended:
        ticks.try_claim(FOREVER)
    else:
        ticks.defer_remainder(_pause(SHORTEST_TICK))


def _pause(left: timedelta) -> Duration:
    return Duration(max(left.total_seconds(), 0.0))
