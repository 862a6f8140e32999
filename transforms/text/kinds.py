"""What a page is, where it is no article: a wall, an empty shell, an error with a friendly face, a front page."""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import islice
from urllib.parse import urlsplit

from schemas.failures import Reason
from transforms.text.block_features import PARAGRAPH, is_paragraph
from transforms.text.blocks import Block
from transforms.text.metadata import Metadata
from transforms.text.normal import fair_length
from transforms.text.rejections import Rejection
from transforms.text.trees import Element

LITTLE = (
    1_500  # letters of running text on a page: a wall or an error has less, and an article that quotes one has more
)
EMPTY = 250  # letters on a whole page: no article, and hardly a menu
SHORT = 2_500  # letters of a text: the notice of a paywall at its end makes it a stub; a longer one is the article
TELLING = 400  # characters of the title and the first blocks in which an error says that it is one
HOME = re.compile(r"\A/?(?:index|home|default)?(?:\.\w{2,5})?/?\Z", re.IGNORECASE)
SECTION = re.compile(
    r"\A/(?:category|categories|tag|tags|topic|topics|section|author|authors|autor|rubrik|thema|themen)/[^/]+/?\Z"
)
LINKED_PAGE = 0.6  # of the letters are links: a list of articles
MIN_LINKS = 20  # blocks of links on such a page
GALLERY_LETTERS = 60  # of a text for each picture; less text beside more pictures is a gallery
GALLERY_PICTURES = 8
MAX_PICTURES = 500  # that are counted; frames stand in frames, and a picture in each of them
REASONS = {
    "challenge": (Reason.CHALLENGE_PAGE, "the page asks for proof that a human reads it"),
    "consent": (Reason.CONSENT_WALL, "the page shows nothing but a request for consent"),
    "missing": (Reason.SOFT_404, "the page says that there is no such page, with status 200"),
    "script": (Reason.NEEDS_JAVASCRIPT, "the page is empty without JavaScript"),
}


def why_no_article(
    blocks: Sequence[Block], metadata: Metadata, lines: Sequence[str], url: str | None, fallback: str = ""
) -> Rejection | None:
    """Why a page with little or no text is no article; None where it may be one.

    `fallback` is what the page shows without JavaScript; it counts where there is next to nothing else.
    """
    running = sum(block.letters for block in blocks if is_paragraph(block))
    if running < LITTLE and not _is_signed(metadata):
        for kind in ("challenge", "missing", "consent", "script"):
            if found := _said(kind, blocks, metadata) or (kind == "script" and _shell(blocks, fallback)):
                reason, words = REASONS[kind]
                return Rejection(reason=reason, detail=f"{words}: {found!r}")
    if _is_front(blocks, metadata, lines, url):
        return Rejection(reason=Reason.SECTION_PAGE, detail="the page lists articles and is none itself")
    return None


def says_paywall(blocks: Sequence[Block], lines: Sequence[str]) -> bool:
    """Whether a short text stands on a page which says that the rest is for subscribers."""
    if sum(map(fair_length, lines)) >= SHORT:
        return False
    shown = " ".join(block.text for block in blocks if block.letters < PARAGRAPH * 3).lower()
    return any(phrase in shown for phrase in _phrases()["paywall"])


def is_gallery(tree: Element, lines: Sequence[str]) -> bool:
    """Many pictures in the article, and little text for each."""
    inside = (each for frame in tree.iter("article", "main") for each in frame.iter("figure"))
    pictures = len(set(islice(inside, MAX_PICTURES)))
    return pictures >= GALLERY_PICTURES and sum(map(fair_length, lines)) < GALLERY_LETTERS * pictures


def _is_signed(metadata: Metadata) -> bool:
    """An article with its own date and body in JSON-LD is no error, whatever its text speaks of."""
    return metadata.published_at is not None and bool(metadata.body)


def _said(kind: str, blocks: Sequence[Block], metadata: Metadata) -> str | None:
    """The phrase of a kind that the page says: anywhere for walls, in title or first blocks for errors."""
    shown = " ".join((metadata.title or "", *(block.text for block in blocks))).lower().replace("’", "'")
    if kind == "missing":
        shown = " ".join((metadata.title or "", *metadata.headings, shown[:TELLING])).lower()
    return next((phrase for phrase in _phrases()[kind] if phrase in shown), None)


def _shell(blocks: Sequence[Block], fallback: str) -> str | None:
    """The phrase by which an empty page asks for JavaScript."""
    if sum(block.letters for block in blocks) >= EMPTY:
        return None
    return next((phrase for phrase in _phrases()["script"] if phrase in fallback.lower()), None)


def _is_front(blocks: Sequence[Block], metadata: Metadata, lines: Sequence[str], url: str | None) -> bool:
    """The address of a home or section page, and more links than text on it."""
    parts = urlsplit(url) if url else None
    if parts is None or not (SECTION.match(parts.path) or (HOME.match(parts.path) and not parts.query)):
        return False
    letters = sum(block.letters for block in blocks)
    linked = [block for block in blocks if block.linked > block.letters / 2]
    mostly_links = sum(block.linked for block in linked) >= LINKED_PAGE * letters
    return metadata.body is None and len(linked) >= MIN_LINKS and (mostly_links or not lines)


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    table = files("transforms.text").joinpath("data/walls.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if "\t" in line and not line.startswith("#")]
    return {kind: tuple(phrase for each, phrase in rows if each == kind) for kind in {row[0] for row in rows}}
