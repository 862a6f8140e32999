import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.failures import Reason
from schemas.sources import FeedHealth, SourceStatus
from tests.fixtures.archives import rss, rss_item
from tests.fixtures.command import LOOPBACK, newsbeam
from tests.fixtures.datasets import commit
from tests.fixtures.hostile_server import HostileServer, answer, page, redirect
from tests.fixtures.records import NOW, run_in
from transforms.inputs.opml import parse_opml

OPML = '<opml version="2.0"><body>{}</body></opml>'
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "J",
    "items": [{"id": "1", "url": "https://n.example/1"}],
}
NEWS = (
    '<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://n.example/1</loc><news:news>'
    "<news:publication><news:name>N</news:name></news:publication><news:title>T</news:title>"
    "<news:publication_date>2026-11-20T10:00:00Z</news:publication_date></news:news></url></urlset>"
)


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        running.pages["/feed"] = answer(
            200, rss(rss_item("https://n.example/1")), 'ETag: "1"', "Cache-Control: max-age=600"
        )
        running.pages["/feed.json"] = answer(200, json.dumps(JSON_FEED).encode(), "Content-Type: application/feed+json")
        running.pages["/news.xml"] = answer(200, NEWS.encode())
        yield running


def feeds_in(opml: str) -> list[tuple[str, str | None]]:
    return [(feed.url, feed.title) for feed in parse_opml(opml.encode(), "x.opml").feeds]


def test_lists_of_any_format_become_one(tmp_path: Path) -> None:
    (tmp_path / "a.opml").write_text(
        OPML.format('<outline title="A" xmlUrl="https://a.example/f"/><outline xmlUrl="file:///x"/>')
    )
    (tmp_path / "b.csv").write_text("url,title,country\nhttps://b.example/f,B,NZ\nhttps://a.example/f,Again,\n")
    said = newsbeam("feeds", "import", tmp_path / "a.opml", tmp_path / "b.csv")
    assert said.code == 0
    assert feeds_in(said.out) == [("https://a.example/f", "A"), ("https://b.example/f", "B")]
    assert 'country="NZ"' in said.out
    assert "refused: file:///x" in said.err
    assert "2 feeds, 2 of them new; 1 refused" in said.err


def test_a_list_gets_what_it_does_not_have_yet(tmp_path: Path) -> None:
    mine = tmp_path / "mine.opml"
    mine.write_text(OPML.format('<outline title="Mine" xmlUrl="https://a.example/f"/>'))
    (tmp_path / "b.txt").write_text("https://a.example/f\nhttps://b.example/f\n")
    said = newsbeam("feeds", "import", tmp_path / "b.txt", "--into", mine)
    assert said.out == ""
    assert feeds_in(mine.read_text()) == [
        ("https://a.example/f", "Mine"),
        ("https://b.example/f", "https://b.example/f"),
    ]


def test_a_list_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    said = newsbeam("feeds", "import", tmp_path / "absent.opml")
    assert (said.code, said.out) == (2, "")
    assert "absent.opml" in said.err


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    def health(url: str, **fields: object) -> FeedHealth:
        return FeedHealth(**{"feed_url": url, "status": SourceStatus.READ, "fetched_at": NOW} | fields)  # type: ignore[arg-type]  # fields by name

    states = [
        health("https://a.example/f", title="A", items=7, moved_to="https://new.example/f", cadence_minutes=30),
        health("https://b.example/f", status=SourceStatus.FAILED, reason=Reason.GONE, detail="410", disabled_at=NOW),
    ]
    commit(states, FeedHealth, "feeds", run_in(tmp_path))
    return tmp_path


def test_feeds_of_a_dataset_are_exported_at_their_new_address_without_those_that_are_gone(dataset: Path) -> None:
    said = newsbeam("feeds", "export", dataset)
    assert feeds_in(said.out) == [("https://new.example/f", "A")]
    assert "left out: https://b.example/f: gone" in said.err


def test_how_feeds_do_is_listed(dataset: Path) -> None:
    said = newsbeam("feeds", "list", dataset)
    assert [line.split()[0] for line in said.out.splitlines()] == ["status", "read", "moved", "disabled", "gone:"]
    told = [json.loads(line) for line in newsbeam("feeds", "list", dataset, "--json").out.splitlines()]
    assert [(each["feed_url"], each["items"]) for each in told] == [
        ("https://a.example/f", 7),
        ("https://b.example/f", 0),
    ]


def test_a_folder_without_feeds_is_told(tmp_path: Path) -> None:
    assert newsbeam("feeds", "list", tmp_path).code == 2


def test_feeds_are_asked_and_told_of(server: HostileServer) -> None:
    server.pages["/moved"] = redirect("/feed.json", 301)
    urls = [server.url(path) for path in ("/feed", "/moved", "/none")]
    said = newsbeam("feeds", "test", *urls, "--json", *LOOPBACK)
    assert said.code == 0
    told = {each["url"]: each for each in map(json.loads, said.out.splitlines())}
    first, moved, absent = (told[url] for url in urls)
    assert (first["good"], first["kind"], first["items"], first["conditional"]) == (True, "rss20", 1, True)
    assert first["next_poll_at"]
    assert (moved["kind"], moved["moved_to"]) == ("json11", server.url("/feed.json"))
    assert (absent["good"], absent["reason"]) == (False, "not_found")


def test_when_no_feed_is_good_the_exit_code_says_so(server: HostileServer) -> None:
    said = newsbeam("feeds", "test", server.url("/none"), *LOOPBACK)
    assert said.code == 3
    assert "not_found" in said.out


def test_feeds_that_a_page_names_are_found_and_read(server: HostileServer) -> None:
    kinds = {"/feed": "application/rss+xml", "/feed.json": "application/feed+json"}
    links = "".join(f'<link rel=alternate type="{kind}" href="{path}">' for path, kind in kinds.items())
    server.pages["/"] = page(f"<html><head>{links}</head></html>")
    server.pages["/robots.txt"] = answer(200, b"Sitemap: /news.xml")
    said = newsbeam("feeds", "find", server.url("/"), "--json", *LOOPBACK)
    found = [(each["url"], each["kind"]) for each in map(json.loads, said.out.splitlines())]
    assert found == [
        (server.url("/feed"), "rss20"),
        (server.url("/feed.json"), "json11"),
        (server.url("/news.xml"), "news sitemap"),
    ]
    assert "/rss" not in server.paths()


def test_the_usual_places_are_looked_at_where_nothing_is_named(server: HostileServer) -> None:
    server.pages["/"] = page("<html><body>nothing</body></html>")
    said = newsbeam("feeds", "find", server.url("/"), *LOOPBACK)
    assert said.code == 0
    assert server.url("/feed.json") in said.out
    assert "/rss.xml" in server.paths()


def test_an_address_that_is_a_feed_is_found(server: HostileServer) -> None:
    said = newsbeam("feeds", "find", server.url("/feed"), *LOOPBACK)
    assert f"good  {server.url('/feed')}" in said.out
    assert len(server.asked("/feed")) == 1


def test_where_there_is_no_feed_it_says_so(server: HostileServer) -> None:
    del server.pages["/feed.json"]
    said = newsbeam("feeds", "find", server.url("/"), *LOOPBACK)
    assert (said.code, said.out) == (3, "")
    assert "no feed and no news sitemap was found" in said.err


def test_a_list_that_cannot_be_written_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "feeds.txt").write_text("https://news.example/feed")
    said = newsbeam("feeds", "import", tmp_path / "feeds.txt", "--into", tmp_path / "none" / "x.opml")
    assert said.code == 2
    assert said.err.endswith("x.opml cannot be written: No such file or directory [NB302: docs/errors.md]\n")
