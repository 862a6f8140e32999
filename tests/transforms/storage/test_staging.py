from pathlib import Path

import pytest

from schemas.pages import Draft, StagedFile
from tests.fixtures.committed import dataset, run_id
from tests.fixtures.records import draft, link, story
from transforms.storage import layout
from transforms.storage.files import LocalFiles, StorageError
from transforms.storage.manifests import Manifest, commit
from transforms.storage.staging import (
    CANDIDATES,
    DRAFTS,
    left_drafts,
    read_staged,
    read_staged_table,
    run_of,
    stage_rows,
    staged_keys,
    staging_files,
)


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    return dataset(tmp_path)


def drafts(*numbers: int) -> list[Draft]:
    return [draft(*story(number), of=link(f"https://news.example/{number}")) for number in numbers]


def stage(files: LocalFiles, run: int, *numbers: int, kind: str = DRAFTS) -> StagedFile:
    return stage_rows(drafts(*numbers), Draft, kind, files, run_id(run))


def test_what_is_staged_comes_back_in_order(files: LocalFiles) -> None:
    file = stage(files, 1, 3, 1, 2)
    assert list(read_staged(file, Draft, files)) == drafts(3, 1, 2)
    assert read_staged_table(file.path, [2, 0], files)["link"].to_pylist()[0]["url"] == "https://news.example/2"


def test_equal_rows_of_one_run_are_one_file(files: LocalFiles) -> None:
    assert stage(files, 1, 1) == stage(files, 1, 1)
    assert len(staging_files(files)) == 1


def test_drafts_are_left_by_runs_that_never_committed(files: LocalFiles) -> None:
    left = stage(files, 1, 1, 2)
    stage(files, 1, 3, kind=CANDIDATES)
    stage(files, 2, 4)
    commit(Manifest(run_id=run_id(2), files=()), files)
    stage(files, 3, 5)
    commit(Manifest(run_id=run_id(4), files=(), uses_up=(run_id(3),)), files)
    stage(files, 9, 6)
    files.write(f"{layout.STAGING}/somebody's file", b"")
    assert left_drafts(run_id(9), files) == [left]
    assert run_of(left.path) == run_id(1)


def test_keys_of_drafts_are_known_with_the_run_that_read_them(files: LocalFiles) -> None:
    left = [stage(files, 1, 1), stage(files, 2, 2)]
    assert staged_keys(left, files) == {
        "key of https://news.example/1": run_id(1),
        "key of https://news.example/2": run_id(2),
    }


def test_damaged_drafts_are_named(files: LocalFiles) -> None:
    path = stage(files, 1, 1).path
    files.write(path, b"PAR1 and then nothing")
    with pytest.raises(StorageError, match=rf"{path} is damaged; run: newsbeam doctor --repair"):
        left_drafts(run_id(2), files)
