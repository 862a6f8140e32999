"""Standing in: the full text that a feed carries takes the place of a page that is refused, or shows a part only."""

from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

from schemas.failures import Failure, Fate, Reason
from schemas.links import FeedItem
from schemas.pages import Extraction, Page
from schemas.runs import Run
from transforms.filesystems import dataset_files
from transforms.storage.feed_texts import read_text

FEED_TEXT = "feed_text"  # quality flag; beside it stands page_REASON, where the page itself was refused
STUB = "paywall_stub"
# Of these the feed does not speak: who takes a page back, or reserves it, means the text; what was never asked is
# asked by the next run; and a bug or an address that we refuse ourselves has to be seen.
NO_STAND_IN = frozenset({
    Reason.GONE, Reason.LEGAL, Reason.AI_OPTOUT, Reason.HOST_PAUSED, Reason.INTERNAL_ERROR, Reason.NO_CONTACT,
    Reason.BAD_URL, Reason.BAD_SCHEME, Reason.BLOCKED_PORT, Reason.BLOCKED_ADDRESS,
})  # fmt: skip
DOCUMENT = (
    '<!DOCTYPE html><html{lang}><head><meta charset="utf-8"></head><body><article>{markup}</article></body></html>'
)


def stand_in_for_refused(result: Any, run: Run) -> Any:
    """What opening a link came to, or in place of a refusal the page that its feed makes."""
    if not isinstance(result, Fate) or not isinstance(result.record, Failure) or result.link is None:
        return result
    failure, link = result.record, result.link
    nothing = Page(
        link=link,
        final_url=link.redirected_to or link.canonical_url,
        status=failure.status or 0,
        content_type=None,
        robots_tag=None,
        fetched_at=failure.at or run.started_at,
        attempts=failure.attempts,
        body=b"",
    )
    return stand_in(nothing, failure, run) or result


def stand_in(page: Page, instead_of: Extraction | Failure, run: Run) -> Page | None:
    """The page that its feed makes, with what it stands in for; None where the page is good, or the feed has none."""
    check, reason = page.link.feed_text, instead_of.reason if isinstance(instead_of, Failure) else None
    if page.instead_of or check is None or reason in NO_STAND_IN:
        return None
    if isinstance(instead_of, Extraction) and STUB not in instead_of.quality:
        return None
    markup = read_text(check, dataset_files(run.output))
    if markup is None:
        return None
    document = as_document(markup, page.link.item).encode("utf-8", "replace")
    return replace(page, body=document, content_type="text/html; charset=utf-8", instead_of=instead_of)


def as_document(markup: str, item: FeedItem | None) -> str:
    """The markup of an item as a page. Its headline stays with the feed, which is asked where a page has none."""
    lang = f' lang="{escape(item.language)}"' if item and item.language else ""
    return DOCUMENT.format(lang=lang, markup=markup)


def settled(found: Extraction, instead_of: Extraction | Failure) -> Extraction:
    """What the text of a feed makes of a page: what a stub says of itself holds, and its text where it is longer."""
    flagged = partial(_flagged, found)
    if isinstance(instead_of, Failure):
        return flagged(found, f"page_{instead_of.reason}")
    if _letters(found) <= _letters(instead_of):
        return instead_of
    return flagged(replace(
        instead_of, blocks=found.blocks, language=found.language, language_confidence=found.language_confidence,
        extractor=found.extractor,
    ))  # fmt: skip


def _flagged(text: Extraction, whole: Extraction, *more: str) -> Extraction:
    return replace(whole, quality=(*text.quality, FEED_TEXT, *more))


def _letters(extraction: Extraction) -> int:
    return sum(map(len, extraction.blocks))
