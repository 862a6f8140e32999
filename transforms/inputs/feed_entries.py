"""What any format of feed is read into, and the rules that hold for all of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median
from urllib.parse import urljoin

import xxhash

from schemas.failures import Reason
from schemas.links import FeedItem

MAX_TITLE_CHARS = 1_000  # headlines end at 300; more is a feed that put the text there
MAX_SUMMARY_CHARS = 2_000  # a paragraph or two: the text itself comes from the page
MAX_HASHED_CHARS = 100_000  # of a feed's full text, so that an edit far down is seen
MAX_URL_CHARS = 70_000  # kept whole for the failure row, which says that the URL is bad
MAX_GUID_CHARS = 2_000
MAX_NAME_CHARS = 200
RESTAMPED_ITEMS = 3  # fewer that changed in the same second are chance
MAX_NAMES = 50  # authors or categories of one item


class NotAFeed(Exception):
    """The body is no feed; the detail says what it looks like instead."""

    reason = Reason.NOT_A_FEED

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One link of a feed. `version` changes when the publisher touches the item."""

    url: str
    item: FeedItem
    version: str
    markup: str | None = None  # the whole article, where the feed seems to carry it


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed as it was read: entries newest first, those without a date last, in the order of the feed.

    Every item is in `entries`, `over_cap` or `without_link`. A malformed feed keeps the items that could be read.
    """

    title: str | None
    format: str
    language: str | None
    entries: tuple[FeedEntry, ...]
    over_cap: int
    malformed: bool
    without_link: int
    asked_minutes: int | None = None  # pause between two polls that the document asks for
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()  # as monday
    newest_at: datetime | None = None
    cadence_minutes: int | None = None  # median time between two items


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One item before it is known to have a link. `content` is what its version is told by, beside the rest."""

    url: str | None
    item: FeedItem
    content: str
    markup: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFeed:
    title: str | None
    format: str
    language: str | None
    drafts: tuple[Draft, ...]
    asked_minutes: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()
    malformed: bool = False
    over_cap: int = 0  # left out before they were read


def finish_feed(feed: DraftFeed, max_items: int) -> ParsedFeed:
    """Keep the items that have a link, the newest up to the cap, and count the others."""
    linked = [(draft.url, draft) for draft in feed.drafts if draft.url]
    newest = sorted(linked, key=lambda pair: newest_first(pair[1].item))
    stamps = restamped(feed.drafts)
    dates = sorted(moment for _, draft in linked if (moment := draft.item.published_at or draft.item.updated_at))
    return ParsedFeed(
        title=feed.title,
        format=feed.format,
        language=feed.language,
        entries=tuple(
            FeedEntry(url=url, item=draft.item, version=version_of(draft, stamps), markup=draft.markup)
            for url, draft in newest[:max_items]
        ),
        over_cap=feed.over_cap + max(0, len(linked) - max_items),
        malformed=feed.malformed,
        without_link=len(feed.drafts) - len(linked),
        asked_minutes=feed.asked_minutes,
        skip_hours=feed.skip_hours,
        skip_days=feed.skip_days,
        newest_at=dates[-1] if dates else None,
        cadence_minutes=_cadence(dates),
    )


def newest_first(item: FeedItem) -> float:
    """A key for sorting; equal ones keep the order of the feed."""
    moment = item.published_at or item.updated_at
    return -moment.timestamp() if moment else 0.0


def restamped(drafts: Sequence[Draft]) -> frozenset[datetime]:
    """Times of change that stand on half of the items or more: a program set them, and no editor."""
    counts = Counter(draft.item.updated_at for draft in drafts if draft.item.updated_at)
    enough = max(RESTAMPED_ITEMS, len(drafts) / 2)
    return frozenset(moment for moment, count in counts.items() if count >= enough)


def version_of(draft: Draft, stamps: frozenset[datetime] = frozenset()) -> str:
    """Hash of what an item says. Its date of publication does not count: many feeds date their items anew each day."""
    changed = draft.item.updated_at
    stated = changed.isoformat() if changed and changed not in stamps and changed != draft.item.published_at else ""
    parts = (stated, draft.item.title or "", _hash(draft.content))
    return f"item:{_hash(chr(0).join(parts))}"


def _cadence(dates: Sequence[datetime]) -> int | None:
    gaps = [after - before for before, after in pairwise(dates)]
    return round(median(gap.total_seconds() for gap in gaps) / 60) if gaps else None


def _hash(text: str) -> str:
    return xxhash.xxh3_64_hexdigest(text.encode("utf-8", "replace"))


def absolute_link(base: str, link: str | None) -> str | None:
    """Resolve a link as a feed writes it: padded, broken over lines, with spaces, without scheme or host."""
    if not link:
        return None
    compact = "".join(line.strip() for line in link.splitlines()).replace("\t", "").strip()
    if not compact:
        return None
    try:
        return urljoin(base, compact).replace(" ", "%20")[:MAX_URL_CHARS]
    except ValueError:  # brackets that hold no address; the link stays as given and fails later, under its name
        return compact[:MAX_URL_CHARS]


def first_names(names: Iterable[str | None]) -> tuple[str, ...]:
    """The names that are there, each once, in their order."""
    return tuple(dict.fromkeys(name for name in names if name))[:MAX_NAMES]
