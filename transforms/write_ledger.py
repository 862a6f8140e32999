"""WriteLedger: failures, drops, sources and their health, and what the next run must know of the links behind them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import apache_beam as beam

from schemas.failures import Drop, DropReason, Failure, Fate, Subject
from schemas.links import Link
from schemas.runs import Run, WrittenFile
from schemas.sources import FeedHealth, SourceRead
from schemas.state import LinkState, RobotsKnown, retry_time
from transforms.web.masking import without_credentials
from transforms.write_records import WriteRecords


@dataclass
class WriteLedger(beam.PTransform):
    """All that left the main path, as finished files of the tables where it belongs."""

    run: Run

    def expand(self, entries: beam.PCollection) -> beam.PCollection:
        day = self.run.day
        return (
            self._write(entries, "failures", Failure, day, failure_row),
            self._write(entries, "drops", Drop, "", drop_row),
            self._write(entries, "links", LinkState, "", state_after),
            self._write(entries, "feeds", FeedHealth, day, feed_row),
            self._write(entries, "sources", SourceRead, "", source_row),
            self._write(entries, "robots", RobotsKnown, "", robots_row),
        ) | beam.Flatten()

    def _write(
        self,
        entries: beam.PCollection,
        table: str,
        record: type,
        folder: str,
        rows: Callable[..., Iterator[Any]],
    ) -> beam.PCollection:
        chosen = entries | f"Choose {table}" >> beam.FlatMap(partial(rows, run=self.run)).with_output_types(record)
        written = chosen | f"Write {table}" >> WriteRecords(table, record, folder, self.run)
        written.element_type = WrittenFile
        return written


def failure_row(entry: object, run: Run) -> Iterator[Failure]:
    """The failure as a row of this run, with the time from which it may be tried again."""
    if isinstance(entry, Fate) and isinstance(entry.record, Failure):
        yield replace(_dated(entry.record, run), retry_at=_retry_at(entry, run), run_id=run.run_id)


def drop_row(entry: object, run: Run) -> Iterator[Drop]:
    """The drop as a row of this run."""
    if isinstance(entry, Fate) and isinstance(entry.record, Drop):
        yield replace(entry.record, run_id=run.run_id)


def feed_row(entry: object, run: Run) -> Iterator[FeedHealth]:
    """The health of a feed as a row of this run."""
    if isinstance(entry, FeedHealth):
        yield replace(entry, run_id=run.run_id)


def source_row(entry: object, run: Run) -> Iterator[SourceRead]:
    """The reading of a source as a row of this run."""
    if isinstance(entry, SourceRead):
        yield replace(entry, run_id=run.run_id)


def robots_row(entry: object, run: Run) -> Iterator[RobotsKnown]:
    """What a robots.txt says, as a row of this run."""
    if isinstance(entry, RobotsKnown):
        yield replace(entry, run_id=run.run_id)


def state_after(entry: object, run: Run) -> Iterator[LinkState]:
    """What the dataset remembers of a link that failed, or that was read again and found unchanged."""
    if not isinstance(entry, Fate) or entry.link is None or entry.link.url_key is None:
        return
    if isinstance(entry.record, Failure):
        yield replace(
            _remembered(entry, run),
            reason=entry.record.reason,
            failures=entry.link.failed_before + 1,
            retry_at=_retry_at(entry, run),
            link=replace(entry.link, previous=None, feed_text=None) if _may_be_kept(entry.link) else None,
        )
    elif entry.record.reason is DropReason.UNCHANGED and entry.link.previous:
        yield _remembered(entry, run)


def _remembered(fate: Fate, run: Run) -> LinkState:
    """The state before, as of this run."""
    link: Any = fate.link
    before = link.previous
    return LinkState(
        url_key=link.url_key,
        at=run.started_at,
        version=link.version,
        content_hash=before.content_hash if before else None,
        revision=before.revision if before else 0,
        first_seen_at=before.first_seen_at if before else None,
    )


def _may_be_kept(link: Link) -> bool:
    """Whether a link can lie in the dataset for later runs: not with a password or token in its address."""
    addresses = filter(None, (link.url, link.redirected_to))
    return all(without_credentials(each) == each for each in addresses)


def _dated(failure: Failure, run: Run) -> Failure:
    return replace(failure, at=failure.at or run.started_at)


def _retry_at(fate: Fate, run: Run) -> datetime | None:
    """None for sources, which are asked in every run."""
    record: Any = fate.record
    if record.subject is not Subject.LINK:
        return record.retry_at
    failures = (fate.link.failed_before if fate.link else 0) + 1
    return retry_time(record.reason, failures, record.at or run.started_at, record.retry_at)
