from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.failures import Fate, Reason, Subject
from schemas.links import FeedItem, Link
from schemas.sources import FeedSource, SourceKind, SourceRead, SourceStatus
from tests.fixtures.verbs import run_verb
from transforms.read_lists import ReadFeedLists, ReadUrlLists, read_feed_list, read_url_list

OPML = (
    '<opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/feed"/>'
    '<outline text="B" xmlUrl="gopher://b.example/"/></body></opml>'
)
MAY = datetime(2026, 5, 1, tzinfo=UTC)


def write(folder: Path, text: str, name: str = "list.txt") -> str:
    (folder / name).write_text(text)
    return str(folder / name)


def test_a_url_list_gives_links_in_its_order(tmp_path: Path) -> None:
    path = write(tmp_path, "# mine\nhttps://a.example/1\n\nhttps://a.example/2\n")
    assert list(read_url_list(path)) == [
        Link(url="https://a.example/1", source=path),
        Link(url="https://a.example/2", source=path),
        SourceRead(source=path, kind=SourceKind.URL_LIST, status=SourceStatus.READ, links=2),
    ]


def test_what_a_list_says_beside_the_url_goes_along(tmp_path: Path) -> None:
    path = write(tmp_path, "url,title,published_at,lastmod\nhttps://a.example/1,One,2026-05-01T00:00:00Z,2026-05-01\n")
    (link, _) = read_url_list(path)
    assert link == Link(
        url="https://a.example/1",
        source=path,
        version=f"lastmod:{MAY.isoformat()}",
        modified_at=MAY,
        item=FeedItem(feed_url=path, title="One", published_at=MAY),
    )


@pytest.mark.parametrize("read", [read_url_list, read_feed_list])
@pytest.mark.parametrize(
    ("text", "reason"),
    [("", Reason.EMPTY_SOURCE), ("# nothing\n", Reason.EMPTY_SOURCE), ("<html><p>404</p>", Reason.NOT_A_LIST)],
)
def test_a_list_that_names_nothing_is_a_failed_source(tmp_path: Path, read: object, text: str, reason: Reason) -> None:
    path = write(tmp_path, text)
    failure, count = read(path)  # type: ignore[operator]
    assert (failure.record.reason, failure.record.subject, failure.record.url) == (reason, Subject.SOURCE, path)
    assert (count.status, count.source, count.detail) == (SourceStatus.FAILED, path, failure.record.detail)


@pytest.mark.parametrize("read", [read_url_list, read_feed_list])
def test_a_list_that_went_away_is_a_failed_source(tmp_path: Path, read: object) -> None:
    failure, _ = read(str(tmp_path / "gone.txt"))  # type: ignore[operator]
    assert failure.record.reason is Reason.MISSING_FILE


def test_feeds_of_a_list_come_with_what_it_says_of_them(tmp_path: Path) -> None:
    path = write(tmp_path, "url,title,country,language\nhttps://a.example/feed,A,nz,en\n", "feeds.csv")
    feed, count = read_feed_list(path)
    assert feed == FeedSource(url="https://a.example/feed", source=path, title="A", country="NZ", language="en")
    assert count == SourceRead(source=path, kind=SourceKind.FEED_LIST, status=SourceStatus.READ)


def test_a_feed_that_cannot_be_asked_is_a_failed_source_of_its_list(tmp_path: Path) -> None:
    path = write(tmp_path, OPML, "feeds.opml")
    feed, failure, failed, count = read_feed_list(path)
    assert isinstance(feed, FeedSource)
    assert isinstance(failure, Fate)
    assert (failure.record.url, failure.record.reason) == ("gopher://b.example/", Reason.BAD_URL)
    assert failure.record.source == path
    assert isinstance(failed, SourceRead)
    assert (failed.source, failed.kind, failed.status) == (
        "gopher://b.example/",
        SourceKind.FEED,
        SourceStatus.FAILED,
    )
    assert isinstance(count, SourceRead)
    assert (count.status, count.skipped) == (SourceStatus.READ, 1)


def test_lists_become_links_and_feeds(tmp_path: Path) -> None:
    good, empty = write(tmp_path, "https://a.example/1\n"), write(tmp_path, "", "empty.txt")
    done = run_verb(ReadUrlLists, [good, empty])
    assert [each.url for each in done.outputs] == ["https://a.example/1"]
    assert done.reasons == [Reason.EMPTY_SOURCE]
    assert done.counts == {"read": {"in": 2, "ok": 1, "failed/empty_source": 1}}
    done = run_verb(ReadFeedLists, [write(tmp_path, OPML, "feeds.opml")])
    assert [each.url for each in done.outputs] == ["https://a.example/feed"]
