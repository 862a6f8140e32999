"""Whether what a feed gives of an item is the whole article, and its markup where it is."""

import html
import re
from collections.abc import Iterable

from transforms.inputs.plain_text import clean_html

MIN_BYTES = 800  # of plain text; in UTF-8 they count scripts that say more with fewer letters about as others
MAX_CHARS = 200_000  # of markup; a longer one is no article
# How a teaser ends: with dots, bare or in brackets, or with the words of a link behind them.
CUT_OFF = re.compile(r"(?:\u2026|\.\.\.|\[\s*(?:\u2026|\.\.\.)\s*\])[\s)\]\u00bb\u2192>]*(?:[^.\u2026\u3002]{0,40})\Z")
# The line that blogs put under an item: nothing but a few links to it and to the site.
LAST_LINE = re.compile(r"<p\b[^<>]{0,200}>(?:[^<>]{0,200}<a\b[^<>]{0,2000}>[^<>]{0,500}</a>){1,3}[^<>]{0,200}</p>\s*")
MAX_LAST_LINE = 6_000
ENDING = 100  # characters in which dots may stand
LINE_BREAKS = re.compile(r"\n\s*\n|\r\n\s*\r\n")


def full_text(candidates: Iterable[str | None], url: str | None) -> str | None:
    """The longest of what an item carries, if it is an article: long enough, bounded, and not cut off with dots."""
    longest = max((each for each in candidates if each), key=len, default="")
    if len(longest) > MAX_CHARS or _size(longest) < MIN_BYTES:
        return None
    markup = without_last_line(longest, url)
    text = clean_html(markup, MAX_CHARS) or ""
    return markup if _size(text) >= MIN_BYTES and not CUT_OFF.search(text[-ENDING:]) else None


def without_last_line(markup: str, url: str | None) -> str:
    """The markup without the line at its end that links to the item itself."""
    start = markup.rfind("<p", max(0, len(markup) - MAX_LAST_LINE))
    found = LAST_LINE.fullmatch(markup, start) if start >= 0 and url else None
    return markup[:start] if found and str(url) in html.unescape(found[0]) else markup


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def markup_of(plain: str) -> str:
    """Plain text as paragraphs."""
    return "".join(f"<p>{html.escape(each)}</p>" for each in LINE_BREAKS.split(plain) if each.strip())
