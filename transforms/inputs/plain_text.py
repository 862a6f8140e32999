"""Text of titles and summaries as people read it: without tags, entities, control characters or loose surrogates."""

import html
import re

MAX_RAW_CHARS = 200_000  # what is looked at of one field: longer ones are whole pages, and only a start is kept

INVISIBLE_ELEMENT = re.compile(r"<(script|style|iframe|noscript|template)\b", re.IGNORECASE)
TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9:-]*)(?=[\s/>])[^<>]*>|<[!?][^<>]*>")
INLINE_TAGS = """
a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup time tt
u var wbr
"""
INLINE = frozenset(INLINE_TAGS.split())
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Overrides and isolates reorder what stands around them; the two marks (200e, 200f) stay, real texts need them.
BIDI_CONTROLS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def clean_html(markup: str, limit: int) -> str | None:
    """Strip the tags, resolve the entities and fold the white space; None when nothing is left."""
    text = _without_comments(markup[:MAX_RAW_CHARS])
    return clean_plain(html.unescape(TAG.sub(_tag_as_space, _without_invisible(text))), limit)


def clean_plain(text: str, limit: int) -> str | None:
    """Remove what cannot be printed and fold the white space; None when nothing is left."""
    printable = BIDI_CONTROLS.sub("", UNPRINTABLE.sub("", text[:MAX_RAW_CHARS]))
    return " ".join(printable.split())[:limit].rstrip() or None


def _tag_as_space(tag: re.Match[str]) -> str:
    """A paragraph or line break parts words, an inline tag does not."""
    return "" if (tag[1] or "").lower() in INLINE else " "


def _without_comments(markup: str) -> str:
    pieces = []
    rest = markup
    start = rest.find("<!--")
    position = 0
    while start >= 0:
        pieces.append(rest[position:start])
        end = rest.find("-->", start)
        if end < 0:
            return "".join(pieces)
        position = end + 3
        start = rest.find("<!--", position)
    return "".join(pieces) + rest[position:]


def _without_invisible(markup: str) -> str:
    """Drop scripts and styles with their content; one that never closes takes the rest along, as in a browser."""
    lowered = markup.lower()
    if len(lowered) != len(markup):  # a few letters grow when lowered, and positions would shift
        lowered = markup
    pieces = []
    position = 0
    while found := INVISIBLE_ELEMENT.search(markup, position):
        pieces.append(markup[position : found.start()] + " ")
        end = lowered.find(f"</{found[1].lower()}", found.end())
        if end < 0:
            return "".join(pieces)
        position = markup.find(">", end) + 1 or len(markup)
    return "".join(pieces) + markup[position:]
