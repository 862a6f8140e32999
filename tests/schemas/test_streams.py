"""The clock and the windows of a stream."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.streams import Stream
from tests.fixtures.records import NOW, run_in

MINUTE = timedelta(minutes=1)


def stream(**given: Any) -> Stream:
    return Stream(**{"run": run_in(Path("out")), "every": 5 * MINUTE, "window": 15 * MINUTE} | given)


def test_windows_lie_side_by_side_and_are_named_by_their_end() -> None:
    assert stream().window_of(NOW) == NOW + 15 * MINUTE
    assert stream().window_of(NOW + 15 * MINUTE - timedelta(microseconds=1)) == NOW + 15 * MINUTE
    assert stream().window_of(NOW + 15 * MINUTE) == NOW + 30 * MINUTE


def test_the_run_of_a_window_is_the_same_whoever_asks_and_its_readings_sort_behind_it() -> None:
    end = datetime(2026, 11, 23, 12, 15, tzinfo=UTC)
    run = stream().run_of(end)
    assert (run.run_id, run.started_at, run.stream) == ("20261123T121500Z-000001", end, run_in(Path("out")).run_id)
    assert stream().run_of(end, NOW).run_id == run.run_id
    reading, later = stream().reading_of(end, "hosts-1-abc", NOW).run_id, stream().run_of(end + 15 * MINUTE).run_id
    assert run.run_id < reading < f"{run.run_id}~" < later


@pytest.mark.parametrize(("every", "tick"), [(MINUTE, 6), (timedelta(seconds=2), 1), (60 * MINUTE, 30)])
def test_feeds_are_looked_at_ten_times_in_their_interval_within_bounds(every: timedelta, tick: int) -> None:
    assert stream(every=every, window=60 * MINUTE).tick == timedelta(seconds=tick)


def test_ticks_are_counted_from_the_start_and_never_before_it() -> None:
    assert [stream().number_at(NOW + timedelta(seconds=each)) for each in (-5, 0, 29, 30)] == [0, 0, 0, 1]
    assert stream().due(2) == NOW + MINUTE


@pytest.mark.parametrize("wrong", [{"every": timedelta()}, {"window": MINUTE}])
def test_a_stream_that_cannot_be_is_refused(wrong: dict[str, timedelta]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        stream(**wrong)
