"""Cases 53 to 67: feeds and lists of feeds. Each has its number in the name."""

import gzip
import json
import time
from typing import Any

import pytest

from schemas.failures import Reason
from tests.fixtures.archives import rss, rss_item
from transforms.inputs.feed_entries import NotAFeed, ParsedFeed
from transforms.inputs.feeds import parse_feed
from transforms.inputs.opml import parse_opml

URL = "https://news.example/feeds/main.xml"
ENTITIES = {
    "billion laughs": "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + '<!ENTITY a0 "lol">',
    "in one": '<!ENTITY a9 "' + "lol" * 30_000 + '">',
    "a file": '<!ENTITY a9 SYSTEM "file:///etc/passwd">',
    "a request": '<!ENTITY a9 SYSTEM "http://127.0.0.1:1/x">',
    "parameter": '<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p; <!ENTITY a9 "x">',
}


def read(body: bytes, **more: Any) -> ParsedFeed:
    return parse_feed(body, URL, **more)


def urls(body: bytes, **more: Any) -> list[str]:
    return [entry.url for entry in read(body, **more).entries]


def test_case_53_of_a_truncated_feed_the_items_before_the_cut_are_kept() -> None:
    whole = rss(*(rss_item(f"https://news.example/{number}") for number in range(9)))
    feed = read(whole[: whole.index(b"https://news.example/5")])
    assert len(feed.entries) == 5
    assert feed.malformed


@pytest.mark.parametrize(
    "body",
    [
        b"", b"  \n ", b"<!doctype html><html><body>news</body></html>", b'{"error": "not found"}',
        b'<html><form><input type="password"></form></html>', b"Not Found", b"\x89PNG\r\n\x1a\n", b"[]", b"null",
    ],
)  # fmt: skip
def test_case_54_what_is_no_feed(body: bytes) -> None:
    with pytest.raises(NotAFeed) as told:
        read(body)
    assert told.value.reason is Reason.NOT_A_FEED
    assert told.value.detail


@pytest.mark.parametrize("name", ENTITIES)
def test_case_55_entities_are_not_expanded(name: str) -> None:
    document = (
        f"<!DOCTYPE rss [{ENTITIES[name]}]>" + rss(rss_item("https://news.example/1", title="&a9;")).decode()[21:]
    )
    start = time.process_time()
    feed = read(document.encode())
    assert time.process_time() - start < 2
    assert [len(entry.item.title or "") <= 1_000 and "root:" not in (entry.item.title or "") for entry in feed.entries]


def test_case_55_a_quadratic_entity_ends() -> None:
    body = f'<!DOCTYPE rss [<!ENTITY a "{"x" * 50_000}">]>' + rss(rss_item("u", title="&a;" * 20_000)).decode()[21:]
    start = time.process_time()
    read(body.encode())
    assert time.process_time() - start < 2


def test_case_57_items_over_the_cap_are_counted_and_the_newest_kept() -> None:
    days = [f"{1 + number % 28:02d} Oct 2026 {number % 24:02d}:00:00 GMT" for number in range(5_000)]
    feed = read(
        rss(*(rss_item(f"https://news.example/{n}", published=day) for n, day in enumerate(days))), max_items=100
    )
    assert (len(feed.entries), feed.over_cap) == (100, 4_900)
    assert {entry.item.published_at.day for entry in feed.entries if entry.item.published_at} == {28}


TITLES = {
    "windows-1251": "Новости дня: мэрия открыла новый мост",
    "windows-1252": "Le président a déclaré hier à l’Assemblée que la réforme préparée depuis des années sera votée",
    "gb18030": "今日新闻：市长宣布新的桥梁",
    "utf-16-le": "Nachrichten des Tages: Brücke eröffnet",
    "shift_jis": "本日のニュース：新しい橋が開通",
}


@pytest.mark.parametrize("charset", TITLES)
def test_case_58_a_wrong_declaration_costs_no_text(charset: str) -> None:
    title = TITLES[charset]
    text = rss(*(rss_item(f"https://news.example/{n}", title=f"{title} {n}") for n in range(9))).decode()
    body = text.replace('version="1.0"', 'version="1.0" encoding="utf-8"').encode(charset)
    assert [entry.item.title for entry in read(body).entries] == [f"{title} {n}" for n in range(9)]


def test_case_58_of_two_declarations_the_one_that_fits_counts() -> None:
    body = rss(rss_item("https://news.example/1", title="Café")).decode().encode("windows-1252")
    feed = read(
        body.replace(b'version="1.0"', b'version="1.0" encoding="utf-8"'), content_type="text/xml; charset=windows-1252"
    )
    assert feed.entries[0].item.title == "Café"


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("<link>/a</link>", "https://news.example/a"),
        ("<link>//cdn.example/a</link>", "https://cdn.example/a"),
        ("<link> https://news.example/a b </link>", "https://news.example/a%20b"),
        ("<link>https://t.example/1</link><feedburner:origLink>https://news.example/1</feedburner:origLink>", "https://news.example/1"),
    ],
)  # fmt: skip
def test_case_61_links_are_absolute(item: str, expected: str) -> None:
    body = (
        '<rss version="2.0" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><title>T</title>'
        f"<item><title>A</title>{item}</item></channel></rss>"
    )
    assert urls(body.encode()) == [expected]


def test_case_61_xml_base_holds() -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.example/x/"><title>T</title>'
        '<entry><title>A</title><link href="a"/></entry></feed>'
    )
    assert urls(body.encode()) == ["https://base.example/x/a"]


ITEM = "<item><title>A</title><link>https://news.example/a</link></item>"
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="{}">'
    f"<channel><title>T</title></channel>{ITEM}</rdf:RDF>"
)
ATOM = '<feed xmlns="{}"{}><title>T</title><entry><title>A</title><link href="https://news.example/a"/></entry></feed>'
RSS = f'<rss version="{{}}"><channel><title>T</title>{ITEM}</channel></rss>'
CDF_ITEM = '<item href="https://news.example/a"><title>A</title></item>'


def json_feed(version: str) -> str:
    items = [{"id": "1", "url": "https://news.example/a", "title": "A"}]
    return json.dumps({"version": f"https://jsonfeed.org/version/{version}", "title": "T", "items": items})


FORMATS = {
    **{f"rss {version}": RSS.format(version) for version in ("0.91", "0.92", "0.93", "0.94", "2.0")},
    "rss 0.90": RDF.format("http://my.netscape.com/rdf/simple/0.9/"),
    "rss 1.0": RDF.format("http://purl.org/rss/1.0/"),
    "atom 0.3": ATOM.format("http://purl.org/atom/ns#", ' version="0.3"'),
    "atom 1.0": ATOM.format("http://www.w3.org/2005/Atom", ""),
    "json 1": json_feed("1"),
    "json 1.1": json_feed("1.1"),
    "cdf": f'<channel href="https://news.example/"><title>T</title>{CDF_ITEM}</channel>',
}


@pytest.mark.parametrize("name", FORMATS)
def test_case_62_every_format_is_read(name: str) -> None:
    feed = read(FORMATS[name].encode())
    assert [(entry.url, entry.item.title) for entry in feed.entries] == [("https://news.example/a", "A")]


def test_case_63_what_cannot_be_printed_is_gone_and_the_endless_is_cut() -> None:
    odd = "A\x00B\x07C\u202eD\ud800E &#0; &#x1F; "
    text = rss(rss_item("https://news.example/1", title="TITLE")).decode()
    feed = read(text.replace("TITLE", odd).encode("utf-8", "surrogatepass"))
    title = feed.entries[0].item.title or ""
    assert title.startswith("A")
    assert not any(ord(each) < 32 or each == "\u202e" or 0xD800 <= ord(each) < 0xE000 for each in title)
    long = read(text.replace("TITLE", "x" * 10_000_000).encode())
    assert len(long.entries[0].item.title or "") <= 1_000


def test_case_64_a_feed_that_is_a_gzip_file() -> None:
    body = gzip.compress(rss(*(rss_item(f"https://news.example/{number}") for number in range(5_000))))
    assert len(urls(body, max_items=1_000)) == 1_000


def test_case_66_an_edited_item_has_another_version_and_a_dated_one_has_not() -> None:
    def version(title: str, published: str = "Fri, 20 Nov 2026 09:00:00 GMT", text: str = "") -> str:
        more = f"<description>{text}</description>" if text else ""
        return (
            read(rss(rss_item("https://news.example/1", title=title, published=published, more=more)))
            .entries[0]
            .version
        )

    assert version("One") != version("Two")
    assert version("One") != version("One", text="What has happened since")
    assert version("One") == version("One", published="Sat, 21 Nov 2026 09:00:00 GMT")


def opml(*outlines: str) -> bytes:
    return f'<?xml version="1.0"?><opml version="2.0"><body>{"".join(outlines)}</body></opml>'.encode()


def test_case_67_lists_are_read_and_what_is_refused_is_listed() -> None:
    body = opml(
        '<outline text="World"><outline type="rss" title="A" xmlUrl="https://a.example/feed"/></outline>',
        '<outline type="rss" title="A again" xmlUrl="https://a.example/feed"/>',
        '<outline type="rss" xmlUrl="/relative"/>',
        '<outline type="rss" xmlUrl="file:///etc/passwd"/>',
        '<outline type="rss" title="without"/>',
    )
    listed = parse_opml(body, "x.opml")
    assert [feed.url for feed in listed.feeds] == ["https://a.example/feed"]
    assert len(listed.refused) == 3


def test_case_67_ten_thousand_feeds_and_a_bomb() -> None:
    many = opml(*(f'<outline xmlUrl="https://news.example/{number}"/>' for number in range(10_000)))
    start = time.process_time()
    assert len(parse_opml(many, "x.opml").feeds) == 10_000
    bomb = many.replace(b"<opml", f"<!DOCTYPE opml [{ENTITIES['billion laughs']}]><opml".encode(), 1)
    assert len(parse_opml(bomb.replace(b'example/7"', b'example/&a9;"'), "x.opml").feeds) == 10_000
    assert time.process_time() - start < 5
