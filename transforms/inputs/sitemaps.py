"""Sitemaps, indexes of sitemaps, news sitemaps and text sitemaps, plain or gzipped.

They are scanned as text, one <url> or <sitemap> after the other: what was cut or is not well-formed costs one entry.
"""

import html
import re
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from schemas.failures import Reason
from transforms.inputs.charsets import decode_text
from transforms.inputs.dates import parse_date
from transforms.inputs.feed_entries import absolute_link
from transforms.inputs.gzipped import gunzip
from transforms.inputs.languages import language_tag
from transforms.inputs.plain_text import clean_html, clean_plain

MAX_DECODED_BYTES = 50 * 1024 * 1024  # what the sitemap protocol allows
MAX_ENTRY_CHARS = 50_000  # an entry with a thousand pictures; its address comes first
MAX_TITLE_CHARS = 1_000
MAX_NAME_CHARS = 200

ROOT = re.compile(r"<(?:[\w.-]{1,20}:)?(urlset|sitemapindex)[\s>]", re.IGNORECASE)
ROOT_END = re.compile(
    r"</(?:[\w.-]{1,20}:)?(?:urlset|sitemapindex)\s*>\s*(?:<!--.{0,1000}?-->\s*)*\Z", re.IGNORECASE | re.DOTALL
)
ENTRY = re.compile(r"<([\w.-]{1,20}:)?(url|sitemap)(?:\s[^<>]{0,500})?>", re.IGNORECASE)
COMMENT = re.compile(r"<!--.*?-->|<!--.*", re.DOTALL)
CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
NEWS = re.compile(r"<([\w.-]{1,20}:)news[\s>]", re.IGNORECASE)
FIRST_ELEMENT = re.compile(r"<([A-Za-z][\w:.-]{0,60})")


class NotASitemap(Exception):
    """The body is no sitemap; the detail says what it looks like instead."""

    reason = Reason.NOT_A_SITEMAP

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapEntry:
    """A page, with what a news sitemap says of it."""

    url: str
    lastmod: datetime | None = None
    news_title: str | None = None
    news_published: datetime | None = None
    news_language: str | None = None
    news_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapChild:
    """A sitemap that an index names."""

    url: str
    lastmod: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """Entries and children in the order of the file. What is over the cap is counted, the two kinds together."""

    entries: tuple[SitemapEntry, ...]
    children: tuple[SitemapChild, ...]
    over_cap: int
    malformed: bool


def parse_sitemap(body: bytes, sitemap_url: str, *, max_entries: int = 50_000) -> Sitemap:
    """Read a sitemap of any kind, or raise NotASitemap. Relative addresses are resolved; the protocol forbids them."""
    decoded, whole = gunzip(body, MAX_DECODED_BYTES)
    text, sure = decode_text(decoded)
    text = text.lstrip("\ufeff \t\r\n")
    if not text:
        raise NotASitemap("nothing came: the body is empty")
    if not text.startswith("<"):
        return _text_sitemap(text, max_entries, malformed=not (whole and sure))
    if not ROOT.search(text[:20_000]):
        raise NotASitemap(_detail(text))
    content = COMMENT.sub("", text) if "<!--" in text else text
    return _xml_sitemap(
        content, sitemap_url, max_entries, malformed=not (whole and sure and ROOT_END.search(text[-4_000:]))
    )


def _text_sitemap(text: str, max_entries: int, *, malformed: bool) -> Sitemap:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    good = [line for line in lines if line.startswith(("http://", "https://"))]
    if len(good) * 2 < len(lines):  # most lines are addresses, or it is another kind of text
        raise NotASitemap(f"neither XML nor a list of addresses: it begins with {clean_plain(lines[0], 40)!r}")
    return Sitemap(
        entries=tuple(SitemapEntry(url=url) for url in good[:max_entries]),
        children=(),
        over_cap=max(0, len(good) - max_entries),
        malformed=malformed or len(good) < len(lines),
    )


def _xml_sitemap(text: str, sitemap_url: str, max_entries: int, *, malformed: bool) -> Sitemap:
    starts = list(ENTRY.finditer(text))
    ends = [start.start() for start in starts[1:]] + [len(text)]
    entries: list[SitemapEntry] = []
    children: list[SitemapChild] = []
    for start, end in islice(zip(starts, ends, strict=False), max_entries):
        chunk = text[start.end() : min(end, start.end() + MAX_ENTRY_CHARS)]
        prefix = start[1] or ""
        url = absolute_link(sitemap_url, _value(chunk, f"{prefix}loc"))
        lastmod = parse_date(_value(chunk, f"{prefix}lastmod"))
        if url is None:
            malformed = True
        elif start[2].lower() == "sitemap":
            children.append(SitemapChild(url=url, lastmod=lastmod))
        else:
            entries.append(_entry(chunk, url, lastmod))
    return Sitemap(
        entries=tuple(entries),
        children=tuple(children),
        over_cap=max(0, len(starts) - max_entries),
        malformed=malformed,
    )


def _entry(chunk: str, url: str, lastmod: datetime | None) -> SitemapEntry:
    news = NEWS.search(chunk)
    if not news:
        return SitemapEntry(url=url, lastmod=lastmod)
    prefix = news[1]
    return SitemapEntry(
        url=url,
        lastmod=lastmod,
        news_title=clean_html(_value(chunk, f"{prefix}title") or "", MAX_TITLE_CHARS),
        news_published=parse_date(_value(chunk, f"{prefix}publication_date")),
        news_language=language_tag(_value(chunk, f"{prefix}language")),
        news_name=clean_html(_value(chunk, f"{prefix}name") or "", MAX_NAME_CHARS),
    )


def _value(chunk: str, name: str) -> str | None:
    """Text of the first element of this name that was closed: half an address is a wrong one."""
    start = chunk.find(f"<{name}")
    opened = chunk.find(">", start) + 1 if start >= 0 else 0
    end = chunk.find(f"</{name}", opened) if opened else -1
    if end < 0:
        return None
    inner = chunk[opened:end]
    return html.unescape(CDATA.sub(lambda cdata: html.escape(cdata[1]), inner)).strip() or None


def _detail(text: str) -> str:
    found = FIRST_ELEMENT.search(text[:20_000])
    name = found[1].lower() if found else ""
    if name in {"html", "head", "body"}:
        return "an HTML page, not a sitemap"
    if name.split(":")[-1] in {"rss", "feed", "rdf"}:
        return "a feed, not a sitemap: read it as a feed"
    return f"XML or markup that is no sitemap: its first element is <{name}>" if name else "markup without elements"
