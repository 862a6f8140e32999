"""Orders come when the clock says so, numbered without a gap, until there is a stop mark."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apache_beam.io.restriction_trackers import OffsetRange, OffsetRestrictionTracker
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.utils.timestamp import Timestamp

from schemas.sources import FeedSource
from schemas.streams import Order, Stream
from tests.fixtures.records import NOW, run_in
from transforms.storage.files import LocalFiles
from transforms.storage.streams import ask_stream_to_stop, mark_end
from transforms.wake_owners import FOREVER, LAST, _Wake

FEEDS = (FeedSource(url="https://news.example/feed", source="feeds.opml"),)


class Ticks(OffsetRestrictionTracker):
    """A tracker that remembers for how long the rest was put off."""

    put_off: float | None = None

    def defer_remainder(self, pause: Any) -> None:
        self.put_off = float(pause)


@pytest.fixture
def clock() -> list[datetime]:
    return [NOW]


@pytest.fixture
def source(tmp_path: Path, clock: list[datetime]) -> _Wake:
    stream = Stream(run=run_in(tmp_path), every=timedelta(minutes=5), window=timedelta(minutes=15))
    return _Wake(stream, lambda: clock[0])


def orders(source: _Wake, ticks: Ticks, watermark: ManualWatermarkEstimator | None = None) -> list[Order]:
    found: Iterator[Any] = source.process(("hosts-0", FEEDS), ticks, watermark or ManualWatermarkEstimator(None))
    return [each.value[1] for each in found]


def test_an_order_names_the_feeds_and_the_next_is_put_off_by_a_tick(source: _Wake) -> None:
    ticks, watermark = Ticks(OffsetRange(0, FOREVER)), ManualWatermarkEstimator(None)
    assert orders(source, ticks, watermark) == [Order(first=0, number=0, at=NOW, feeds=FEEDS)]
    assert ticks.put_off == 30.0
    assert watermark.current_watermark() == Timestamp.of(NOW)


def test_a_source_that_is_woken_too_early_gives_no_order(source: _Wake, clock: list[datetime]) -> None:
    clock[0] = NOW + timedelta(seconds=10)
    ticks = Ticks(OffsetRange(1, FOREVER))
    assert orders(source, ticks) == []
    assert ticks.put_off == 20.0


def test_an_order_that_comes_late_covers_the_ticks_that_were_missed(source: _Wake, clock: list[datetime]) -> None:
    clock[0] = NOW + timedelta(minutes=10)
    [order] = orders(source, Ticks(OffsetRange(3, FOREVER)))
    assert (order.first, order.number) == (3, 20)


def test_time_does_not_go_back_when_the_clock_does(source: _Wake) -> None:
    later = NOW + timedelta(hours=1)
    [order] = orders(source, Ticks(OffsetRange(0, FOREVER)), ManualWatermarkEstimator(Timestamp.of(later)))
    assert order.at == later


def test_the_last_order_polls_nothing_and_the_source_waits_for_the_last_commit(source: _Wake, tmp_path: Path) -> None:
    files = LocalFiles(str(tmp_path))
    ask_stream_to_stop(files)
    ticks = Ticks(OffsetRange(7, FOREVER))
    assert orders(source, ticks) == [Order(first=7, number=LAST, at=NOW, last=True)]
    waiting = Ticks(OffsetRange(LAST + 1, FOREVER))
    assert orders(source, waiting) == []
    assert waiting.put_off == 1.0
    mark_end(files)
    ended = Ticks(OffsetRange(LAST + 1, FOREVER))
    assert orders(source, ended) == []
    ended.check_done()
