import json
from datetime import UTC, datetime

import pytest

from transforms.inputs.feeds import parse_feed

FEED_URL = "https://news.example/feed.json"


def feed(version: str = "https://jsonfeed.org/version/1.1", items: object = (), **fields: object) -> bytes:
    return json.dumps({"version": version, "title": "World", "items": items, **fields}).encode()


ITEM = {
    "id": 7,
    "url": "/7",
    "title": "One &",
    "content_html": "<p>Long <b>text</b></p>",
    "date_published": "2024-05-06T10:00:00+02:00",
    "date_modified": "2024-05-07T10:00:00Z",
    "tags": ["a", "a", 5],
    "authors": [{"name": "Ann Lee"}, {"url": "x"}],
    "language": "fr",
}


def test_every_field_is_read() -> None:
    parsed = parse_feed(feed(items=[ITEM]), FEED_URL)
    entry = parsed.entries[0]
    assert (parsed.title, parsed.format, parsed.malformed) == ("World", "json11", False)
    assert (entry.url, entry.item.guid, entry.item.title) == ("https://news.example/7", "7", "One &")
    assert entry.item.summary == "Long text"
    assert entry.item.published_at == datetime(2024, 5, 6, 8, tzinfo=UTC)
    assert entry.item.updated_at == datetime(2024, 5, 7, 10, tzinfo=UTC)
    assert (entry.item.authors, entry.item.categories, entry.item.language) == (("Ann Lee",), ("a",), "fr")


def test_version_1_has_one_author() -> None:
    body = feed("https://jsonfeed.org/version/1", [{"url": "https://a.example/", "author": {"name": "Bo"}}])
    parsed = parse_feed(body, FEED_URL)
    assert parsed.format == "json1"
    assert parsed.entries[0].item.authors == ("Bo",)


@pytest.mark.parametrize(
    ("item", "links"),
    [
        ({"external_url": "https://a.example/x"}, ["https://a.example/x"]),
        ({"id": "https://a.example/y"}, ["https://a.example/y"]),
        ({"id": "y"}, []),
        ({"url": ["https://a.example/"], "title": {"a": 1}, "tags": "x", "authors": [1], "id": True}, []),
    ],
)
def test_links_of_items(item: object, links: list[str]) -> None:
    parsed = parse_feed(feed(items=[item]), FEED_URL)
    assert [entry.url for entry in parsed.entries] == links
    assert parsed.without_link == 1 - len(links)


def test_an_item_that_is_no_object_flags_the_feed() -> None:
    parsed = parse_feed(feed(items=["x", {"url": "https://a.example/"}]), FEED_URL)
    assert parsed.malformed
    assert len(parsed.entries) == 1


def test_loose_surrogates_do_not_survive() -> None:
    body = feed(items=[{"url": "https://a.example/", "title": "a\ud800b"}])
    assert parse_feed(body, FEED_URL).entries[0].item.title == "ab"
