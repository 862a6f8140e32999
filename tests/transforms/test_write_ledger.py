from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from schemas.failures import Drop, DropReason, Failure, Fate, Reason, Stage, Subject
from schemas.links import Previous
from schemas.sources import FeedHealth, SourceKind, SourceRead, SourceStatus
from schemas.state import LinkState
from tests.fixtures.records import NOW, URL, link, run_in
from tests.fixtures.verbs import run_verb
from transforms.write_ledger import WriteLedger, drop_row, failure_row, feed_row, source_row, state_after

RUN = run_in(Path("out"))
EARLIER = NOW - timedelta(minutes=5)
FAILURE = Failure(url=URL, stage=Stage.OPEN, reason=Reason.HTTP_SERVER_ERROR)
BEFORE = Previous(content_hash="c", revision=2, first_seen_at=EARLIER)
READ = SourceRead(source="s", kind=SourceKind.FEED, status=SourceStatus.READ)
HEALTH = FeedHealth(feed_url="f", status=SourceStatus.READ, fetched_at=NOW)
DROP = Drop(url=URL, reason=DropReason.SEEN)


def fate(record: Failure | Drop = FAILURE, **fields: object) -> Fate:
    return Fate(record=record, link=link(**fields))


def failed(**fields: object) -> LinkState:
    (state,) = state_after(fate(**fields), RUN)
    return state


def test_a_failure_carries_its_run_and_its_time() -> None:
    (row,) = failure_row(fate(), RUN)
    assert (row.run_id, row.at) == (RUN.run_id, NOW)
    (row,) = failure_row(fate(replace(FAILURE, at=EARLIER)), RUN)
    assert row.at == EARLIER


def test_a_passing_failure_may_be_tried_by_the_next_run_and_later_ever_more_rarely() -> None:
    pauses = [failed(failed_before=times).retry_at - NOW for times in range(4)]  # type: ignore[operator]
    assert pauses[0] == timedelta()
    assert pauses[1:] == sorted(set(pauses[1:]))


def test_what_the_publisher_will_not_change_soon_waits_a_day() -> None:
    (row,) = failure_row(fate(replace(FAILURE, reason=Reason.NOT_FOUND)), RUN)
    assert row.retry_at == NOW + timedelta(days=1)


def test_nobody_is_asked_before_the_time_that_the_host_named() -> None:
    asked_for = NOW + timedelta(hours=3)
    (row,) = failure_row(fate(replace(FAILURE, reason=Reason.HOST_PAUSED, retry_at=asked_for)), RUN)
    assert row.retry_at == asked_for


def test_the_row_and_the_state_name_the_same_time() -> None:
    for reason in Reason:
        each = fate(replace(FAILURE, reason=reason, at=EARLIER), failed_before=3)
        assert next(failure_row(each, RUN)).retry_at == next(state_after(each, RUN)).retry_at


def test_a_failed_link_is_kept_for_the_runs_that_follow() -> None:
    given = link(failed_before=1, previous=BEFORE, version="item:2")
    (state,) = state_after(Fate(record=FAILURE, link=given), RUN)
    assert state.link == replace(given, previous=None)
    assert (state.reason, state.failures, state.version) == (Reason.HTTP_SERVER_ERROR, 2, "item:2")
    assert (state.content_hash, state.revision, state.first_seen_at) == ("c", 2, EARLIER)


def test_an_unchanged_link_is_remembered_as_read_today() -> None:
    unchanged = Drop(url=URL, reason=DropReason.UNCHANGED)
    assert list(state_after(fate(unchanged, previous=BEFORE, version="item:2"), RUN)) == [
        LinkState(
            url_key=f"key of {URL}", at=NOW, version="item:2", content_hash="c", revision=2, first_seen_at=EARLIER
        )
    ]


def test_other_drops_and_sources_change_nothing() -> None:
    assert list(state_after(fate(DROP, previous=BEFORE), RUN)) == []
    assert list(state_after(Fate(record=replace(FAILURE, subject=Subject.SOURCE)), RUN)) == []
    assert list(state_after(READ, RUN)) == []


def test_each_table_takes_what_is_its_own() -> None:
    entries = [fate(), fate(DROP), HEALTH, READ]
    for take, taken in ((failure_row, 0), (drop_row, 1), (feed_row, 2), (source_row, 3)):
        rows = [len(list(take(entry, RUN))) for entry in entries]
        assert rows == [int(place == taken) for place in range(4)]
    assert next(drop_row(fate(DROP), RUN)).run_id == next(feed_row(HEALTH, RUN)).run_id == RUN.run_id


def test_the_ledger_becomes_files_of_its_tables(tmp_path: Path) -> None:
    source = Fate(record=replace(FAILURE, subject=Subject.SOURCE, reason=Reason.NOT_A_FEED))
    entries = [fate(), source, fate(DROP), HEALTH, READ]
    done = run_verb(lambda _: WriteLedger(run_in(tmp_path)), entries)
    written: Counter[tuple[str, int, int]] = Counter((each.table, each.rows, each.fates) for each in done.outputs)
    assert written == Counter(
        [("failures", 2, 1), ("drops", 1, 1), ("links", 1, 0), ("feeds", 1, 0), ("sources", 1, 0)]
    )
    folders = {each.table: Path(each.path).parent.as_posix() for each in done.outputs}
    assert folders["failures"] == "failures/run_date=2026-11-23"
    assert folders["drops"].startswith("_meta/state/drops")
