from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.fingerprints import Fingerprint
from schemas.pages import Draft
from schemas.state import LinkState
from tests.fixtures.committed import (
    DAY,
    at,
    copy_of,
    dataset,
    globbed,
    known_of,
    put,
    put_stories,
    run_id,
    snapshot,
    state_of,
    story_of,
    write,
)
from tests.fixtures.records import draft, story
from transforms.storage import layout
from transforms.storage.agreement import read_agreement
from transforms.storage.deleted import Deleted, load_deleted, record_deletion
from transforms.storage.files import LocalFiles
from transforms.storage.manifests import Manifest, committed, committed_paths, manifest_bytes, manifest_paths
from transforms.storage.staging import CANDIDATES, DRAFTS, left_drafts, stage_rows
from transforms.storage.state import load_link_states
from transforms.storage.upkeep.compaction import compact
from transforms.storage.upkeep.doctor import Trouble, examine
from transforms.storage.upkeep.repair import repair


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    made = dataset(tmp_path)
    put_stories(made, 1, 1, 2)
    put_stories(made, 2, 3)
    return made


def sketch(row: Mapping[str, Any]) -> Fingerprint:
    return replace(known_of(story_of(1)).fingerprint, article_id=row["article_id"], content_hash=row["content_hash"])


def mend(files: LocalFiles, number: int = 50) -> dict[str, str]:
    """What was done, by path. The dataset is sound afterwards, and mending it again does nothing."""
    done = repair(examine(files), sketch, files, run_id(number), at(number))
    left = examine(files)
    assert [each for each in left.findings if each.is_damage] == []
    assert repair(left, sketch, files, run_id(number + 1), at(number + 1)) == []
    return {each.path: each.done for each in done}


def stories(files: LocalFiles) -> list[str]:
    return sorted(row["url"] for row in snapshot(files, "articles"))


def test_a_sound_dataset_is_left_as_it_is(files: LocalFiles) -> None:
    before = files.list("")
    assert mend(files) == {}
    assert files.list("") == before


def test_a_lost_file_leaves_the_manifest_and_its_links_may_be_read_again(files: LocalFiles) -> None:
    path = committed_paths("articles", files)[0]
    files.delete(path)
    done = mend(files)
    assert done[path] == "lost: 2 rows of articles"
    assert done["_meta/state/links"].startswith("forgot 2 links whose rows were lost")
    assert stories(files) == ["https://news.example/3"]
    states = load_link_states(files)
    assert [states.find(story_of(n).article_id) is not None for n in (1, 2, 3)] == [False, False, True]
    assert len(snapshot(files, "fingerprints")) == 1


def test_a_corrupt_file_goes_into_quarantine(files: LocalFiles) -> None:
    path = committed_paths("articles", files)[1]
    files.write(path, b"not what was committed")
    assert mend(files)[path] == "lost: 1 rows of articles"
    assert files.exists(layout.quarantined(run_id(50), path))
    assert stories(files) == ["https://news.example/1", "https://news.example/2"]
    assert globbed(files, "articles") == snapshot(files, "articles")


def test_lost_links_are_learned_again_from_rows(files: LocalFiles) -> None:
    copy = copy_of(story_of(1), "https://other.example/copy")
    page = story_of(5, article_id="f" * 32, url="pages/x.html", canonical_url=None)
    put(files, 3, "duplicates", [copy], "run_date=2026-11-23")
    put(files, 4, "fingerprints", [known_of(copy), known_of(page)])
    put(files, 5, "articles", [story_of(3, revision=2, content_hash="new"), page], DAY)
    for path in committed_paths("links", files):
        files.delete(path)
    done = mend(files)
    assert done["_meta/state/links"].startswith("learned 4 links again from their rows")
    states = load_link_states(files)
    newest = states.find(story_of(3).article_id)
    assert newest
    assert (newest.revision, newest.content_hash) == (2, "new")
    known = states.find(copy.article_id)
    assert known
    assert known.content_hash == copy.content_hash
    assert states.find(page.article_id) is None  # a file is known by its path, which its row does not tell


def test_states_of_failed_links_are_no_business_of_rows(files: LocalFiles) -> None:
    put(files, 3, "links", [LinkState(url_key="k", at=at(3), failures=1)])
    files.delete(committed_paths("articles", files)[0])
    mend(files)
    assert load_link_states(files).find("k") is not None


def test_lost_fingerprints_are_made_again_from_texts(files: LocalFiles) -> None:
    copy = copy_of(story_of(1), "https://other.example/copy")
    put(files, 3, "duplicates", [copy], "run_date=2026-11-23")
    put(files, 4, "links", [state_of(copy)])
    for path in committed_paths("fingerprints", files):
        files.delete(path)
    assert mend(files)["_meta/state/fingerprints"] == "made 4 fingerprints again from their texts"
    rows = {row["fingerprint"]["article_id"]: row["duplicate_of"] for row in snapshot(files, "fingerprints")}
    assert rows == {story_of(n).article_id: None for n in (1, 2, 3)} | {copy.article_id: story_of(1).article_id}


def test_a_torn_manifest_is_restored_from_its_copy(files: LocalFiles) -> None:
    before, path = committed(files), layout.manifest(run_id(1))
    files.write(path, b'{"run_id": "2026')
    assert mend(files) == {path: "restored from its copy"}
    assert committed(files) == before


def test_without_its_copy_a_torn_manifest_takes_its_files_along(files: LocalFiles) -> None:
    path, file = layout.manifest(run_id(1)), committed_paths("articles", files)[0]
    files.write(path, b"")
    files.write(layout.copy_of(path), b"")
    done = mend(files)
    assert "its copy is lost" in done[path]
    assert done[file] == f"moved to {layout.quarantined(run_id(50), file)}"
    assert stories(files) == ["https://news.example/3"]
    assert globbed(files, "articles") == snapshot(files, "articles")


def test_strangers_go_into_quarantine_under_their_own_path(files: LocalFiles) -> None:
    files.write("articles/_SUCCESS", b"")
    assert mend(files) == {"articles/_SUCCESS": f"moved to {layout.quarantined(run_id(50), 'articles/_SUCCESS')}"}


def test_a_wrong_count_is_set_right(files: LocalFiles) -> None:
    listed = [each for each in committed(files) if run_id(2) in each.path]
    wrong = tuple(replace(each, rows=9) if each.table == "articles" else each for each in listed)
    files.write(layout.manifest(run_id(2)), manifest_bytes(Manifest(run_id=run_id(2), files=wrong)))
    path = next(each.path for each in wrong if each.table == "articles")
    assert mend(files) == {path: "the count was set right"}
    assert sum(each.rows for each in committed(files) if each.table == "articles") == 3


def pending(files: LocalFiles) -> Manifest:
    manifest = Manifest(
        run_id=run_id(3),
        files=(
            write(files, 3, "articles", [story_of(4)], DAY),
            write(files, 3, "links", [state_of(story_of(4))]),
            write(files, 3, "fingerprints", [known_of(story_of(4))]),
        ),
    )
    files.write(layout.pending_manifest(run_id(3)), manifest_bytes(manifest))
    return manifest


def test_a_killed_commit_is_carried_through(files: LocalFiles) -> None:
    pending(files)
    assert mend(files) == {layout.pending_manifest(run_id(3)): "carried through"}
    assert "https://news.example/4" in stories(files)


def test_a_killed_commit_whose_files_are_lost_is_rolled_back_and_keeps_its_drafts(files: LocalFiles) -> None:
    published, lost, _ = (each.path for each in pending(files).files)
    files.rename(layout.aside(run_id(3), published), published)
    files.delete(layout.aside(run_id(3), lost))
    left = stage_rows([draft(*story(4))], Draft, DRAFTS, files, run_id(3))
    done = mend(files)
    assert done[layout.pending_manifest(run_id(3))].startswith("rolled back")
    assert done[published].startswith("moved to _meta/quarantine")
    assert stories(files) == ["https://news.example/1", "https://news.example/2", "https://news.example/3"]
    assert left_drafts(run_id(9), files) == [left]


def test_damaged_records_and_drafts_go_into_quarantine(files: LocalFiles) -> None:
    record = layout.run_record(run_id(1))
    drafts = stage_rows([draft(*story(4))], Draft, DRAFTS, files, run_id(3)).path
    for path in (record, drafts, layout.pending_manifest(run_id(4))):
        files.write(path, b"{")
    assert set(mend(files)) == {record, drafts, layout.pending_manifest(run_id(4))}


def test_what_nobody_needs_is_deleted(files: LocalFiles) -> None:
    stage_rows([draft(*story(4))], Draft, CANDIDATES, files, run_id(3))
    files.write(f"{layout.MANIFESTS}/.x.json.12-34.tmp", b"")
    assert set(mend(files)) == {layout.staging(run_id(3)), f"{layout.MANIFESTS}/.x.json.12-34.tmp"}


def test_a_record_of_deletions_is_restored_from_its_copy(files: LocalFiles) -> None:
    record_deletion(Deleted(before=at(0)), "d", files)
    files.write(layout.deletion("d"), b"")
    assert mend(files) == {layout.deletion("d"): "restored from its copy"}
    assert load_deleted(files).before == at(0)


def test_a_record_of_deletions_that_is_lost_stays_damage_since_nobody_knows_what_it_said(files: LocalFiles) -> None:
    files.write(layout.deletion("d"), b"")
    assert repair(examine(files), sketch, files, run_id(50), at(50)) == []
    assert [each.trouble for each in examine(files).findings] == [Trouble.DAMAGED_DELETION]


def test_the_agreement_is_made_anew_from_what_lies_there(files: LocalFiles) -> None:
    before = read_agreement(files)
    files.write(layout.DATASET, b"{")
    assert mend(files)[layout.DATASET] == "made anew from the manifests: parted by published_date"
    after = read_agreement(files)
    assert before
    assert after
    assert after.partition_by == before.partition_by


def test_a_repair_within_a_grace_keeps_the_old_files_for_it(files: LocalFiles) -> None:
    compact(files, run_id(3), at(3), timedelta(hours=1))
    put_stories(files, 4, 4)
    files.delete(committed_paths("articles", files)[1])
    mend(files, 5)
    assert globbed(files, "articles") == snapshot(files, "articles")
    assert len(manifest_paths(files)) > 1
