import json
from pathlib import Path

import pytest

from schemas.version import SCHEMA_VERSION
from tests.fixtures.committed import dataset, put_stories
from tests.fixtures.records import NOW
from transforms.storage.agreement import (
    Agreement,
    Disagreement,
    agree,
    read_agreement,
    want_agreement,
    write_agreement,
)
from transforms.storage.files import LocalFiles, StorageError
from transforms.storage.manifests import Manifest, commit

BY_REGION = ("published_date", "region")


def begun(folder: Path, *partition_by: str, version: int = SCHEMA_VERSION) -> LocalFiles:
    files = LocalFiles(str(folder))
    write_agreement(
        Agreement(schema_version=version, partition_by=partition_by or ("published_date",), created_at="then"), files
    )
    return files


def test_the_first_run_says_what_all_agree_on(tmp_path: Path) -> None:
    agree(LocalFiles(str(tmp_path)), BY_REGION, NOW)
    assert json.loads((tmp_path / "_meta" / "dataset.json").read_text()) == {
        "schema_version": SCHEMA_VERSION,
        "partition_by": ["published_date", "region"],
        "created_at": "2026-11-23T12:00:00+00:00",
    }


def test_without_a_word_a_new_dataset_is_parted_by_date(tmp_path: Path) -> None:
    assert agree(LocalFiles(str(tmp_path)), (), NOW).partition_by == ("published_date",)


def test_later_runs_agree_with_the_first_and_leave_the_file_as_it_is(tmp_path: Path) -> None:
    files = begun(tmp_path, *BY_REGION)
    before = (tmp_path / "_meta" / "dataset.json").stat().st_mtime_ns
    assert agree(files, (), NOW) == agree(files, BY_REGION, NOW) == read_agreement(files)
    assert (tmp_path / "_meta" / "dataset.json").stat().st_mtime_ns == before


@pytest.mark.parametrize("asked", [("published_date",), ("region", "published_date"), ("topic",)])
def test_another_partition_is_refused_and_the_right_one_named(tmp_path: Path, asked: tuple[str, ...]) -> None:
    with pytest.raises(Disagreement, match=r"is parted by published_date,region, not .*; leave --partition-by out"):
        want_agreement(begun(tmp_path, *BY_REGION), asked)


def test_older_columns_are_refused_with_the_command_that_helps(tmp_path: Path) -> None:
    files = begun(tmp_path, version=SCHEMA_VERSION - 1)
    with pytest.raises(
        Disagreement, match=f"columns of version {SCHEMA_VERSION - 1}.*run: newsbeam migrate {tmp_path}"
    ):
        want_agreement(files)


def test_newer_columns_are_refused_with_a_hint_at_a_newer_newsbeam(tmp_path: Path) -> None:
    files = begun(tmp_path, version=SCHEMA_VERSION + 1)
    with pytest.raises(
        Disagreement, match=f"version {SCHEMA_VERSION + 1}.*install a newer.*newsbeam migrate {tmp_path}"
    ):
        want_agreement(files)


def test_what_was_committed_says_more_of_its_version_than_the_file(tmp_path: Path) -> None:
    files = begun(tmp_path, version=SCHEMA_VERSION - 1)  # a migration was killed after its commit
    commit(Manifest(run_id="run", files=()), files)
    assert want_agreement(files) == read_agreement(files)
    commit(Manifest(run_id="older", files=(), schema_version=SCHEMA_VERSION - 1), files)
    with pytest.raises(Disagreement, match="newsbeam migrate"):
        want_agreement(files)


@pytest.mark.parametrize("foreign", ["notes.txt", "articles/x.parquet", "_meta/manifests/x.json", "a/b/c"])
def test_a_folder_of_somebody_else_is_refused_and_left_alone(tmp_path: Path, foreign: str) -> None:
    (tmp_path / foreign).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / foreign).touch()
    with pytest.raises(Disagreement, match=f"holds {foreign}, but no _meta/dataset.json.*name a new folder"):
        agree(LocalFiles(str(tmp_path)), (), NOW)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / foreign]


@pytest.mark.parametrize("harmless", [".DS_Store", ".git/config", "_meta/lock.json", "_meta/lock.json.12ab"])
def test_hidden_files_and_a_lock_do_not_matter(tmp_path: Path, harmless: str) -> None:
    (tmp_path / harmless).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / harmless).touch()
    assert want_agreement(LocalFiles(str(tmp_path))) is None


def test_a_dataset_may_lie_below_hidden_folders(tmp_path: Path) -> None:
    (tmp_path / ".cache" / "news").mkdir(parents=True)
    (tmp_path / ".cache" / "news" / "notes.txt").touch()
    with pytest.raises(Disagreement):
        want_agreement(LocalFiles(str(tmp_path / ".cache" / "news")))


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]", "null", '{"schema_version": 1}', '{"schema_version": "1", "partition_by": [], "created_at": ""}',
        '{"schema_version": 1, "partition_by": ["publisher"], "created_at": ""}',
        '{"schema_version": 1, "partition_by": ["region"], "created_at": "", "more": 1}',
        '{"schema_version": 1, "partition_by": 7, "created_at": ""}',
    ],
)  # fmt: skip
def test_a_damaged_file_is_named_and_nothing_is_guessed(tmp_path: Path, content: str) -> None:
    files = begun(tmp_path)
    files.write("_meta/dataset.json", content.encode())
    with pytest.raises(StorageError, match=f"_meta/dataset.json is damaged; run: newsbeam doctor {tmp_path}"):
        agree(files, (), NOW)


def test_a_dataset_with_commits_agrees_with_itself(tmp_path: Path) -> None:
    files = dataset(tmp_path)
    put_stories(files, 1, 1, 2)
    agreed = want_agreement(files)
    assert agreed
    assert agreed.schema_version == SCHEMA_VERSION
