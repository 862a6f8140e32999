import gzip
from datetime import UTC, datetime

import pytest

from schemas.failures import Reason
from transforms.inputs.sitemaps import NotASitemap, SitemapChild, SitemapEntry, parse_sitemap

URL = "https://news.example/sitemap.xml"
XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*entries: str) -> bytes:
    return f"<?xml version='1.0' encoding='UTF-8'?><urlset {XMLNS}>{''.join(entries)}</urlset>".encode()


def url(loc: str, more: str = "") -> str:
    return f"<url>\n<loc>{loc}</loc>{more}</url>"


def locs(body: bytes) -> list[str]:
    return [entry.url for entry in parse_sitemap(body, URL).entries]


def test_addresses_and_dates() -> None:
    parsed = parse_sitemap(urlset(url(" https://news.example/1 ", "<lastmod>2024-05-06</lastmod>"), url("/2")), URL)
    assert parsed.entries == (
        SitemapEntry(url="https://news.example/1", lastmod=datetime(2024, 5, 6, tzinfo=UTC)),
        SitemapEntry(url="https://news.example/2"),
    )
    assert not parsed.malformed


def test_a_news_sitemap() -> None:
    news = (
        "<image:image><image:loc>https://news.example/a.png</image:loc><image:title>Picture</image:title></image:image>"
        "<n:news><n:publication><n:name>The News</n:name><n:language>en</n:language></n:publication>"
        "<n:publication_date>2024-05-06T10:00:00+02:00</n:publication_date><n:title>A &amp;amp; B</n:title></n:news>"
    )
    assert parse_sitemap(urlset(url("https://news.example/1", news)), URL).entries == (
        SitemapEntry(
            url="https://news.example/1",
            news_title="A & B",
            news_published=datetime(2024, 5, 6, 8, tzinfo=UTC),
            news_language="en",
            news_name="The News",
        ),
    )


def test_an_index_names_its_children() -> None:
    body = (
        f"<sitemapindex {XMLNS}><sitemap><loc>https://news.example/a.xml.gz</loc><lastmod>2024-05-06T10:00:00Z</lastmod>"
        "</sitemap></sitemapindex>"
    )
    parsed = parse_sitemap(body.encode(), URL)
    assert parsed.entries == ()
    assert parsed.children == (
        SitemapChild(url="https://news.example/a.xml.gz", lastmod=datetime(2024, 5, 6, 10, tzinfo=UTC)),
    )


def test_prefixed_elements() -> None:
    body = b'<s:urlset xmlns:s="x"><s:url><s:loc>https://news.example/1</s:loc></s:url></s:urlset>'
    assert locs(body) == ["https://news.example/1"]


@pytest.mark.parametrize(
    ("loc", "expected"),
    [
        ("https://news.example/?a=1&amp;b=2", "https://news.example/?a=1&b=2"),
        ("https://news.example/?a=1&b=2", "https://news.example/?a=1&b=2"),
        ("<![CDATA[https://news.example/?a=1&amp;b=2]]>", "https://news.example/?a=1&amp;b=2"),
    ],
)
def test_entities_in_addresses(loc: str, expected: str) -> None:
    assert locs(urlset(url(loc))) == [expected]


def test_a_cut_sitemap_keeps_whole_addresses_only() -> None:
    body = urlset(url("https://news.example/1"), url("https://news.example/2222"))
    parsed = parse_sitemap(body[: body.index(b"22</loc>")], URL)
    assert [entry.url for entry in parsed.entries] == ["https://news.example/1"]
    assert parsed.malformed


def test_gzip_and_text() -> None:
    assert locs(gzip.compress(urlset(url("https://news.example/1")))) == ["https://news.example/1"]
    assert locs(b"https://news.example/1\r\nhttps://news.example/2\r\n") == [
        "https://news.example/1",
        "https://news.example/2",
    ]


def test_what_is_over_the_cap_is_counted() -> None:
    parsed = parse_sitemap(urlset(*(url(f"https://news.example/{n}") for n in range(5))), URL, max_entries=2)
    assert (len(parsed.entries), parsed.over_cap) == (2, 3)


def test_commented_entries_are_no_entries() -> None:
    assert locs(urlset(f"<!-- {url('https://news.example/1')} -->", url("https://news.example/2"))) == [
        "https://news.example/2"
    ]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html></html>", "an HTML page"),
        (b"<rss version='2.0'></rss>", "a feed"),
        (b"<?xml version='1.0'?><error/>", "<error>"),
        (b"not found\nhttps://news.example/\nsorry", "begins with 'not found'"),
        (b"\x00\x01\x02\x03" * 20, "neither XML"),
    ],
)
def test_what_is_no_sitemap(body: bytes, detail: str) -> None:
    with pytest.raises(NotASitemap, match=detail) as caught:
        parse_sitemap(body, URL)
    assert caught.value.reason is Reason.NOT_A_SITEMAP


@pytest.mark.parametrize("unit", ["<url>", "<url><loc>", "<!--", "<![CDATA[", "<url "])
def test_hostile_markup_is_read_once(unit: str) -> None:
    assert parse_sitemap(b"<urlset><url><loc>" + unit.encode() * 100_000, URL).malformed
