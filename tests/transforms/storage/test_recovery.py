from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.pages import Draft
from tests.fixtures.committed import DAY, at, dataset, globbed, put_stories, run_id, snapshot, story_of, write
from tests.fixtures.records import draft, story
from transforms.storage import layout
from transforms.storage.files import LocalFiles, StorageError
from transforms.storage.manifests import Manifest, commit, committed_paths, manifest_bytes, manifest_paths, manifests
from transforms.storage.recovery import recover
from transforms.storage.staging import CANDIDATES, DRAFTS, stage_rows, staging_files
from transforms.storage.upkeep.compaction import compact

HOUR = timedelta(hours=1)


class Killed(BaseException):
    """The process ends here."""


class Mortal(LocalFiles):
    """Files of a writer that is killed before its so-manieth change."""

    __slots__ = ("changes",)

    def __init__(self, folder: str, changes: int) -> None:
        super().__init__(folder)
        object.__setattr__(self, "changes", [changes])

    def _live(self) -> None:
        self.changes[0] -= 1
        if self.changes[0] < 0:
            raise Killed

    def write(self, path: str, content: Any) -> None:
        self._live()
        LocalFiles.write(self, path, content)

    def create(self, path: str, content: bytes) -> bool:
        self._live()
        return LocalFiles.create(self, path, content)

    def rename(self, source: str, target: str) -> None:
        self._live()
        LocalFiles.rename(self, source, target)

    def copy(self, source: str, target: str) -> None:
        self._live()
        LocalFiles.copy(self, source, target)

    def delete(self, path: str) -> None:
        self._live()
        LocalFiles.delete(self, path)


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    return dataset(tmp_path)


def finished(files: LocalFiles, number: int) -> Manifest:
    """A run that is ready to commit."""
    written = (
        write(files, number, "articles", [story_of(number)], DAY),
        write(files, number, "articles", [story_of(number + 100)], "published_date=2026-11-21"),
    )
    stage_rows([draft(*story(number))], Draft, DRAFTS, files, run_id(number))
    return Manifest(run_id=run_id(number), files=written)


@pytest.mark.parametrize("changes", range(7))
def test_a_commit_that_is_killed_anywhere_is_whole_or_not_there_and_nothing_is_lost(
    files: LocalFiles, changes: int
) -> None:
    put_stories(files, 1, 1)
    manifest = finished(files, 2)
    with pytest.raises(Killed):
        commit(manifest, Mortal(files.folder, changes))
    assert len(snapshot(files, "articles")) == (3 if files.exists(layout.manifest(run_id(2))) else 1)
    begun = files.exists(layout.pending_manifest(run_id(2))) or files.exists(layout.manifest(run_id(2)))
    recover(files, at(9))
    assert len(snapshot(files, "articles")) == len(globbed(files, "articles")) == (3 if begun else 1)
    assert bool(staging_files(files, DRAFTS)) is not begun
    assert files.list(layout.PENDING) == []


def test_a_commit_that_is_not_killed_makes_so_many_changes(files: LocalFiles) -> None:
    commit(finished(files, 2), Mortal(files.folder, 7))  # so that the test above kills it everywhere


def test_of_killed_runs_only_drafts_are_kept(files: LocalFiles) -> None:
    finished(files, 1)
    stage_rows([draft(*story(1))], Draft, CANDIDATES, files, run_id(1))
    stage_rows([draft(*story(2))], Draft, CANDIDATES, files, run_id(2))
    recover(files, at(9))
    assert [path.split("/")[2:4] for path in staging_files(files)] == [[run_id(1), DRAFTS]]


def test_a_pending_commit_whose_files_are_lost_stops_the_run_and_names_the_doctor(files: LocalFiles) -> None:
    manifest = finished(files, 1)
    files.write(layout.pending_manifest(run_id(1)), manifest_bytes(manifest))
    files.delete(layout.staging(run_id(1)))
    with pytest.raises(StorageError, match=r"lies neither there nor in .*; run: newsbeam doctor"):
        recover(files, at(9))


def test_a_committed_file_that_somebody_deleted_stops_the_run(files: LocalFiles) -> None:
    put_stories(files, 1, 1)
    put_stories(files, 2, 2)
    files.delete("articles")
    with pytest.raises(
        StorageError, match=r"articles/.*\.parquet and 1 more was committed and is gone; restore it, or"
    ):
        recover(files, at(9))


def test_merged_files_settle_when_the_grace_is_over_and_are_swept_after_another(files: LocalFiles) -> None:
    put_stories(files, 1, 1)
    put_stories(files, 2, 2)
    old = files.list("articles")
    compact(files, run_id(3), at(3), HOUR)
    merged = committed_paths("articles", files)
    recover(files, at(62))
    assert files.list("articles") == old
    recover(files, at(64))
    assert files.list("articles") == committed_paths("articles", files) == [layout.settled(merged[0])]
    assert files.list(layout.MERGED) == merged  # for readers of the snapshot before
    recover(files, at(123))
    assert files.list(layout.MERGED) == merged
    recover(files, at(125))
    assert files.list(layout.MERGED) == []
    assert len(snapshot(files, "articles")) == len(globbed(files, "articles")) == 2


@pytest.mark.parametrize("changes", range(5))
def test_settling_can_be_killed_anywhere_and_is_done_again(files: LocalFiles, changes: int) -> None:
    put_stories(files, 1, 1)
    put_stories(files, 2, 2)
    compact(files, run_id(3), at(3), HOUR)
    with pytest.raises(Killed):
        recover(Mortal(files.folder, changes), at(70))
    assert len(snapshot(files, "articles")) == 2
    recover(files, at(71))
    assert len(snapshot(files, "articles")) == len(globbed(files, "articles")) == 2
    assert len(files.list("articles")) == 1


def test_folded_manifests_are_swept_with_their_copies(files: LocalFiles) -> None:
    put_stories(files, 1, 1)
    put_stories(files, 2, 2)
    compact(files, run_id(3), at(3), HOUR)
    assert len(manifest_paths(files)) == 3
    recover(files, at(64))
    assert [each.run_id for each in manifests(files)] == [run_id(3), f"{run_id(3)}.settled"]
    assert files.list(f"{layout.COPIES}/manifests") == list(map(layout.copy_of, manifest_paths(files)))


def test_a_grace_can_be_ended_at_once(files: LocalFiles) -> None:
    put_stories(files, 1, 1)
    put_stories(files, 2, 2)
    compact(files, run_id(3), at(3), HOUR)
    recover(files, at(4), at_once=True)
    assert (len(files.list("articles")), files.list(layout.MERGED)) == (1, [])
