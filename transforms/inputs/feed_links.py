"""Where the feeds of a site may lie: what a page links to, what robots.txt names, and where feeds usually are."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

from transforms.inputs.charsets import decode_text
from transforms.inputs.feed_entries import absolute_link

MAX_PAGE = 2_000_000  # bytes of a page that are looked at
MAX_FOUND = 50
LINK = re.compile(r"<(link|a)\s([^<>]{1,4000})>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([A-Za-z-]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
BASE = re.compile(r"""<base\s[^<>]{0,500}?href\s*=\s*["']?([^"'\s<>]+)""", re.IGNORECASE)
FEED_TYPES = frozenset({
    "application/rss+xml", "application/atom+xml", "application/feed+json", "application/json", "application/rdf+xml",
    "application/xml", "text/xml",
})  # fmt: skip
FEED_PATH = re.compile(
    r"/(?:feeds?|rss|atom)(?:/|$|[?.])|\.(?:rss|atom)$|/(?:rss|feed|atom|index)\.(?:xml|json)$", re.IGNORECASE
)
SITEMAP_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
# Where the common systems of publishers put them; feeds first, then sitemaps of news.
USUAL_FEEDS = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
USUAL_SITEMAPS = ("/sitemap-news.xml", "/news-sitemap.xml", "/sitemap.xml")


def linked_feeds(body: bytes, page_url: str, content_type: str | None = None) -> list[str]:
    """Feeds that a page names: those of its head in their order, then links whose address looks like a feed's."""
    text, _ = decode_text(body[:MAX_PAGE], content_type)
    base = BASE.search(text)
    root = absolute_link(page_url, unescape(base[1])) if base else page_url
    found = [*_links(text, root or page_url, "link"), *_links(text, root or page_url, "a")]
    return list(dict.fromkeys(found))[:MAX_FOUND]


def named_sitemaps(robots: bytes, robots_url: str) -> list[str]:
    """Sitemaps that a robots.txt names; those of news first."""
    lines = SITEMAP_LINE.findall(robots.decode("utf-8", "replace"))
    found = [url for line in lines if (url := absolute_link(robots_url, line))]
    return sorted(dict.fromkeys(found), key=lambda url: "news" not in urlsplit(url).path.lower())[:MAX_FOUND]


def _links(text: str, base: str, element: str) -> Iterator[str]:
    for link in LINK.finditer(text):
        if link[1].lower() != element:
            continue
        fields = {name.lower(): unescape(a or b or c) for name, a, b, c in ATTRIBUTE.findall(link[2])}
        url = absolute_link(base, fields.get("href"))
        if url and url.startswith(("http://", "https://")) and _is_feed(element, fields, url):
            yield url


def _is_feed(element: str, fields: dict[str, str], url: str) -> bool:
    if element == "a":
        return bool(FEED_PATH.search(url))
    kind = fields.get("type", "").partition(";")[0].strip().lower()
    relations = fields.get("rel", "").lower().split()
    return "feed" in relations or ("alternate" in relations and kind in FEED_TYPES)
