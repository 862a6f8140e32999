from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from schemas.failures import Drop, DropReason, Failure, Reason, Stage
from schemas.links import Link
from schemas.pages import Draft
from schemas.sources import FeedHealth, SourceKind, SourceRead, SourceStatus
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
)
from tests.fixtures.records import NOW, draft, link, story
from transforms.storage import layout
from transforms.storage.deleted import load_deleted
from transforms.storage.files import LocalFiles
from transforms.storage.manifests import committed_paths
from transforms.storage.staging import DRAFTS, left_drafts, read_staged, stage_rows
from transforms.storage.upkeep.compaction import compact
from transforms.storage.upkeep.deletion import Deletion, delete
from transforms.storage.upkeep.doomed import Target
from transforms.web.urls import fold_host, url_key

URL = "https://news.example/1"
PUBLISHED = NOW - timedelta(days=3)  # of all stories here


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    return dataset(tmp_path)


def address(url: str) -> tuple[str, str] | None:
    host = urlsplit(url).hostname
    return (url_key(url), fold_host(host)) if host else None


def remove(files: LocalFiles, *urls: str, hosts: tuple[str, ...] = (), before: datetime | None = None) -> Deletion:
    target = Target(keys=frozenset(map(url_key, urls)), hosts=frozenset(hosts), before=before)
    return delete(files, target, address, run_id(50), at(50))


def urls(files: LocalFiles, table: str) -> list[str]:
    return [row["url"] for row in snapshot(files, table)]


def bytes_below(files: LocalFiles) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(Path(files.folder).rglob("*")) if path.is_file())


def test_a_url_leaves_articles_links_and_fingerprints(files: LocalFiles) -> None:
    put_stories(files, 1, 1, 2)
    put_stories(files, 2, 3)
    done = remove(files, URL)
    assert done.rows == {"articles": 1, "fingerprints": 1, "links": 1}
    assert sorted(urls(files, "articles")) == ["https://news.example/2", "https://news.example/3"]
    assert len(snapshot(files, "links")) == len(snapshot(files, "fingerprints")) == 2
    assert load_deleted(files).has_key(url_key(URL))


def test_old_files_are_gone_at_once_for_every_reader(files: LocalFiles) -> None:
    put_stories(files, 1, 1, 2)
    before = committed_paths("articles", files)
    remove(files, URL)
    assert not any(map(files.exists, before))
    assert globbed(files, "articles") == snapshot(files, "articles")
    assert b"https://news.example/1" not in bytes_below(files)


def test_files_without_such_rows_are_left_alone(files: LocalFiles) -> None:
    put_stories(files, 1, 1)
    put_stories(files, 2, 2)
    before = committed_paths("articles", files)
    remove(files, URL)
    assert committed_paths("articles", files) == before[1:]


@pytest.mark.parametrize("field", ["url", "canonical_url", "final_url"])
def test_a_url_is_found_under_each_of_its_addresses(files: LocalFiles, field: str) -> None:
    put(files, 1, "articles", [story_of(1, **{field: "http://www.other.example/x/"}), story_of(2)], DAY)
    remove(files, "https://other.example/x")
    assert urls(files, "articles") == ["https://news.example/2"]
    assert load_deleted(files).has_key(story_of(1).article_id)  # so that the link that led there is not asked


def test_all_revisions_of_an_article_go(files: LocalFiles) -> None:
    put_stories(files, 1, 1)
    put(files, 2, "articles", [story_of(1, revision=2, published_at=NOW)], DAY)
    assert remove(files, URL).rows["articles"] == 2


def test_a_host_goes_with_those_below_it(files: LocalFiles) -> None:
    there = [
        f"https://{host}/1" for host in ("gone.example", "www.gone.example", "m.gone.example", "a.gone.example:81")
    ]
    made = [story_of(n, url=url, canonical_url=url, final_url=url, host="") for n, url in enumerate(there)]
    put(files, 1, "articles", [*made, story_of(9, url="https://not-gone.example/1")], DAY)
    assert remove(files, hosts=("gone.example",)).rows == {"articles": 4}
    assert urls(files, "articles") == ["https://not-gone.example/1"]


def test_side_tables_lose_their_rows_too(files: LocalFiles) -> None:
    put(files, 1, "failures", [Failure(url=URL, stage=Stage.OPEN, reason=Reason.GONE, at=NOW)], "run_date=2026-11-23")
    put(files, 2, "drops", [Drop(url="https://x.example/", reason=DropReason.DUPLICATE_LINK, detail=URL)])
    put(files, 3, "feeds", [FeedHealth(feed_url=URL, status=SourceStatus.READ, fetched_at=NOW)], "run_date=2026-11-23")
    put(files, 4, "sources", [SourceRead(source=URL, kind=SourceKind.FEED, status=SourceStatus.READ)])
    failed = LinkState(url_key="k", at=NOW, reason=Reason.GONE, retry_at=NOW, link=Link(url=URL, source="f"))
    put(files, 5, "links", [failed, replace(failed, url_key="j", link=link("https://news.example/2"))])
    assert remove(files, URL).rows == {"failures": 1, "drops": 1, "feeds": 1, "sources": 1, "links": 1}
    assert [row["url_key"] for row in snapshot(files, "links")] == ["j"]
    assert URL.encode() not in bytes_below(files)


def test_copies_of_a_deleted_article_lose_their_place_and_may_come_back_as_articles(files: LocalFiles) -> None:
    article = story_of(1)
    copy = copy_of(article, "https://other.example/copy")
    put(files, 1, "articles", [article], DAY)
    put(files, 2, "duplicates", [copy], "run_date=2026-11-23")
    put(files, 3, "links", [state_of(article), state_of(copy), state_of(story_of(2))])
    put(files, 4, "fingerprints", [known_of(article), known_of(copy)])
    assert remove(files, URL).rows == {"articles": 1, "duplicates": 1, "links": 2, "fingerprints": 2}
    deleted = load_deleted(files)
    assert (deleted.has_key(article.article_id), deleted.has_key(copy.article_id)) == (True, False)


def test_a_copy_is_deleted_without_its_article(files: LocalFiles) -> None:
    article = story_of(1)
    put(files, 1, "articles", [article], DAY)
    put(files, 2, "duplicates", [copy_of(article, "https://other.example/copy")], "run_date=2026-11-23")
    assert remove(files, "https://other.example/copy").rows == {"duplicates": 1}
    assert urls(files, "articles") == [URL]


def test_what_is_older_than_a_day_goes_and_its_links_stay_known(files: LocalFiles) -> None:
    put_stories(files, 1, 1)
    fresh = [story_of(2, published_at=NOW), story_of(3, published_at=None, fetched_at=NOW)]
    put(files, 2, "articles", [*fresh, story_of(4, published_at=None, fetched_at=PUBLISHED)], DAY)
    put(files, 3, "failures", [Failure(url="u", stage=Stage.OPEN, reason=Reason.GONE, at=PUBLISHED)], "run_date=x")
    done = remove(files, before=NOW)
    assert done.rows == {"articles": 2, "fingerprints": 1, "failures": 1}
    assert sorted(urls(files, "articles")) == ["https://news.example/2", "https://news.example/3"]
    assert len(snapshot(files, "links")) == 1
    assert load_deleted(files).before == NOW


def test_the_state_of_a_feed_outlives_retention(files: LocalFiles) -> None:
    answered = FeedHealth(feed_url="https://f.example/", status=SourceStatus.READ, fetched_at=at(-20), etag="e")
    rows = [
        replace(answered, fetched_at=at(-30)),
        answered,
        replace(answered, status=SourceStatus.FAILED, fetched_at=at(-10)),
    ]
    put(files, 1, "feeds", rows, "run_date=2026-11-23")
    assert remove(files, before=NOW).rows == {"feeds": 1}
    assert [row["fetched_at"] for row in snapshot(files, "feeds")] == [at(-10), at(-20)]


def test_rows_that_only_name_their_run_are_as_old_as_it(files: LocalFiles) -> None:
    drop = Drop(url="https://x.example/", reason=DropReason.SEEN)
    put(files, 1, "drops", [replace(drop, run_id=run_id(-5)), replace(drop, run_id=run_id(5))])
    assert remove(files, before=NOW).rows == {"drops": 1}
    assert [row["run_id"] for row in snapshot(files, "drops")] == [run_id(5)]


def test_drafts_of_killed_runs_are_searched(files: LocalFiles) -> None:
    both = [draft(*story(n), of=link(f"https://news.example/{n}")) for n in (1, 2)]
    stage_rows(both, Draft, DRAFTS, files, run_id(1))
    stage_rows(both[:1], Draft, DRAFTS, files, run_id(2))
    assert remove(files, URL).rows == {"drafts": 2}
    (left,) = left_drafts(run_id(9), files)
    assert list(read_staged(left, Draft, files)) == both[1:]


def test_merged_files_and_those_that_they_were_made_of_are_searched(files: LocalFiles) -> None:
    put_stories(files, 1, 1, 2)
    put_stories(files, 2, 3)
    compact(files, run_id(3), at(3), timedelta(hours=1))
    remove(files, URL)
    assert globbed(files, "articles") == snapshot(files, "articles")
    assert len(files.list("articles")) == 1
    assert b"https://news.example/1" not in bytes_below(files)


def test_our_files_in_quarantine_go_and_others_are_named(files: LocalFiles) -> None:
    put_stories(files, 1, 1)
    (path,) = committed_paths("articles", files)
    files.copy(path, layout.quarantined("r", path))
    files.write(layout.quarantined("r", "articles/notes.txt"), b"mine")
    assert remove(files, URL).not_searched == (layout.quarantined("r", "articles/notes.txt"),)
    assert files.list(layout.QUARANTINE) == [layout.quarantined("r", "articles/notes.txt")]


def test_the_newest_fingerprint_stays_the_newest(files: LocalFiles) -> None:
    put(files, 1, "fingerprints", [known_of(story_of(1)), known_of(story_of(2), cluster_size=1)])
    put(files, 2, "fingerprints", [known_of(story_of(2), cluster_size=7)])
    put(files, 3, "articles", [story_of(1), story_of(2)], DAY)
    remove(files, URL)
    assert [row["cluster_size"] for row in snapshot(files, "fingerprints")] == [7]


def test_a_deletion_of_nothing_is_recorded_all_the_same(files: LocalFiles) -> None:
    put_stories(files, 1, 2)
    assert remove(files, URL).rows == {}
    assert load_deleted(files).has_key(url_key(URL))
    assert remove(files, URL).rows == {}
