from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import apache_beam as beam
import pytest

from schemas.articles import Article, Duplicate
from schemas.failures import Drop, DropReason, Failure, Reason, Stage, Subject
from schemas.pages import StagedFile
from schemas.runs import Accounting, Outcome, WrittenFile
from schemas.sources import SourceKind, SourceRead, SourceStatus
from tests.fixtures.datasets import finish, manifests, record_of, rows, stage
from tests.fixtures.records import NOW, article, draft, link, run_in, story
from tests.fixtures.verbs import run_verb
from transforms.commit_run import CommitRun, CountLinks, account, commit_run, outcome_of
from transforms.filesystems import dataset_files
from transforms.stage_articles import take_up
from transforms.storage import layout
from transforms.storage.lock import Lock, read_owner
from transforms.storage.manifests import Manifest, manifest_bytes

FAILURE = Failure(url="u", stage=Stage.OPEN, reason=Reason.GONE)
SOURCE = Failure(url="f", stage=Stage.READ, reason=Reason.NOT_A_FEED, subject=Subject.SOURCE)
DROP = Drop(url="u", reason=DropReason.SEEN)


def articles(count: int) -> list[Article]:
    return [article(*story(n), of=link(f"https://news.example/{n}")) for n in range(count)]


def duplicate() -> Duplicate:
    return Duplicate(
        article_id="a", url="u", canonical_url=None, host=None, title=None, text="t", language=None, published_at=None,
        fetched_at=NOW, feed_url=None, content_hash="c", duplicate_of="b", cluster_id="b", method="exact",
        similarity=1.0, run_id="r",
    )  # type: ignore[arg-type]  # fmt: skip


def aside(folder: Path, table: str, records: Sequence[object]) -> WrittenFile:
    below = "run_date=2026-11-23" if table in {"articles", "duplicates", "failures"} else ""
    return finish(folder, table, records, below)


def _accounting(folder: Path, files: Sequence[WrittenFile]) -> Accounting:
    target, run = dataset_files(str(folder)), run_in(folder)
    return account([replace(each, path=layout.aside(run.run_id, each.path)) for each in files], 6, target)


def source(status: SourceStatus) -> SourceRead:
    return SourceRead(source="s", kind=SourceKind.FEED, status=status)


def test_the_equation_is_read_from_the_files(tmp_path: Path) -> None:
    files = [
        aside(tmp_path, "articles", articles(2)),
        aside(tmp_path, "duplicates", [duplicate()]),
        aside(tmp_path, "failures", [FAILURE, SOURCE]),
        aside(tmp_path, "drops", [DROP, DROP]),
        aside(tmp_path, "sources", [source(SourceStatus.READ), source(SourceStatus.FAILED)]),
    ]
    accounting = _accounting(tmp_path, files)
    assert accounting == Accounting(
        links=6,
        articles=2,
        duplicates=1,
        failures={"gone": 1},
        drops={"seen": 2},
        sources={"failed": 1, "read": 1},
    )
    assert accounting.balanced
    assert accounting.sentence() == "6 links = 2 articles + 1 duplicates + 1 failures + 2 drops"


def test_a_balanced_run_is_committed_whole(tmp_path: Path) -> None:
    files = [aside(tmp_path, "articles", articles(2)), aside(tmp_path, "drops", [DROP])]
    record = commit_run(run_in(tmp_path), files, 3)
    assert (record.outcome, record.files) == (Outcome.COMMITTED, 2)
    assert len(rows(tmp_path, "articles")) == 2
    assert record_of(tmp_path, record.run_id) == record


@pytest.mark.parametrize("links", [1, 3])
def test_a_run_that_lost_or_invented_a_link_commits_nothing(tmp_path: Path, links: int) -> None:
    record = commit_run(run_in(tmp_path), [aside(tmp_path, "articles", articles(2))], links)
    assert (record.outcome, record.files) == (Outcome.UNBALANCED, 0)
    assert rows(tmp_path, "articles") == []
    assert not manifests(tmp_path)
    assert "≠" in record.accounting.sentence()


def test_a_commit_that_is_carried_out_twice_says_the_same_and_gives_the_lock_back(tmp_path: Path) -> None:
    run, target = replace(run_in(tmp_path), unattended=True), dataset_files(str(tmp_path))
    files = [aside(tmp_path, "articles", articles(2)), aside(tmp_path, "drops", [DROP])]
    with Lock(target, run.run_id) as lock:
        lock.hand_over()
        first = commit_run(run, files, 3)
    assert read_owner(target) is None
    assert commit_run(run, files, 3) == first


@pytest.mark.parametrize("renamed", [0, 1, 2])
def test_a_commit_that_broke_off_on_a_worker_is_carried_through_by_the_next(tmp_path: Path, renamed: int) -> None:
    run, target = run_in(tmp_path), dataset_files(str(tmp_path))
    files = (aside(tmp_path, "articles", articles(2)), aside(tmp_path, "drops", [DROP]))
    manifest = Manifest(run_id=run.run_id, files=files)
    target.write(layout.pending_manifest(run.run_id), manifest_bytes(manifest))
    for each in files[:renamed]:
        target.rename(layout.aside(run.run_id, each.path), each.path)
    record = commit_run(run, files, 3)
    assert (record.outcome, record.files) == (Outcome.COMMITTED, 2)
    assert (len(rows(tmp_path, "articles")), len(manifests(tmp_path))) == (2, 1)


def test_a_file_that_is_told_twice_counts_once(tmp_path: Path) -> None:
    file = aside(tmp_path, "articles", articles(2))
    assert commit_run(run_in(tmp_path), [file, file], 2).accounting.articles == 2


def test_rows_count_as_they_lie_on_disk_not_as_they_were_told(tmp_path: Path) -> None:
    file = aside(tmp_path, "articles", articles(2))
    lie = WrittenFile(table="articles", path=file.path, rows=5, fates=5, bytes=file.bytes, sha256=file.sha256)
    assert commit_run(run_in(tmp_path), [lie], 5).outcome is Outcome.UNBALANCED


@pytest.mark.parametrize(
    ("counts", "outcome"),
    [
        ({}, Outcome.NOTHING_NEW),
        ({"articles": 1, "failures": {"gone": 9}}, Outcome.COMMITTED),
        ({"duplicates": 1}, Outcome.COMMITTED),
        ({"failures": {"gone": 1}}, Outcome.ALL_FAILED),
        ({"sources": {"failed": 1}}, Outcome.ALL_FAILED),
        ({"sources": {"failed": 1, "read": 1}}, Outcome.ALL_FAILED),
        ({"sources": {"failed": 1, "unchanged": 1}}, Outcome.NOTHING_NEW),
        ({"sources": {"read": 1}}, Outcome.NOTHING_NEW),
        ({"failures": {"gone": 1}, "drops": {"seen": 1}}, Outcome.NOTHING_NEW),
        ({"sources": {"backing_off": 1}}, Outcome.NOTHING_NEW),
        ({"failures": {"gone": 1}, "drops": {"duplicate_link": 1}}, Outcome.ALL_FAILED),
        ({"articles": 1, "drops": {"interrupted": 1}}, Outcome.INTERRUPTED),
        ({"sources": {"interrupted": 1}}, Outcome.INTERRUPTED),
    ],
)
def test_a_run_fails_only_when_nothing_else_happened(counts: dict[str, object], outcome: Outcome) -> None:
    given: dict[str, object] = {"links": 0, "articles": 0, "duplicates": 0} | counts
    accounting = Accounting(**given)  # type: ignore[arg-type]
    balanced = Accounting(**given | {"links": accounting.fates})  # type: ignore[arg-type]
    assert outcome_of(balanced) is outcome


def test_counts_that_do_not_add_up_are_that_before_anything_else() -> None:
    assert outcome_of(Accounting(links=2, articles=1, duplicates=0)) is Outcome.UNBALANCED


def test_the_graph_commits_once_all_files_are_there(tmp_path: Path) -> None:
    files = [aside(tmp_path, "articles", articles(2)), aside(tmp_path, "drops", [DROP])]
    done = run_verb(lambda _: _Commit(tmp_path, links=3), files)
    assert [each.outcome for each in done.outputs] == [Outcome.COMMITTED]
    assert len(rows(tmp_path, "articles")) == 2


def test_links_that_a_killed_run_had_staged_are_counted_with_those_that_are_named() -> None:
    left = [StagedFile(path="a", rows=3), StagedFile(path="b", rows=4)]
    assert run_verb(lambda _: _Count(left), [link(), link()]).outputs == [9]
    assert run_verb(lambda _: _Count([]), []).outputs == [0]


class _Count(beam.PTransform):
    def __init__(self, left: list[StagedFile]) -> None:
        super().__init__()
        self._left = left

    def expand(self, links: beam.PCollection) -> beam.PCollection:
        return links | CountLinks(links.pipeline | "Left" >> beam.Create(self._left))


def test_what_killed_runs_left_is_used_up_by_the_commit(tmp_path: Path) -> None:
    killed = run_in(tmp_path, "20261123T100000Z-000000")
    stage(killed, "drafts", [draft(*story(1))])
    commit_run(run_in(tmp_path), [finish(tmp_path, "drops", [DROP])], 1)
    assert take_up(run_in(tmp_path, "20261123T130000Z-000000")) == []


def test_a_run_without_files_is_committed_too(tmp_path: Path) -> None:
    done = run_verb(lambda _: _Commit(tmp_path, links=0), [])
    assert [each.outcome for each in done.outputs] == [Outcome.NOTHING_NEW]
    assert len(manifests(tmp_path)) == 1


class _Commit(beam.PTransform):
    def __init__(self, folder: Path, links: int) -> None:
        super().__init__()
        self._folder, self._links = folder, links

    def expand(self, files: beam.PCollection) -> beam.PCollection:
        count = files.pipeline | "Links" >> beam.Create([self._links])
        return files | CommitRun(run_in(self._folder), count)
