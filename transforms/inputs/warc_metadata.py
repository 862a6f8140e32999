"""What newsbeam's own archives say beside a record: for whose sake it was asked. Strangers may write it, too."""

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from schemas.links import FeedItem
from transforms.inputs.dates import parse_date

PROFILE = "profile=newsbeam"
MAX_METADATA = 256 * 1024  # a link with its feed item is 4 kB; summaries are capped at 2,000 characters
MAX_TEXT = 100_000
DATES = frozenset({"published_at", "updated_at"})
LISTS = frozenset({"authors", "categories"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Why an archived answer was asked for: `kind` is page, feed, sitemap or robots; the rest is of a page's link."""

    kind: str
    url: str | None = None
    item: FeedItem | None = None
    seen_in: tuple[str, ...] = ()


def read_errand(content_type: str | None, block: bytes) -> Errand | None:
    """Read a metadata record; None where it is not one of ours."""
    if PROFILE not in (content_type or "") or len(block) > MAX_METADATA:
        return None
    try:
        told = json.loads(block)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not isinstance(told.get("kind"), str):
        return None
    link = told.get("link")
    if not isinstance(link, dict):
        return Errand(kind=told["kind"])
    return Errand(kind=told["kind"], url=_text(link.get("url")), item=_item(link), seen_in=_texts(link.get("seen_in")))


def _item(link: dict[str, Any]) -> FeedItem | None:
    item = link.get("item")
    if not isinstance(item, dict) or not isinstance(item.get("feed_url"), str):
        return None
    known: dict[str, Any] = {each.name: _value(each.name, item.get(each.name)) for each in fields(FeedItem)}
    return FeedItem(**known)


def _value(name: str, value: object) -> str | tuple[str, ...] | datetime | None:
    if name in LISTS:
        return _texts(value)
    return parse_date(_text(value)) if name in DATES else _text(value)


def _text(value: object) -> str | None:
    return value[:MAX_TEXT] if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(text for each in value if (text := _text(each))) if isinstance(value, list) else ()
