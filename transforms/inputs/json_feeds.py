"""JSON Feed 1 and 1.1."""

import json
from dataclasses import replace
from typing import Any

from schemas.links import FeedItem
from transforms.inputs.dates import parse_date
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
from transforms.inputs.full_texts import full_text, markup_of
from transforms.inputs.languages import language_tag
from transforms.inputs.plain_text import clean_html, clean_plain

Json = dict[str, Any]  # what a stranger wrote: every value is asked for its type before use


def read_json_feed(text: str, witness: FeedItem) -> DraftFeed:
    """Read a JSON Feed; other JSON is NotAFeed."""
    feed = _load(text)
    items = feed.get("items")
    version = _text(feed.get("version")) or ""
    known = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    if not isinstance(items, list) or not ("jsonfeed" in version or "title" in feed or any(map(_has_content, known))):
        raise NotAFeed(f"JSON, but not a JSON Feed: it has {_keys(feed)}")
    title = clean_plain(_text(feed.get("title")) or "", MAX_TITLE_CHARS)
    language = language_tag(_text(feed.get("language")))
    return DraftFeed(
        title=title,
        format="json11" if version.rstrip("/").endswith("1.1") else "json1",
        language=language,
        malformed=len(known) < len(items) or "jsonfeed" not in version,
        drafts=tuple(_draft(item, replace(witness, feed_title=title, language=language)) for item in known),
    )


def _load(text: str) -> Json:
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"JSON that cannot be read: {error}") from error
    if not isinstance(loaded, dict):
        raise NotAFeed(f"JSON, but not a JSON Feed: it is a {type(loaded).__name__}")
    return loaded


def _draft(item: Json, feed: FeedItem) -> Draft:
    guid = _guid(item.get("id"))
    link = _text(item.get("url")) or _text(item.get("external_url")) or (guid if _is_web(guid) else None)
    markup = _text(item.get("content_html")) or ""
    plain = _text(item.get("content_text")) or ""
    summary = clean_plain(_text(item.get("summary")) or plain, MAX_SUMMARY_CHARS)
    url = absolute_link(feed.feed_url, link)
    return Draft(
        url=url,
        markup=full_text((markup or markup_of(plain),), url),
        content=clean_html(markup, MAX_HASHED_CHARS) or clean_plain(plain, MAX_HASHED_CHARS) or summary or "",
        item=FeedItem(
            feed_url=feed.feed_url,
            feed_title=feed.feed_title,
            guid=guid,
            title=clean_plain(_text(item.get("title")) or "", MAX_TITLE_CHARS),
            summary=summary or clean_html(markup, MAX_SUMMARY_CHARS),
            authors=_authors(item),
            published_at=parse_date(_text(item.get("date_published"))),
            updated_at=parse_date(_text(item.get("date_modified"))),
            categories=_tags(item.get("tags")),
            language=language_tag(_text(item.get("language"))) or feed.language,
            country=feed.country,
        ),
    )


def _has_content(item: Json) -> bool:
    """The two fields that no other format has."""
    return "content_html" in item or "content_text" in item


def _authors(item: Json) -> tuple[str, ...]:
    """Version 1.1 has a list, version 1 a single author; some feeds give both."""
    authors = item.get("authors")
    people = authors if isinstance(authors, list) and authors else [item.get("author")]
    names = (_text(person.get("name")) for person in people if isinstance(person, dict))
    return first_names(clean_plain(name, MAX_NAME_CHARS) for name in names if name)


def _tags(tags: object) -> tuple[str, ...]:
    if not isinstance(tags, list):
        return ()
    return first_names(clean_plain(tag, MAX_NAME_CHARS) for tag in tags if isinstance(tag, str))


def _guid(value: object) -> str | None:
    """An id is a string, and a number in many feeds, which the standard asks readers to take."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return clean_plain(str(value), MAX_GUID_CHARS)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _is_web(guid: str | None) -> bool:
    return bool(guid) and str(guid).startswith(("http://", "https://"))


def _keys(feed: Json) -> str:
    names = clean_plain(", ".join(list(feed)[:5]), 80)  # a few are enough to tell an error page of an API
    return f"the fields {names}" if names else "no fields"
