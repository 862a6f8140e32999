"""Text of XML that publishers broke, mended so far that a strict parser reads most of it."""

import re
from collections.abc import Iterator
from html.entities import html5

from transforms.inputs.dates import parse_date

ROOT = re.compile(r"<(?!\?|!)[^<>\s/]{1,100}")
FEED_ROOT = re.compile(r"<(?:\?xml|rss|feed|rdf:rdf|channel|[a-z0-9]{1,20}:(?:feed|rdf))[\s>]", re.IGNORECASE)
MAX_HEAD_CHARS = 20_000  # of a feed, repeated before each item that is read by itself
MAX_PROLOGUE_CHARS = 64_000  # PHP warnings and comments stand before a feed, not whole pages

DECLARATION = re.compile(r"^<\?xml[^>]{0,300}?\?>\s*", re.IGNORECASE)
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
CHARACTER_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,20})|([0-9]{1,20}));")
NAMED_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})

ITEM_START = re.compile(r"<(?:[A-Za-z0-9]{1,20}:)?(?:item|entry)[\s>]", re.IGNORECASE)
ITEM_END = re.compile(r"</(?:[A-Za-z0-9]{1,20}:)?(?:item|entry)\s*>", re.IGNORECASE)
DATE = re.compile(
    r"<(?:[A-Za-z0-9]{1,20}:)?(?:pubdate|published|updated|date|issued|modified)(?:\s[^<>]{0,200})?>([^<>]{4,100})<",
    re.IGNORECASE,
)
ROOT_END = re.compile(
    r"</(?:[A-Za-z0-9]{1,20}:)?(?:rss|feed|rdf|channel)\s*>\s*(?:<!--.{0,2000}?-->\s*)*$", re.IGNORECASE | re.DOTALL
)
TAIL_CHARS = 4_000  # where the end of the root stands, comments of caches after it

SKIPPED = re.compile(r"<skip(?:Hours|Days)\b[^<>]{0,200}>(.{0,4000}?)</skip(?:Hours|Days)", re.IGNORECASE | re.DOTALL)
SKIPPED_HOUR = re.compile(r"<hour>\s*(2[0-4]|1?\d|0\d)\s*<", re.IGNORECASE)
SKIPPED_DAY = re.compile(r"<day>\s*((?:mon|tues|wednes|thurs|fri|satur|sun)day)\s*<", re.IGNORECASE)

# A tag of this length holds a picture, or thousands of attributes, which feedparser needs minutes for.
OVERLONG_TAG = re.compile(r"<[A-Za-z][^<>]{32768,}>?")

# Elements in which feedparser 6.0.14 raises KeyError or TypeError when they stand in the wrong place.
FRAGILE = re.compile(
    r"<(textinput|image|psc:chapters)\b[^<>]{0,2000}>(?:(?!</?\1\b).){0,4000}</\1\s*>"
    r"|</?(?:width|height|psc:chapter|textinput|georss:[a-z]{1,20}|gml:[a-z]{1,20})\b[^<>]{0,2000}>",
    re.IGNORECASE | re.DOTALL,
)


def mend_xml(text: str) -> tuple[str, bool]:
    """Drop characters that XML forbids and resolve the entities of HTML; says also whether nothing was amiss."""
    mended = DECLARATION.sub("", text, count=1)
    legal = CHARACTER_REFERENCE.sub(_legal_reference, ILLEGAL.sub("", mended))
    whole = _without_cut_item(OVERLONG_TAG.sub("", legal))
    return NAMED_ENTITY.sub(_as_number, whole), whole == mended


def without_fragile(text: str) -> str:
    """Drop what feedparser stumbles over; it names no links."""
    return FRAGILE.sub("", text)


def root_name(text: str) -> str:
    """Name of the first element, in small letters, with its prefix."""
    found = ROOT.search(text, 0, MAX_PROLOGUE_CHARS)
    return found[0][1:].lower() if found else ""


def without_prologue(text: str) -> str:
    """Drop what stands before the feed, as warnings of the server's software do."""
    found = FEED_ROOT.search(text, 0, MAX_PROLOGUE_CHARS)
    return text[found.start() :] if found else text


def newest_items(text: str, keep: int) -> tuple[str, int]:
    """Cut a feed of very many items down to the newest by their first date, and say how many were cut.

    feedparser takes some 0.2 ms an item, and is asked only for those that have a chance to be kept.
    """
    spans = _item_spans(text)
    if len(spans) <= keep:
        return text, 0
    dates = [_first_date(text[start:end]) for start, end in spans]
    ranked = sorted(range(len(spans)), key=lambda index: -dates[index])
    position = 0
    pieces: list[str] = []
    for index in sorted(ranked[keep:]):
        start, end = spans[index]
        pieces.append(text[position:start])
        position = end
    return "".join(pieces) + text[position:], len(spans) - keep


def skipped_times(text: str) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Hours and days, UTC, in which an RSS feed asks not to be polled; all of them would mean never, and are none."""
    first_item = ITEM_START.search(text)
    blocks = SKIPPED.findall(text[: first_item.start() if first_item else MAX_HEAD_CHARS] + text[-TAIL_CHARS:])
    hours = {int(hour) % 24 for block in blocks for hour in SKIPPED_HOUR.findall(block)}
    days = {day.lower() for block in blocks for day in SKIPPED_DAY.findall(block)}
    return tuple(sorted(hours)) if len(hours) < 24 else (), tuple(sorted(days)) if len(days) < 7 else ()


def one_by_one(text: str) -> Iterator[str]:
    """The same feed with one item at a time."""
    spans = _item_spans(text)
    head = text[: min(spans[0][0], MAX_HEAD_CHARS)] if spans else text
    return (head + text[start:end] for start, end in spans)


def _item_spans(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = ITEM_START.search(text)
    while start:
        end = ITEM_END.search(text, start.end())
        if not end:
            break
        spans.append((start.start(), end.end()))
        start = ITEM_START.search(text, end.end())
    return spans


def _first_date(item: str) -> float:
    found = DATE.search(item)
    moment = parse_date(found[1]) if found else None
    return moment.timestamp() if moment else 0.0


def _legal_reference(reference: re.Match[str]) -> str:
    digits, base = (reference[1], 16) if reference[1] else (reference[2], 10)
    code = int(digits, base)
    if code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF:
        return reference[0]
    return ""


def _as_number(entity: re.Match[str]) -> str:
    character = html5.get(f"{entity[1]};")
    if entity[1] in OF_XML or character is None:
        return entity[0]
    return "".join(f"&#{ord(letter)};" for letter in character)


def _without_cut_item(text: str) -> str:
    """Where the document was cut inside an item, drop that item: half a link is a wrong link."""
    if ROOT_END.search(text[-TAIL_CHARS:]):
        return text
    last_start = max((found.start() for found in ITEM_START.finditer(text)), default=-1)
    last_end = max((found.start() for found in ITEM_END.finditer(text)), default=-1)
    return text[:last_start] if last_start > last_end else text
