"""What can be seen of each block of a page, as numbers: its form, its place, its boxes, its neighbours."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transforms.text.blocks import AROUND, Block, Box
from transforms.text.boxes import KINDS

PARAGRAPH = 80  # letters from which a block that is no link counts as running text
MOSTLY_LINK = 0.3  # of the letters
KEY_CHARS = 80  # of a block that are compared with what the page says elsewhere
MIN_BODY = 200  # letters of an articleBody that is worth a comparison
FAR = 99  # blocks; neighbours beyond that are no neighbours
TAGS = (
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "div", "section", "article", "td", "tr",
    "figcaption", "dt", "dd", "header", "footer", "pre", "address", "summary",
)  # fmt: skip
TAG_CODES = {tag: code for code, tag in enumerate(TAGS, 1)}
TERMINALS = frozenset(".!?…。！？।॥\"”»“’')]")
SENTENCE = re.compile(r"[.!?。！？।]")
NOT_LETTERS = re.compile(r"[\W_]+")
DIGITS = re.compile(r"\d")
ASCII_NOT_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())
ASCII_DIGITS = b"0123456789"
MARKERS = frozenset("-–—•·→▶►»›+*#")
AROUND_PLACES = np.arange(len(AROUND))
KIND_PLACES = np.arange(len(KINDS))
DEPTH = attrgetter("depth")

FORM = (
    "log_letters", "letters", "linked", "bold", "italic", "broken", "terminal", "sentences", "commas", "digits",
    "upper_start", "lower_start", "colon_end", "question_end", "upper", "bar", "copyright", "address", "marker",
    "words", "tag", "is_title", "in_description", "is_author", "in_body", "copies",
)  # fmt: skip
PLACE = (
    "depth", "depth_from_top", "box_share", "parent_share", "parent_deep", "grandparent_deep", "box_blocks",
    "box_linked", "parent_linked", "grandparent_linked", "like_blocks", "like_share", "like_linked", "in_top",
    "steps_to_top", "meeting_depth", "steps_down", "place", "from_headline", "after_headline", "from_top_start",
    "from_top_end", "text_before", "text_after", "text_since_headline", "page_letters", "page_blocks", "dense",
    "no_headline",
)  # fmt: skip
NEIGHBOURS = (-2, -1, 1, 2)
LOOKED_AT = ("log_letters", "linked", "terminal", "tag")  # of a neighbour
NAMES = (
    *FORM,
    *PLACE,
    *(f"around_{tag}" for tag in AROUND),
    *(f"{whose}_{kind}" for whose in ("own", "parent", "all") for kind in KINDS),
    *(f"{name}_{offset:+d}" for offset in NEIGHBOURS for name in LOOKED_AT),
    "next_paragraph",
    "last_paragraph",
)
Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What the page says of its article outside the text; only letters of it are compared."""

    title: str | None = None
    headings: tuple[str, ...] = ()
    description: str | None = None
    authors: tuple[str, ...] = ()
    body: str | None = None  # articleBody of the JSON-LD


def describe(blocks: list[Block], facts: PageFacts) -> Matrix:
    """One row a block, one column a name in NAMES. Fills the counts of the boxes: once for a page."""
    if not blocks:
        return np.zeros((0, len(NAMES)), np.float32)
    running = [is_paragraph(block) for block in blocks]
    _count(blocks, running)
    form = _forms(blocks, facts)
    boxes = np.array([(b.box.around, b.box.own, (b.box.parent or b.box).own, b.box.all) for b in blocks])
    bits = [_bits(boxes[:, 0], AROUND_PLACES), *(_bits(boxes[:, column], KIND_PLACES) for column in (1, 2, 3))]
    return np.hstack([form, _places(blocks, running, facts), *bits, *_neighbours(form), _paragraphs_around(running)])


def key_of(text: str) -> str:
    """The letters of the first words."""
    start = text[:KEY_CHARS]
    if start.isascii():  # the same without a search
        return start.lower().encode().translate(None, ASCII_NOT_LETTERS).decode()
    return NOT_LETTERS.sub("", start).casefold()


def is_paragraph(block: Block) -> bool:
    return block.letters >= PARAGRAPH and block.linked < MOSTLY_LINK * block.letters


def ends_sentence(text: str) -> bool:
    return text[-1:] in TERMINALS


def _count(blocks: Sequence[Block], running: Sequence[bool]) -> None:
    """Fill the counts of the boxes: first what stands directly in them, then what stands in those inside them."""
    for block, runs in zip(blocks, running, strict=True):
        box = block.box
        box.blocks += 1
        box.everything += block.letters
        box.linked += block.linked
        if runs:
            box.letters += block.letters
            box.deep_letters += block.letters
    for box in sorted(_boxes_of(blocks), key=DEPTH, reverse=True):
        if box.parent is not None:
            box.parent.deep_letters += box.deep_letters
            box.parent.everything += box.everything
            box.parent.linked += box.linked


def _boxes_of(blocks: Sequence[Block]) -> set[Box]:
    """Every box around a block, in no order."""
    found: set[Box] = set()
    for block in blocks:
        box: Box | None = block.box
        while box is not None and box not in found:
            found.add(box)
            box = box.parent
    return found


def _outwards(box: Box) -> Iterator[Box]:
    each: Box | None = box
    while each is not None:
        yield each
        each = each.parent


def _forms(blocks: list[Block], facts: PageFacts) -> Matrix:
    keys = [key_of(block.text) for block in blocks]
    copies = Counter(keys)
    letters, *parts = np.array([(b.letters, b.linked, b.bold, b.italic, b.broken) for b in blocks], float).T
    linked, bold, italic, broken = parts
    return _beside_each_other(
        len(blocks),
        (
            np.log1p(letters), letters, linked / letters, bold / letters, italic / letters, broken,
            *np.array([_form_of(block.text) for block in blocks], float).T,
            [TAG_CODES.get(block.box.tag, 0) for block in blocks],
            *np.array([*_echoes(keys, facts)], float).T,
            [copies[key] for key in keys],
        ),
    )  # fmt: skip


def _form_of(text: str) -> tuple[float, ...]:
    first = text[0]
    sentences, digits = _sentences_and_digits(text)
    return (
        text[-1] in TERMINALS, sentences, text.count(","), digits / len(text), first.isupper(), first.islower(),
        text[-1] == ":", text[-1] == "?", text.isupper(), "|" in text, "©" in text, "http" in text or "@" in text,
        first in MARKERS, text.count(" ") + 1,
    )  # fmt: skip


def _sentences_and_digits(text: str) -> tuple[int, int]:
    """How often a sentence may end, and how many digits there are; without a search where the text is ASCII."""
    if not text.isascii():
        return len(SENTENCE.findall(text)), len(DIGITS.findall(text))
    digits = len(text) - len(text.encode().translate(None, ASCII_DIGITS))
    return text.count(".") + text.count("!") + text.count("?"), digits


def _echoes(keys: Sequence[str], facts: PageFacts) -> Iterator[tuple[int, ...]]:
    """Whether a block says what the page says elsewhere: as its title, its description, its authors, its body."""
    titles = {key_of(text) for text in (facts.title or "", *facts.headings)} - {""}
    summary, body = _letters(facts.description), _letters(facts.body)
    start = summary[:KEY_CHARS] if len(summary) > 15 else None
    authors = [key for name in facts.authors if (key := key_of(name))]
    known = len(body) >= MIN_BODY
    for key in keys:
        yield (
            key in titles,
            len(key) > 15 and (key in summary or (start is not None and start in key)),
            bool(authors) and any(author in key and len(key) < len(author) + 20 for author in authors),
            (1 if len(key) > 3 and key in body else 2) if known else 0,
        )


def _letters(text: str | None) -> str:
    return NOT_LETTERS.sub("", text or "").casefold()


def _places(blocks: list[Block], running: Sequence[bool], facts: PageFacts) -> Matrix:
    """Where each block stands in the page and beside the box that holds most of the running text."""
    count, boxes = len(blocks), [block.box for block in blocks]
    top = max(boxes, key=lambda box: (box.letters, -box.depth))
    head, in_top = headline_place(blocks, facts.title), [place for place, box in enumerate(boxes) if box is top]
    letters = np.array([block.letters for block in blocks], float)
    before = np.cumsum(np.concatenate([[0], np.where(running, letters, 0)]))
    total, place = before[-1] or 1, np.arange(count)
    around, depth = _boxes_around(boxes), np.array([box.depth for box in boxes], float)
    own, own_linked, parent, parent_deep, parent_linked, grandparent_deep, grandparent_linked, standing = around
    like, like_letters, like_linked = np.array(_alike(blocks), float).T
    meeting = np.array(_meeting_depths(boxes, top), float)
    return _beside_each_other(
        count,
        (
            depth, depth - top.depth, own / total, parent / total, parent_deep / total, grandparent_deep / total,
            standing, own_linked, parent_linked, grandparent_linked, like, like_letters / total,
            like_linked / like_letters, [box is top for box in boxes], top.depth - meeting, meeting, depth - meeting,
            place / count, place - head, place > head, place - in_top[0], place - in_top[-1], before[:-1] / total,
            (total - before[:-1]) / total, (before[:-1] - before[max(head, 0)]) / total, total, count,
            letters.sum() / sum(len(block.text) for block in blocks), head < 0,
        ),
    )  # fmt: skip


def _boxes_around(boxes: Sequence[Box]) -> NDArray[np.float64]:
    """Of each block what its box holds, the one around that, and the one around both."""
    rows = []
    for box in boxes:
        parent = box.parent or box
        grandparent = parent.parent or parent
        rows.append((
            box.letters, _linked(box), parent.letters, parent.deep_letters, _linked(parent),
            grandparent.deep_letters, _linked(grandparent), box.blocks,
        ))  # fmt: skip
    return np.array(rows, float).T


def _meeting_depths(boxes: Sequence[Box], top: Box) -> list[int]:
    """How deep the innermost box lies that is around both a block and the top."""
    depths = {box: box.depth for box in _outwards(top)}
    for box in boxes:
        passed, each = [], box
        while each not in depths and each.parent is not None:
            passed.append(each)
            each = each.parent
        depths.update(dict.fromkeys(passed, depths[each]))
    return [depths[box] for box in boxes]


def headline_place(blocks: Sequence[Block], title: str | None) -> int:
    """The place of the headline: the h1 that says the title, else the first h1, else the title; -1 where none is."""
    title = key_of(title or "")
    first = [place for place, block in enumerate(blocks) if block.box.tag == "h1"]
    for place in first:
        key = key_of(blocks[place].text)
        if not title or key in title or title in key:
            return place
    same = (place for place, block in enumerate(blocks) if title and key_of(block.text) == title)
    return next(iter(first), next(same, -1))


def _likeness(box: Box) -> tuple[str, str, str]:
    return box.tag, box.names, box.parent.names if box.parent else ""


def _alike(blocks: Sequence[Block]) -> list[list[int]]:
    """Of each block how many blocks, letters and linked letters stand in boxes of the same names as its own."""
    found: dict[tuple[str, str, str], list[int]] = {}
    rows = []
    for block in blocks:
        row = found.setdefault(_likeness(block.box), [0, 0, 0])
        row[0] += 1
        row[1] += block.letters
        row[2] += block.linked
        rows.append(row)
    return rows


def _linked(box: Box) -> float:
    return box.linked / max(1, box.everything)


def _beside_each_other(count: int, columns: Iterable[ArrayLike]) -> Matrix:
    return np.stack([np.broadcast_to(column, count) for column in columns], axis=1, dtype=np.float32)


def _bits(values: NDArray[np.int64], places: NDArray[np.int64]) -> Matrix:
    return ((values[:, None] >> places) & 1).astype(np.float32)


def _neighbours(form: Matrix) -> Iterator[Matrix]:
    seen = form[:, [FORM.index(name) for name in LOOKED_AT]]
    for offset in NEIGHBOURS:
        moved = np.full_like(seen, -1)
        if offset < 0:
            moved[-offset:] = seen[:offset]
        else:
            moved[:-offset] = seen[offset:]
        yield moved


def _paragraphs_around(running: Sequence[bool]) -> Matrix:
    """Steps to the next and from the last paragraph."""
    places = np.flatnonzero(running)
    here = np.arange(len(running))
    if not len(places):
        return np.full((len(running), 2), FAR, np.float32)
    after, upto = np.searchsorted(places, here, "left"), np.searchsorted(places, here, "right") - 1
    ahead = np.where(after < len(places), places[np.minimum(after, len(places) - 1)] - here, FAR)
    behind = np.where(upto >= 0, here - places[np.maximum(upto, 0)], FAR)
    return np.minimum(np.stack([ahead, behind], axis=1), FAR).astype(np.float32)
