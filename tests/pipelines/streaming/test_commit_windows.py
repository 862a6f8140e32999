"""A window is committed once, with what it staged and what was staged before it."""

from datetime import timedelta
from pathlib import Path

from pipelines.options import IngestOptions
from pipelines.streaming.commit_windows import commit_window
from schemas.columns import to_table
from schemas.pages import StagedFile
from schemas.stories import QUIET_FEED, Notice
from schemas.streams import Gathered, Stream
from tests.fixtures.datasets import manifests, rows, stage
from tests.fixtures.records import NOW, draft, link, run_in, story
from transforms.storage.agreement import agree
from transforms.storage.files import LocalFiles
from transforms.storage.lock import Lock
from transforms.storage.tables import write_aside

OPTIONS = IngestOptions(feeds=("https://news.example/feed",), output="out")
FIRST, SECOND = NOW + timedelta(minutes=15), NOW + timedelta(minutes=30)


def stream(folder: Path) -> Stream:
    run = run_in(folder)
    agree(LocalFiles(str(folder)), run.partition_by, NOW)
    return Stream(run=run, every=timedelta(minutes=5), window=timedelta(minutes=15))


def staged(of: Stream, window: object, number: int) -> StagedFile:
    text = story(number)
    page = link(f"https://news.example/{number}")
    run = of.reading_of(window, f"hosts-{number}", NOW)  # type: ignore[arg-type]  # a moment
    return stage(run, "drafts", [draft(*text, of=page, title=f"Story {number}")])


def test_a_window_takes_up_what_is_staged_up_to_its_end_and_leaves_what_is_later(tmp_path: Path) -> None:
    of = stream(tmp_path)
    mine, _left, _later = staged(of, FIRST, 1), staged(of, NOW, 2), staged(of, SECOND, 3)
    with Lock(LocalFiles(str(tmp_path)), of.run.run_id):
        record = commit_window(of.run_of(FIRST), Gathered(links=1, staged=[mine]), OPTIONS)
        assert record is not None
        assert record.accounting.sentence() == "2 links = 2 articles + 0 duplicates + 0 failures + 0 drops"
        assert sorted(row["url"][-1] for row in rows(tmp_path, "articles")) == ["1", "2"]
        second = commit_window(of.run_of(SECOND), Gathered(), OPTIONS)
    assert second is not None
    assert sorted(row["url"][-1] for row in rows(tmp_path, "articles")) == ["1", "2", "3"]


def test_a_window_that_is_committed_again_is_found_done(tmp_path: Path) -> None:
    of = stream(tmp_path)
    gathered = Gathered(links=1, staged=[staged(of, FIRST, 1)])
    with Lock(LocalFiles(str(tmp_path)), of.run.run_id):
        first = commit_window(of.run_of(FIRST), gathered, OPTIONS)
        assert commit_window(of.run_of(FIRST), gathered, OPTIONS) == first
        (tmp_path / "_meta" / "runs" / f"{of.run_of(FIRST).run_id}.json").unlink()  # killed before it was written
        again = commit_window(of.run_of(FIRST), gathered, OPTIONS)
    assert again is not None
    assert again.accounting.articles == 1
    assert len(manifests(tmp_path)) == len(rows(tmp_path, "articles")) == 1


def test_a_feed_that_went_quiet_is_told_in_the_record_of_its_window(tmp_path: Path) -> None:
    of = stream(tmp_path)
    quiet = Notice(kind=QUIET_FEED, subject="https://news.example/feed", count=25, examples=("60 minutes",))
    files, run_id = LocalFiles(str(tmp_path)), of.run_of(FIRST).run_id
    told = write_aside(to_table([quiet], Notice), "notices", "", files, run_id)
    with Lock(files, of.run.run_id):
        record = commit_window(of.run_of(FIRST), Gathered(files=[told]), OPTIONS)
    assert record is not None
    assert record.notices == (quiet.sentence(),)


def test_a_window_without_anything_is_no_run(tmp_path: Path) -> None:
    of = stream(tmp_path)
    assert commit_window(of.run_of(FIRST), Gathered(), OPTIONS) is None
