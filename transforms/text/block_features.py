"""What can be seen of each block of a page, as numbers: its form, its place, its boxes, its neighbours."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
TERMINAL = re.compile(r"[.!?…。！？।॥\"”»“’')\]]\Z")
SENTENCE = re.compile(r"[.!?。！？।]")
NOT_LETTERS = re.compile(r"[\W_]+")
DIGITS = re.compile(r"\d")
MARKERS = frozenset("-–—•·→▶►»›+*#")
AROUND_PLACES = np.arange(len(AROUND))
KIND_PLACES = np.arange(len(KINDS))

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
    _count(blocks)
    keys = [key_of(block.text) for block in blocks]
    form = np.array(list(_forms(blocks, keys, facts)), np.float32)
    boxes = np.array([(b.box.around, b.box.own, (b.box.parent or b.box).own, b.box.all) for b in blocks])
    bits = [_bits(boxes[:, 0], AROUND_PLACES), *(_bits(boxes[:, column], KIND_PLACES) for column in (1, 2, 3))]
    place = np.array(list(_places(blocks, facts)), np.float32)
    return np.hstack([form, place, *bits, *_neighbours(form), _paragraphs_around(blocks)])


def key_of(text: str) -> str:
    """The letters of the first words."""
    return NOT_LETTERS.sub("", text[:KEY_CHARS]).casefold()


def is_paragraph(block: Block) -> bool:
    return block.letters >= PARAGRAPH and block.linked < MOSTLY_LINK * block.letters


def _count(blocks: Sequence[Block]) -> None:
    """Fill the counts of the boxes: first what stands directly in them, then what stands in those inside them."""
    for block in blocks:
        running = block.letters if is_paragraph(block) else 0
        box = block.box
        box.blocks += 1
        box.letters += running
        box.deep_letters += running
        box.everything += block.letters
        box.linked += block.linked
    for box in sorted(_boxes_of(blocks), key=_depth, reverse=True):
        if box.parent is not None:
            box.parent.deep_letters += box.deep_letters
            box.parent.everything += box.everything
            box.parent.linked += box.linked


def _boxes_of(blocks: Sequence[Block]) -> Iterator[Box]:
    """Every box around a block, once."""
    seen: set[int] = set()
    for block in blocks:
        for box in _outwards(block.box):
            if id(box) in seen:
                break
            seen.add(id(box))
            yield box


def _depth(box: Box) -> int:
    return box.depth


def _outwards(box: Box) -> Iterator[Box]:
    each: Box | None = box
    while each is not None:
        yield each
        each = each.parent


def _forms(blocks: list[Block], keys: list[str], facts: PageFacts) -> Iterator[tuple[float, ...]]:
    copies = Counter(keys)
    titles = {key_of(text) for text in (facts.title or "", *facts.headings)} - {""}
    summary = _letters(facts.description)
    authors = [key for name in facts.authors if (key := key_of(name))]
    body = _letters(facts.body)
    for block, key in zip(blocks, keys, strict=True):
        text, letters = block.text, block.letters
        yield (
            np.log1p(letters), letters, block.linked / letters, block.bold / letters, block.italic / letters,
            block.broken, TERMINAL.search(text) is not None, len(SENTENCE.findall(text)), text.count(","),
            len(DIGITS.findall(text)) / len(text), text[0].isupper(), text[0].islower(), text.endswith(":"),
            text.endswith("?"), text.isupper(), "|" in text, "©" in text, "http" in text or "@" in text,
            text[0] in MARKERS, text.count(" ") + 1, TAG_CODES.get(block.box.tag, 0), key in titles,
            len(key) > 15 and (key in summary or (len(summary) > 15 and summary[:KEY_CHARS] in key)),
            any(author in key and len(key) < len(author) + 20 for author in authors),
            0 if len(body) < MIN_BODY else 1 if len(key) > 3 and key in body else 2, copies[key],
        )  # fmt: skip


def _letters(text: str | None) -> str:
    return NOT_LETTERS.sub("", text or "").casefold()


def _places(blocks: list[Block], facts: PageFacts) -> Iterator[tuple[float, ...]]:
    """Where each block stands in the page and beside the box that holds most of the running text."""
    top = max((block.box for block in blocks), key=lambda box: (box.letters, -box.depth))
    spine = {id(box) for box in _outwards(top)}
    in_top = [place for place, block in enumerate(blocks) if block.box is top]
    head = headline_place(blocks, facts.title)
    before = np.cumsum([0, *(block.letters if is_paragraph(block) else 0 for block in blocks)]).tolist()
    total, count = before[-1] or 1, len(blocks)
    dense = sum(block.letters for block in blocks) / sum(len(block.text) for block in blocks)
    alike = _alike(blocks)
    for place, block in enumerate(blocks):
        box = block.box
        parent = box.parent or box
        grandparent = parent.parent or parent
        meeting = next(each for each in _outwards(box) if id(each) in spine)
        like = alike[_likeness(box)]
        yield (
            box.depth, box.depth - top.depth, box.letters / total, parent.letters / total,
            parent.deep_letters / total, grandparent.deep_letters / total, box.blocks, _linked(box),
            _linked(parent), _linked(grandparent), like[0], like[1] / total, like[2] / like[1], box is top,
            top.depth - meeting.depth, meeting.depth, box.depth - meeting.depth, place / count, place - head,
            place > head, place - in_top[0], place - in_top[-1], before[place] / total,
            (total - before[place]) / total, (before[place] - before[max(head, 0)]) / total, total, count, dense,
            head < 0,
        )  # fmt: skip


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


def _alike(blocks: list[Block]) -> dict[tuple[str, str, str], tuple[int, int, int]]:
    """How many blocks, letters and linked letters stand in boxes of the same names."""
    found: dict[tuple[str, str, str], tuple[int, int, int]] = {}
    for block in blocks:
        count, letters, linked = found.get(_likeness(block.box), (0, 0, 0))
        found[_likeness(block.box)] = count + 1, letters + block.letters, linked + block.linked
    return found


def _linked(box: Box) -> float:
    return box.linked / max(1, box.everything)


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


def _paragraphs_around(blocks: list[Block]) -> Matrix:
    """Steps to the next and from the last paragraph."""
    places = np.flatnonzero([is_paragraph(block) for block in blocks])
    here = np.arange(len(blocks))
    if not len(places):
        return np.full((len(blocks), 2), FAR, np.float32)
    after, upto = np.searchsorted(places, here, "left"), np.searchsorted(places, here, "right") - 1
    ahead = np.where(after < len(places), places[np.minimum(after, len(places) - 1)] - here, FAR)
    behind = np.where(upto >= 0, here - places[np.maximum(upto, 0)], FAR)
    return np.minimum(np.stack([ahead, behind], axis=1), FAR).astype(np.float32)
