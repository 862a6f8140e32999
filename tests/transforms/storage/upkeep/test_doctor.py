import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.pages import Draft
from tests.fixtures.committed import DAY, at, dataset, put_stories, run_id, story_of, write
from tests.fixtures.records import draft, story
from transforms.storage import layout
from transforms.storage.deleted import Deleted, record_deletion
from transforms.storage.files import LocalFiles
from transforms.storage.manifests import Manifest, committed, committed_paths, manifest_bytes
from transforms.storage.recovery import recover
from transforms.storage.staging import CANDIDATES, DRAFTS, stage_rows
from transforms.storage.upkeep.compaction import compact
from transforms.storage.upkeep.doctor import Trouble, examine


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    made = dataset(tmp_path)
    put_stories(made, 1, 1, 2)
    put_stories(made, 2, 3)
    return made


def found(files: LocalFiles) -> list[tuple[str, str]]:
    return [(each.trouble, each.path) for each in examine(files).findings]


def damage(files: LocalFiles, path: str, change: Callable[[bytes], bytes]) -> str:
    with files.open(path) as file:
        content = file.read()
    files.write(path, change(content))
    return path


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def halved(content: bytes) -> bytes:
    return content[: len(content) // 2]


def test_a_sound_dataset_is_told_to_be_one(files: LocalFiles) -> None:
    assert found(files) == []
    assert sum(each.rows for each in examine(files).listed) == 9


@pytest.mark.parametrize("change", [flipped, halved, lambda content: content + b"x", lambda content: b""])
@pytest.mark.parametrize("table", ["articles", "links"])
def test_each_damaged_byte_is_found(files: LocalFiles, table: str, change: Callable[[bytes], bytes]) -> None:
    path = damage(files, committed_paths(table, files)[0], change)
    (finding,) = examine(files).findings
    assert (finding.trouble, finding.path, finding.is_damage) == (Trouble.CORRUPT_FILE, path, True)
    assert f"2 rows of {table}" in finding.detail


def test_a_file_that_is_gone_is_named_with_what_was_in_it(files: LocalFiles) -> None:
    path = committed_paths("articles", files)[1]
    files.delete(path)
    (finding,) = examine(files).findings
    assert (finding.trouble, finding.path, finding.detail) == (
        Trouble.MISSING_FILE, path, "1 rows of articles are gone",
    )  # fmt: skip


def test_a_count_that_no_file_has_is_found(files: LocalFiles) -> None:
    file = committed(files)[0]
    wrong = Manifest(run_id=run_id(1), files=(replace(file, rows=99),))
    files.write(layout.manifest(run_id(1)), manifest_bytes(wrong))
    assert (Trouble.WRONG_COUNT, file.path) in found(files)


def test_strangers_are_told_from_files_that_a_killed_run_left(files: LocalFiles) -> None:
    orphan = f"articles/{DAY}/part-{run_id(9)}-0123456789ab.parquet"
    for path in (orphan, "articles/_SUCCESS", "articles/notes.parquet", "_meta/state/links/.DS_Store"):
        files.write(path, b"")
    assert sorted(found(files)) == [
        (Trouble.FOREIGN_FILE, "_meta/state/links/.DS_Store"),
        (Trouble.FOREIGN_FILE, "articles/_SUCCESS"),
        (Trouble.FOREIGN_FILE, "articles/notes.parquet"),
        (Trouble.ORPHAN_FILE, orphan),
    ]


@pytest.mark.parametrize(
    ("path", "trouble"),
    [
        (layout.manifest(run_id(2)), Trouble.DAMAGED_MANIFEST),
        (layout.pending_manifest(run_id(2)), Trouble.DAMAGED_PENDING),
        (layout.run_record(run_id(2)), Trouble.DAMAGED_RECORD),
        (layout.deletion(run_id(2)), Trouble.DAMAGED_DELETION),
        (layout.DATASET, Trouble.DAMAGED_AGREEMENT),
    ],
)
def test_small_files_that_are_torn_are_named(files: LocalFiles, path: str, trouble: Trouble) -> None:
    files.write(path, b'{"run_id": "2026')
    findings = {each.path: each for each in examine(files).findings}
    assert (findings[path].trouble, findings[path].is_damage) == (trouble, True)


def test_a_dataset_that_lost_its_agreement_is_named(files: LocalFiles) -> None:
    files.delete(layout.DATASET)
    assert found(files) == [(Trouble.DAMAGED_AGREEMENT, layout.DATASET)]


def test_a_killed_commit_is_no_damage_and_its_files_are_no_orphans(files: LocalFiles) -> None:
    manifest = Manifest(run_id=run_id(3), files=(write(files, 3, "articles", [story_of(4)], DAY),))
    files.write(layout.pending_manifest(run_id(3)), manifest_bytes(manifest))
    files.rename(layout.aside(run_id(3), manifest.files[0].path), manifest.files[0].path)
    (finding,) = examine(files).findings
    assert (finding.trouble, finding.is_damage) == (Trouble.PENDING_COMMIT, False)


def test_what_killed_runs_left_in_staging_is_told(files: LocalFiles) -> None:
    left = stage_rows([draft(*story(1))], Draft, DRAFTS, files, run_id(7))
    stage_rows([draft(*story(1))], Draft, CANDIDATES, files, run_id(8))
    broken = stage_rows([draft(*story(2))], Draft, DRAFTS, files, run_id(9)).path
    files.write(broken, b"")
    findings = examine(files).findings
    assert [(each.trouble, each.path) for each in findings] == [
        (Trouble.LEFT_DRAFTS, left.path),
        (Trouble.LEFT_STAGING, layout.staging(run_id(8))),
        (Trouble.DAMAGED_DRAFTS, broken),
    ]
    assert [each.is_damage for each in findings] == [False, False, True]


def test_a_stale_lock_and_an_unfinished_file_are_told(files: LocalFiles) -> None:
    files.write(f"{layout.MANIFESTS}/.x.json.12-34.tmp", b"")
    files.write("_meta/.lock.json.12-34.tmp", b"")
    owner = {"run_id": "r", "pid": "1", "host": "h"}
    findings = examine(files, owner).findings
    assert [(each.trouble, each.is_damage) for each in findings] == [
        (Trouble.STALE_LOCK, False),
        (Trouble.UNFINISHED_FILE, False),
    ]


def test_a_compaction_in_any_state_is_sound(files: LocalFiles) -> None:
    compact(files, run_id(3), at(3), timedelta(hours=1))
    for minutes in (4, 64, 125):
        assert found(files) == []
        recover(files, at(minutes))
    assert found(files) == []


def test_a_settling_that_was_killed_is_sound(files: LocalFiles) -> None:
    compact(files, run_id(3), at(3), timedelta(hours=1))
    (merged,) = committed_paths("articles", files)
    files.copy(merged, layout.settled(merged))
    assert found(files) == []


def test_a_record_of_deletions_that_was_changed_is_named(files: LocalFiles) -> None:
    record_deletion(Deleted(keys=frozenset({"k"})), "d", files)
    path = layout.deletion("d")
    with files.open(path) as file:
        row = json.load(file)
    files.write(path, json.dumps(row | {"keys": []}).encode())
    assert found(files) == [(Trouble.DAMAGED_DELETION, path)]
