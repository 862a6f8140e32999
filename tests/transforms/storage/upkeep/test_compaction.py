import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.sources import FeedHealth, SourceStatus
from schemas.state import LinkState
from tests.fixtures.committed import (
    DAY,
    at,
    dataset,
    globbed,
    known_of,
    put,
    put_stories,
    run_id,
    snapshot,
    state_of,
    story_of,
)
from transforms.storage import layout, row_groups
from transforms.storage.files import LocalFiles, StorageError
from transforms.storage.manifests import Manifest, commit, committed, committed_paths, manifests
from transforms.storage.recovery import recover
from transforms.storage.state import load_link_states
from transforms.storage.tables import ROW_ORDER, in_order, parquet_bytes, read_table, write_aside
from transforms.storage.upkeep import rewriting
from transforms.storage.upkeep.compaction import compact

HOUR = timedelta(hours=1)
OTHER_DAY = "published_date=2026-11-21"


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    return dataset(tmp_path)


def regions(numbers: range) -> list[Any]:
    return [story_of(n, primary_region=random.Random(n).choice(["DE", "FR", "GB", None])) for n in numbers]


def test_each_partition_has_one_file_then_and_the_rows_are_the_same(files: LocalFiles) -> None:
    for number in range(6):
        put_stories(files, number, number, folder=DAY if number % 2 else OTHER_DAY)
    before = snapshot(files, "articles")
    done = compact(files, run_id(9), at(9), HOUR)
    assert done is not None
    assert (done.merged, done.into, done.rows_superseded) == (18, 4, 0)
    assert snapshot(files, "articles") == globbed(files, "articles") == before
    folders = [path.split("/")[3] for path in committed_paths("articles", files)]
    assert sorted(folders) == [DAY, OTHER_DAY]


def test_a_merged_file_is_the_one_that_a_single_run_would_have_written(files: LocalFiles) -> None:
    for number in range(7):
        put(files, number, "articles", regions(range(number * 5, number * 5 + 5)), DAY)
    compact(files, run_id(9), at(9), HOUR)
    (path,) = committed_paths("articles", files)
    order = ROW_ORDER["articles"]
    table = read_table(path, files)
    assert in_order(table, order).equals(table)
    with files.open(path) as file:
        assert file.read() == parquet_bytes(table, order)


@pytest.mark.parametrize(("fan_in", "rows"), [(2, 3), (3, 1000)])
def test_more_files_than_can_be_open_are_merged_in_rounds(
    files: LocalFiles, monkeypatch: pytest.MonkeyPatch, fan_in: int, rows: int
) -> None:
    monkeypatch.setattr(rewriting, "FAN_IN", fan_in)
    monkeypatch.setattr(rewriting, "MERGE_ROWS", rows)
    for number in range(8):
        put(files, number, "articles", regions(range(number * 2, number * 2 + 2)), DAY)
    before = snapshot(files, "articles")
    compact(files, run_id(9), at(9), HOUR)
    table = read_table(*committed_paths("articles", files), files)
    assert snapshot(files, "articles") == before
    assert in_order(table, ROW_ORDER["articles"]).equals(table)
    assert files.list(layout.STAGING) == []


def test_row_groups_are_cut_as_in_a_file_that_is_written_at_once(
    files: LocalFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_groups, "SMALLEST_GROUP", 4)
    monkeypatch.setattr(row_groups, "LARGEST_GROUP", 9)
    for number in range(4):
        put(files, number, "articles", regions(range(number * 20, number * 20 + 20)), DAY)
    compact(files, run_id(9), at(9), HOUR)
    (path,) = committed_paths("articles", files)
    with files.open(path) as file:
        assert file.read() == parquet_bytes(read_table(path, files), ROW_ORDER["articles"])


def test_a_file_that_nobody_sorted_is_sorted_on_the_way(files: LocalFiles) -> None:
    made = regions(range(9))
    put(files, 1, "articles", made[:4], DAY)
    put(files, 2, "articles", made[4:], DAY)
    for path in committed_paths("articles", files):
        table = read_table(path, files)
        files.write(path, parquet_bytes(table.take(list(range(table.num_rows))[::-1])))
    compact(files, run_id(9), at(9), HOUR)
    table = read_table(*committed_paths("articles", files), files)
    assert in_order(table, ROW_ORDER["articles"]).equals(table)
    assert table.num_rows == 9


def test_of_state_only_the_newest_rows_are_kept_and_mean_the_same(files: LocalFiles) -> None:
    story = story_of(1)
    put(files, 1, "links", [state_of(story), state_of(story_of(2))])
    put(files, 2, "links", [state_of(story, at=at(2), revision=2)])
    put(files, 3, "links", [state_of(story, at=at(1), revision=9)])  # an older clock
    done = compact(files, run_id(9), at(9), HOUR)
    assert done is not None
    assert (done.merged, done.rows_superseded) == (3, 2)
    state = load_link_states(files).find(story.article_id)
    assert (state and state.revision, len(snapshot(files, "links"))) == (2, 2)


def test_of_fingerprints_the_last_committed_counts(files: LocalFiles) -> None:
    story = story_of(1)
    for number, size in ((1, 1), (2, 5), (3, 3)):
        put(files, number, "fingerprints", [known_of(story, cluster_size=size), known_of(story_of(9 + number))])
    compact(files, run_id(9), at(9), HOUR)
    rows = {row["fingerprint"]["article_id"]: row["cluster_size"] for row in snapshot(files, "fingerprints")}
    assert len(snapshot(files, "fingerprints")) == 4
    assert rows[story.article_id] == 3


def test_the_history_of_feeds_is_kept(files: LocalFiles) -> None:
    for number in (1, 2):
        health = FeedHealth(feed_url="https://f.example/", status=SourceStatus.READ, fetched_at=at(number))
        put(files, number, "feeds", [health], "run_date=2026-11-23")
    compact(files, run_id(9), at(9), HOUR)
    assert len(snapshot(files, "feeds")) == 2
    assert len(committed_paths("feeds", files)) == 1


def test_a_reader_who_knows_the_old_files_finds_them_for_the_grace_time(files: LocalFiles) -> None:
    put_stories(files, 1, 1)
    put_stories(files, 2, 2)
    known = committed(files)
    compact(files, run_id(3), at(3), HOUR)
    recover(files, at(62))
    assert all(files.exists(each.path) for each in known)


def test_without_a_grace_the_old_files_are_gone_at_once(files: LocalFiles) -> None:
    put_stories(files, 1, 1)
    put_stories(files, 2, 2)
    compact(files, run_id(3), at(3), timedelta())
    assert committed_paths("articles", files) == files.list("articles")
    assert len(files.list("articles")) == 1
    assert files.list(layout.MERGED) == []


def test_compacting_again_has_nothing_to_do(files: LocalFiles) -> None:
    assert compact(files, run_id(1), at(1), HOUR) is None
    put_stories(files, 1, 1)
    assert compact(files, run_id(2), at(2), HOUR) is None
    put_stories(files, 3, 2)
    assert compact(files, run_id(4), at(4), HOUR) is not None
    assert compact(files, run_id(5), at(5), HOUR) is None


def test_a_second_compaction_within_the_grace_takes_the_first_one_up(files: LocalFiles) -> None:
    for number in (1, 2):
        put_stories(files, number, number)
    compact(files, run_id(3), at(3), HOUR)
    put_stories(files, 4, 4)
    before = snapshot(files, "articles")
    assert compact(files, run_id(5), at(5), HOUR) is not None
    assert [each.run_id for each in manifests(files)] == [run_id(5)]
    assert snapshot(files, "articles") == globbed(files, "articles") == before
    recover(files, at(66))
    assert len(files.list("articles")) == 1
    recover(files, at(130))
    assert snapshot(files, "articles") == globbed(files, "articles") == before
    assert files.list(layout.MERGED) == []


def test_files_of_different_columns_are_not_merged(files: LocalFiles) -> None:
    put_stories(files, 1, 1)
    table = read_table(*committed_paths("articles", files), files).drop_columns(["title"])
    other = write_aside(table, "articles", DAY, files, run_id(2))
    commit(Manifest(run_id=run_id(2), files=(other,)), files)
    with pytest.raises(StorageError, match="files of one table have different columns"):
        compact(files, run_id(3), at(3), HOUR)


def test_a_partition_that_spans_many_batches_is_merged_whole(files: LocalFiles) -> None:
    states = [LinkState(url_key=f"{number:032x}", at=at(0)) for number in range(700)]
    put(files, 1, "links", states[:300])
    put(files, 2, "links", states[300:])
    compact(files, run_id(3), at(3), HOUR)
    assert [row["url_key"] for row in snapshot(files, "links")] == [each.url_key for each in states]
