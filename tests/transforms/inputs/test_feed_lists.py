import gzip

import pytest

from transforms.inputs.feed_lists import FeedSource, NotAList, parse_feed_list

A = "https://a.example/feed"
B = "https://b.example/feed"


@pytest.mark.parametrize(
    "body",
    [
        f"# my feeds\n\n{A}\n  {B}  # the second\n".encode(),
        f"\ufeff{A}\r\n{B}\r\n".encode(),
        f"url,title\n{A},One\n{B},Two\n".encode(),
        f"title;url\nOne;{A}\nTwo;{B}\n".encode(),
        f'{{"url": "{A}"}}\n{{"url": "{B}"}}\n'.encode(),
        f'<opml><outline xmlUrl="{A}"/><outline xmlUrl="{B}"/></opml>'.encode(),
        gzip.compress(f"{A}\n{B}\n{A}\n".encode()),
        f"{A}\n{B}\n".encode("utf-16"),
    ],
)
def test_every_kind_of_list_is_told_by_its_content(body: bytes) -> None:
    parsed = parse_feed_list(body, "feeds")
    assert [feed.url for feed in parsed.feeds] == [A, B]
    assert parsed.refused == ()


def test_columns_by_name() -> None:
    body = f'url,title,country,language,category\n{A},"One, two",de,de-AT,Politics\n'.encode()
    assert parse_feed_list(body, "feeds.csv").feeds == (
        FeedSource(url=A, title="One, two", country="DE", language="de-at", category="Politics"),
    )


def test_rows_that_cannot_be_read_are_refused_by_name() -> None:
    parsed = parse_feed_list(f"url,title\n{A},x\n,no address\nfeed.xml,y\n".encode(), "feeds.csv")
    assert [feed.url for feed in parsed.feeds] == [A]
    assert [url for url, _ in parsed.refused] == [",no address", "feed.xml"]


def test_an_empty_list_names_nothing() -> None:
    assert parse_feed_list(b"# nothing yet\n", "feeds.txt").feeds == ()


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"<!DOCTYPE html><html>", "an HTML page"),
        (b"<rss version='2.0'/>", "not OPML"),
        (b"PK\x03\x04\x00\x00\x00\x00\x08\x00", "binary"),
    ],
)
def test_what_is_no_list(body: bytes, detail: str) -> None:
    with pytest.raises(NotAList, match=detail):
        parse_feed_list(body, "feeds")
