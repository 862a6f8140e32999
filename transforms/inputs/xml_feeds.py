"""Feeds in XML, through feedparser, which gets mended UTF-8 and gives items even where the XML is broken."""

import io
import re
from dataclasses import replace
from time import struct_time
from typing import Any

from schemas.links import FeedItem
from transforms.inputs.dates import from_struct_time, parse_date
from transforms.inputs.feed_entries import (
    MAX_GUID_CHARS,
    MAX_HASHED_CHARS,
    MAX_NAME_CHARS,
    MAX_SUMMARY_CHARS,
    MAX_TITLE_CHARS,
    Draft,
    DraftFeed,
    NotAFeed,
    absolute_link,
    first_names,
)
from transforms.inputs.full_texts import full_text
from transforms.inputs.languages import language_tag
from transforms.inputs.plain_text import clean_html, clean_plain
from transforms.inputs.xml_repairs import (
    mend_xml,
    newest_items,
    one_by_one,
    root_name,
    skipped_times,
    without_fragile,
    without_prologue,
)

Fields = dict[str, Any]  # feedparser's own records; read with dict.get, which has no aliases and no warnings

PAGE_ROOTS = frozenset({"html", "head", "body", "script", "div", "title", "meta", "p", "h1", "form", "table", "center"})
# For feeds that do not state their version, or state it in a way that nobody else does.
FORMS_BY_ROOT = {"channel": "cdf", "rss": "rss", "rdf:rdf": "rss", "feed": "atom"}
LOGIN_PAGE = re.compile(r"<input\b[^<>]{0,500}\btype\s*=\s*[\"']?password", re.IGNORECASE)
MAX_TTL_MINUTES = 60 * 24 * 365  # more is a slip
PERIOD_MINUTES = {"hourly": 60, "daily": 1_440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
EMAIL_THEN_NAME = re.compile(r"^\S{1,200}@\S{1,200}\s*\((.{1,200})\)$")

# What feedparser 6.0.14 raises on malformed feeds, found by feeding it mutated ones.
PARSER_FAULTS = (
    KeyError,
    IndexError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
    AssertionError,
    RecursionError,
)


def read_xml_feed(text: str, witness: FeedItem, *, keep: int, malformed: bool) -> DraftFeed:
    """Read RSS, RDF, Atom or CDF, of very long ones the newest `keep` items; anything else is NotAFeed."""
    root = root_name(text)
    bare = without_prologue(text) if root in PAGE_ROOTS else text
    if root in PAGE_ROOTS and root_name(bare) in PAGE_ROOTS:
        raise NotAFeed(_page_detail(text))
    mended, was_clean = mend_xml(bare)
    newest, over_cap = newest_items(mended, keep)
    parsed = _parse(newest)
    form = parsed.get("version") or FORMS_BY_ROOT.get(root_name(bare), "unknown")
    if form == "unknown" and not parsed["entries"]:
        raise NotAFeed(_other_detail(text, root))
    broken = malformed or not was_clean or bare is not text or bool(parsed["bozo"])
    hours, days = skipped_times(mended)
    return replace(
        _draft_feed(parsed, form, witness), malformed=broken, over_cap=over_cap, skip_hours=hours, skip_days=days
    )


def _draft_feed(parsed: Fields, form: str, witness: FeedItem) -> DraftFeed:
    feed: Fields = parsed["feed"]
    witness = replace(
        witness,
        feed_title=_text_of(feed, "title", MAX_TITLE_CHARS, form),
        language=language_tag(_string(feed, "language")),
    )
    return DraftFeed(
        title=witness.feed_title,
        format=form,
        language=witness.language,
        asked_minutes=max(filter(None, (_ttl(feed), _update_period(feed))), default=None),
        drafts=tuple(_draft(entry, witness, form) for entry in parsed["entries"]),
    )


def _parse(text: str) -> Fields:
    """Parse the whole; where feedparser stumbles, without what it stumbles over; else every item by itself."""
    for attempt in (text, without_fragile(text)):
        parsed = _try_parse(attempt)
        if parsed is not None:
            return {**parsed, "bozo": parsed["bozo"] or attempt is not text}
    feeds = [parsed for single in one_by_one(without_fragile(text)) if (parsed := _try_parse(single)) is not None]
    if not feeds:
        raise NotAFeed("XML that cannot be read as a feed, neither whole nor item by item")
    return {**feeds[0], "entries": [entry for feed in feeds for entry in feed["entries"]], "bozo": True}


def _try_parse(text: str) -> Fields | None:
    try:
        return _feedparser(text)
    except PARSER_FAULTS:
        return None


def _feedparser(text: str) -> Fields:
    """Parse; bytes go in a stream, since feedparser takes a bare value for a file name or an address first.

    It is not told the feed's address: resolving every element against it takes a third of its time, and links that it
    resolved against a relative xml:base are resolved against the feed's address afterwards, with the same result.
    """
    import feedparser  # noqa: PLC0415  90 ms that a worker without feeds need not spend

    headers = {"content-type": "application/xml; charset=utf-8"}
    stream = io.BytesIO(text.encode("utf-8"))
    return feedparser.parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)


def _draft(entry: Fields, feed: FeedItem, form: str) -> Draft:
    published = _moment(entry, "published") or _moment(entry, "created")
    updated = _moment(entry, "updated")
    summary = _text_of(entry, "summary", MAX_HASHED_CHARS, form)
    url = _link(entry, feed.feed_url)
    return Draft(
        url=url,
        markup=full_text((*_contents(entry), _string(entry, "summary")), url),
        content=_content(entry) or summary or "",
        item=FeedItem(
            feed_url=feed.feed_url,
            feed_title=feed.feed_title,
            guid=clean_plain(_string(entry, "id") or "", MAX_GUID_CHARS),
            title=_text_of(entry, "title", MAX_TITLE_CHARS, form),
            summary=clean_plain(summary or "", MAX_SUMMARY_CHARS),
            authors=_authors(entry),
            # dc:date, the only date of RDF, arrives as `updated`; Atom asks for `updated` alone.
            published_at=published or updated,
            updated_at=updated if published or form.startswith("atom") else None,
            categories=_categories(entry),
            language=_entry_language(entry) or feed.language,
            country=feed.country,
        ),
    )


def _link(entry: Fields, feed_url: str) -> str | None:
    """The publisher's own address before that of a counting redirect; an id that is an address comes last."""
    links = [link for link in entry.get("links") or () if isinstance(link, dict)]
    alternates = (_string(link, "href") for link in links if link.get("rel", "alternate") == "alternate")
    guid = _string(entry, "id")
    candidates = (
        _string(entry, "feedburner_origlink"),
        _string(entry, "link"),
        *alternates,
        guid if guid and guid.startswith(("http://", "https://")) and entry.get("guidislink", True) else None,
    )
    found = [url for url in (absolute_link(feed_url, link) for link in candidates) if url]
    on_the_web = (url for url in found if url.startswith(("http://", "https://")))
    return next(on_the_web, found[0] if found else None)


def _moment(entry: Fields, name: str) -> Any:
    parsed = dict.get(entry, f"{name}_parsed")
    if isinstance(parsed, struct_time | tuple):
        return from_struct_time(struct_time(parsed))
    return parse_date(_string(entry, name))


def _text_of(fields: Fields, name: str, limit: int, form: str) -> str | None:
    """Text of a field. Atom states which text is plain, so what looks like a tag there is none; others never say."""
    value = _string(fields, name)
    detail = dict.get(fields, f"{name}_detail")
    if not value:
        return None
    plain = form.startswith("atom") and isinstance(detail, dict) and dict.get(detail, "type") == "text/plain"
    return clean_plain(value, limit) if plain else clean_html(value, limit)


def _content(entry: Fields) -> str | None:
    values = (clean_html(value, MAX_HASHED_CHARS) for value in _contents(entry))
    return next((text for text in values if text), None)


def _contents(entry: Fields) -> list[str]:
    values = (_string(content, "value") for content in dict.get(entry, "content") or () if isinstance(content, dict))
    return [value for value in values if value]


def _authors(entry: Fields) -> tuple[str, ...]:
    people = [author for author in dict.get(entry, "authors") or () if isinstance(author, dict)]
    named = first_names(_person(_string(person, "name")) for person in people)
    return named or first_names([_person(_string(entry, "author"))])


def _person(name: str | None) -> str | None:
    """A name; of `mail@host (Name)` the name, and nothing of a bare address."""
    cleaned = clean_html(name or "", MAX_NAME_CHARS)
    if cleaned is None:
        return None
    found = EMAIL_THEN_NAME.match(cleaned)
    if found:
        return found[1].strip() or None
    return None if "@" in cleaned and " " not in cleaned else cleaned


def _categories(entry: Fields) -> tuple[str, ...]:
    tags = [tag for tag in dict.get(entry, "tags") or () if isinstance(tag, dict)]
    return first_names(clean_html(_string(tag, "label") or _string(tag, "term") or "", MAX_NAME_CHARS) for tag in tags)


def _entry_language(entry: Fields) -> str | None:
    detail = dict.get(entry, "title_detail")
    return language_tag(_string(detail, "language")) if isinstance(detail, dict) else None


def _ttl(feed: Fields) -> int | None:
    ttl = (_string(feed, "ttl") or "").strip()
    minutes = int(ttl) if ttl.isascii() and ttl.isdigit() and len(ttl) < 10 else 0
    return minutes if 0 < minutes <= MAX_TTL_MINUTES else None


def _update_period(feed: Fields) -> int | None:
    """Minutes between two changes, as sy:updatePeriod and sy:updateFrequency say."""
    period = PERIOD_MINUTES.get((_string(feed, "sy_updateperiod") or "").strip().lower())
    frequency = (_string(feed, "sy_updatefrequency") or "").strip()
    times = int(frequency) if frequency.isascii() and frequency.isdigit() and len(frequency) < 6 else 1
    return max(period // max(times, 1), 1) if period else None


def _string(fields: Fields, name: str) -> str | None:
    value = dict.get(fields, name)
    return value if isinstance(value, str) and value else None


def _page_detail(text: str) -> str:
    if LOGIN_PAGE.search(text):
        return "an HTML page that asks for a login, not a feed"
    title = re.search(r"<title[^<>]{0,200}>([^<]{1,500})", text[:100_000], re.IGNORECASE)
    name = clean_html(title[1], 80) if title else None
    return f"an HTML page, not a feed: {name}" if name else "an HTML page, not a feed"


def _other_detail(text: str, root: str) -> str:
    if root:
        return f"XML or markup that is no feed: its first element is <{clean_plain(root, 60)}>"
    return f"neither XML nor JSON: it begins with {clean_plain(text[:60], 40)!r}"
