"""When a window is closed."""

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

from pipelines.streaming.progress import Progress
from schemas.pages import StagedFile
from schemas.streams import Polled, Reading

FIRST, SECOND, THIRD = (datetime(2026, 11, 23, 12, minute, tzinfo=UTC) for minute in (15, 30, 45))
STAGED = StagedFile(path="_meta/staging/a/drafts/b.parquet", rows=2)


def polled(owner: str, first: int, window: datetime, **more: Any) -> Polled:
    return Polled(**{"owner": owner, "first": first, "number": first, "window": window} | more)


def closed(*reports: Polled | Reading, owners: int = 1) -> list[datetime]:
    """Windows in the order in which they were taken, looked at after each report."""
    progress, found = Progress(owners), []
    for report in reports:
        progress.add(report)
        found += [end for end, _ in progress.take_closed()]
    return found


def test_a_window_is_open_until_its_owner_is_in_the_next() -> None:
    assert closed(polled("a", 0, FIRST), polled("a", 1, FIRST)) == []
    assert closed(polled("a", 0, FIRST), polled("a", 1, SECOND)) == [FIRST]


def test_a_window_waits_for_the_slowest_owner() -> None:
    ahead = polled("a", 0, FIRST), polled("a", 1, THIRD)
    assert closed(*ahead, owners=2) == []
    assert closed(*ahead, polled("b", 0, FIRST), owners=2) == []
    assert closed(*ahead, polled("b", 0, SECOND), owners=2) == [FIRST]


def test_a_window_waits_for_its_errands_and_holds_back_those_that_follow() -> None:
    reports = [polled("a", 0, FIRST, errands=1), polled("a", 1, SECOND), polled("a", 2, THIRD)]
    assert closed(*reports) == []
    assert closed(*reports, Reading(window=FIRST, links=3)) == [FIRST, SECOND]


def test_reports_may_come_in_any_order() -> None:
    reports = [
        polled("a", 0, FIRST, errands=2),
        polled("a", 1, SECOND, number=4),
        polled("a", 5, THIRD, last=True),
        Reading(window=FIRST, links=1),
        Reading(window=FIRST, links=2),
    ]
    assert {tuple(closed(*each)) for each in permutations(reports)} == {(FIRST, SECOND, THIRD)}


def test_what_is_gathered_of_a_window_is_the_sum_of_its_reports() -> None:
    progress = Progress(1)
    for report in (
        polled("a", 0, FIRST, errands=2),
        Reading(window=FIRST, links=3, staged=(STAGED,)),
        Reading(window=FIRST, links=4),
        polled("a", 1, SECOND),
    ):
        progress.add(report)
    [(end, gathered)] = progress.take_closed()
    assert (end, gathered.links, gathered.staged) == (FIRST, 7, [STAGED])


def test_a_stream_has_ended_when_all_owners_had_their_last_order_and_no_window_is_open() -> None:
    progress = Progress(2)
    progress.add(polled("a", 0, FIRST, last=True))
    assert not progress.ended
    progress.add(polled("b", 0, FIRST, last=True, errands=1))
    assert list(progress.take_closed()) == []
    assert not progress.ended
    progress.add(Reading(window=FIRST, links=1))
    assert [end for end, _ in progress.take_closed()] == [FIRST]
    assert progress.ended
