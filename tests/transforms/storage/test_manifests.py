import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.runs import WrittenFile
from tests.fixtures.committed import at, dataset, put_stories, run_id, snapshot, story_of, write
from tests.fixtures.records import NOW
from transforms.storage import layout
from transforms.storage.files import LocalFiles, StorageError
from transforms.storage.lock import Lock
from transforms.storage.manifests import (
    Kind,
    Manifest,
    commit,
    committed,
    committed_paths,
    last_commit,
    live,
    manifest_bytes,
    manifests,
    parse_manifest,
    read_manifest,
)


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    return dataset(tmp_path)


def listed(*names: str) -> tuple[WrittenFile, ...]:
    return tuple(
        WrittenFile(table="articles", path=f"articles/{name}", rows=1, fates=1, bytes=1, sha256="") for name in names
    )


def manifest(number: int, *names: str, removes: tuple[str, ...] = (), folds: tuple[str, ...] = ()) -> Manifest:
    paths = tuple(f"articles/{name}" for name in removes)
    return Manifest(run_id=run_id(number), files=listed(*names), removes=paths, folds=folds)


def names(found: list[Manifest]) -> list[str]:
    return [each.path.removeprefix("articles/") for each in live(found)]


def test_a_commit_moves_files_to_their_place_and_lists_them(files: LocalFiles) -> None:
    put_stories(files, 1, 1, 2)
    assert len(snapshot(files, "articles")) == 2
    assert committed_paths("articles", files) == files.list("articles")
    assert files.list(layout.STAGING) == files.list(layout.PENDING) == []


def test_the_dataset_is_what_was_added_less_what_was_removed_in_whatever_order(files: LocalFiles) -> None:
    found = [manifest(1, "a", "b"), manifest(2, "c", removes=("a",)), manifest(3, removes=("c",))]
    assert names(found) == names(found[::-1]) == ["b"]


def test_a_manifest_that_folds_others_stands_for_them(files: LocalFiles) -> None:
    folding = replace(manifest(3, "d", folds=(run_id(1), run_id(2))), keeps=listed("b"))
    for each in (manifest(1, "a", "b"), manifest(2, "c"), folding):
        files.write(layout.manifest(each.run_id), manifest_bytes(each))
    assert names(manifests(files)) == ["b", "d"]
    assert [each.run_id for each in manifests(files)] == [run_id(3)]


def test_a_manifest_survives_its_json() -> None:
    full = Manifest(
        run_id="r", kind=Kind.COMPACT, at=NOW.isoformat(), files=listed("b", "a"), keeps=listed("c"), removes=("x",),
        grace=3600, folds=("q",), uses_up=("p",), schema_version=7,
    )  # fmt: skip
    assert parse_manifest(manifest_bytes(full)) == replace(full, files=listed("a", "b"))
    assert parse_manifest(manifest_bytes(manifest(1))) == manifest(1)


def test_a_manifest_that_says_nothing_special_is_short() -> None:
    assert list(json.loads(manifest_bytes(manifest(1, "a")))) == [
        "run_id", "files", "removes", "uses_up", "schema_version", "checksum",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: b"[]",
        lambda content: b"\xff" + content,
        lambda content: content.replace(b'"rows": 1', b'"rows": 7'),
        lambda content: content.replace(b"articles/a", b"articles/b"),
    ],
)
def test_a_damaged_manifest_is_named_and_nobody_guesses(files: LocalFiles, damage: object) -> None:
    path = layout.manifest(run_id(1))
    files.write(path, damage(manifest_bytes(manifest(1, "a"))))  # type: ignore[operator]
    with pytest.raises(StorageError, match=rf"{path} is damaged \(.*run: newsbeam doctor"):
        committed(files)


def test_a_manifest_of_before_checksums_is_read(files: LocalFiles) -> None:
    files.write("old.json", b'{"run_id": "r", "files": [], "removes": [], "uses_up": ["x"], "schema_version": 1}')
    assert read_manifest("old.json", files) == Manifest(run_id="r", files=(), uses_up=("x",), schema_version=1)


def test_a_reader_looks_again_when_a_manifest_is_folded_away_meanwhile(files: LocalFiles) -> None:
    folding = replace(manifest(2, folds=(run_id(1),)), keeps=listed("a"))
    files.write(layout.manifest(run_id(1)), manifest_bytes(manifest(1, "a")))

    class Folding(LocalFiles):
        def versions(self, folder: str) -> dict[str, str]:
            found = LocalFiles.versions(self, folder)
            self.write(layout.manifest(folding.run_id), manifest_bytes(folding))
            self.delete(layout.manifest(run_id(1)))
            return found

    assert names(manifests(Folding(files.folder))) == ["a"]


def test_a_manifest_is_read_once_and_again_only_when_it_was_replaced(
    files: LocalFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    real = LocalFiles.open
    monkeypatch.setattr(LocalFiles, "open", lambda self, path: opened.append(path) or real(self, path))
    path = layout.manifest(run_id(1))
    files.write(path, manifest_bytes(manifest(1, "a")))
    assert [names(manifests(files)) for _ in range(3)] == [["a"]] * 3
    assert opened == [path]
    files.write(path, manifest_bytes(manifest(1, "a", "b")))
    assert names(manifests(files)) == ["a", "b"]
    files.write(path, b"torn")
    with pytest.raises(StorageError, match="damaged"):
        manifests(files)


def test_a_commit_is_refused_while_another_holds_the_lock(files: LocalFiles) -> None:
    file = write(files, 1, "articles", [story_of(1)])
    with Lock(files, run_id(2)), pytest.raises(StorageError, match=rf"run {run_id(2)} took .* nothing was committed"):
        commit(Manifest(run_id=run_id(1), files=(file,)), files)
    assert files.list("articles") == files.list(layout.MANIFESTS) == []
    with Lock(files, run_id(1)):
        commit(Manifest(run_id=run_id(1), files=(file,)), files)
    assert len(snapshot(files, "articles")) == 1


def test_a_commit_without_its_files_is_not_made(files: LocalFiles) -> None:
    with pytest.raises(StorageError, match="is in a manifest, but lies neither there nor in"):
        commit(manifest(1, "a"), files)
    assert files.list(layout.MANIFESTS) == []


def test_the_name_of_a_commit_is_used_once(files: LocalFiles) -> None:
    commit(manifest(1), files)
    commit(manifest(1), files)  # as one that is carried through again
    with pytest.raises(StorageError, match="is there already, and lists other files"):
        commit(replace(manifest(1), removes=("x",)), files)


def test_a_grace_ends(files: LocalFiles) -> None:
    given = replace(manifest(1), at=at(0).isoformat(), grace=600)
    assert [given.is_over(at(minutes)) for minutes in (-60, 9, 10)] == [False, False, True]
    assert manifest(1).is_over(NOW)


def test_the_last_commit_is_known_by_its_name(files: LocalFiles) -> None:
    assert last_commit(files) is None
    for each in (manifest(5), manifest(3), replace(manifest(1), run_id="odd")):
        commit(each, files)
    assert last_commit(files) == NOW + timedelta(minutes=5)
