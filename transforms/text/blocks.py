"""A page as a sequence of blocks: every run of text between two block boundaries, with the boxes that it stands in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from lxml.etree import iterwalk

from transforms.text.boxes import BITS, kinds_of
from transforms.text.normal import HAS_WORD, clean_line, fair_length
from transforms.text.trees import Element

MAX_ELEMENTS = 200_000  # of a page that are walked; a page of 5 MB seldom has more than 50,000
MAX_BLOCKS = 6_000  # of a page that are judged; the longest live blogs have 2,000
MAX_NAMES = 300  # characters of class and id that are looked at

SKIPPED = frozenset((
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "video", "audio",
    "canvas", "map", "select", "option", "datalist", "textarea", "input", "button", "head", "title", "meta",
    "link", "source", "track", "picture", "img", "dialog", "menu", "progress", "meter",
))  # fmt: skip
INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font",
    "i", "ins", "kbd", "label", "mark", "q", "ruby", "rb", "rt", "rp", "s", "samp", "small", "span",
    "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "nobr", "o:p",
))  # fmt: skip
IN_LINE, LINK, STRONG, SLANTED, BREAK, SKIP, CELL, BOX = range(8)  # what an element is to a line of text
ROLES = (
    dict.fromkeys(SKIPPED, SKIP)
    | dict.fromkeys(INLINE, IN_LINE)
    | dict.fromkeys(("b", "strong"), STRONG)
    | dict.fromkeys(("i", "em", "cite"), SLANTED)
    | dict.fromkeys(("td", "th"), CELL)
    | {"a": LINK, "br": BREAK}
)
AROUND = (
    "article", "main", "aside", "nav", "footer", "header", "figure", "form", "ul", "ol", "table", "blockquote",
    "section", "li", "dl", "details",
)  # fmt: skip
AROUND_BITS = {tag: 1 << place for place, tag in enumerate(AROUND)}
NAMED_BY = ("class", "id", "itemprop", "data-testid", "role")
UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")


@dataclass(slots=True, eq=False)
class Box:
    """An element that blocks stand in. The counts are filled by whoever describes the blocks."""

    tag: str
    element: Element
    parent: "Box | None"
    around: int  # tags of itself and the boxes around it that say what a place is for
    depth: int
    names: str = ""
    own: int = 0  # kinds that its own names speak of
    all: int = 0  # the same with those of all boxes around it
    settled: bool = False  # names and kinds have been read
    letters: int = 0  # of paragraphs directly in it
    deep_letters: int = 0  # of paragraphs anywhere in it
    linked: int = 0  # letters of links anywhere in it
    everything: int = 0  # letters anywhere in it
    blocks: int = 0  # directly in it


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A run of text, and how much of it is linked, bold or italic, in letters of an alphabet."""

    text: str
    box: Box
    letters: int
    linked: int
    bold: int
    italic: int
    broken: bool  # parted from the block before by line breaks only


def read_blocks(tree: Element) -> list[Block]:
    """The blocks of a page in reading order. The tree is left as it was."""
    body = tree.find("body")
    return _Walk().over(tree if body is None else body)


class _Walk:
    """One pass over a page, with a stack of its own: pages are nested deeper than Python's."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._boxes: list[Box] = []
        self._pieces: list[str] = []
        self._linked = self._bold = self._italic = 0
        self._in_link = self._in_bold = self._in_italic = 0
        self._breaks = 0
        self._broken = False

    def over(self, root: Element) -> list[Block]:
        self._boxes.append(Box("body", root, None, 0, 0))
        walker = iterwalk(root, events=("start", "end"))
        for event, element in islice(walker, 2 * MAX_ELEMENTS):
            role = ROLES.get(element.tag, BOX)
            if event == "end":
                if role:
                    self._close(role, element)
                text = element.tail
            elif role == SKIP or (role == BOX and not isinstance(element.tag, str)):
                walker.skip_subtree()
                continue
            else:
                if role:
                    self._open(role, element)
                text = element.text
            if text:
                self._text(text)
            if len(self.blocks) >= MAX_BLOCKS:
                break
        self._flush(self._boxes[0])
        return self.blocks

    def _open(self, role: int, element: Element) -> None:
        """Begin an element, with a box where it is no part of a line."""
        if role == LINK:
            self._in_link += 1
        elif role == STRONG:
            self._in_bold += 1
        elif role == SLANTED:
            self._in_italic += 1
        elif role == BREAK:
            self._break(self._boxes[-1])
        elif role == CELL and self._pieces:
            self._pieces.append(" | ")
        else:
            tag, parent = element.tag, self._boxes[-1]
            self._flush(parent)
            self._boxes.append(Box(tag, element, parent, parent.around | AROUND_BITS.get(tag, 0), parent.depth + 1))

    def _close(self, role: int, element: Element) -> None:
        if role == LINK:
            self._in_link -= 1
        elif role == STRONG:
            self._in_bold -= 1
        elif role == SLANTED:
            self._in_italic -= 1
        elif self._boxes[-1].element is element:
            if role != CELL:  # the cells of a row are one block
                self._flush(self._boxes[-1])
            if len(self._boxes) > 1:
                self._boxes.pop()

    def _break(self, box: Box) -> None:
        """Two line breaks part paragraphs, one does not."""
        self._breaks += 1
        if self._breaks == 2:
            self._flush(box)
            self._broken = True
        else:
            self._pieces.append(" ")

    def _text(self, text: str) -> None:
        if text.isspace():
            if self._pieces:
                self._pieces.append(" ")
            return
        self._pieces.append(text)
        self._breaks = 0
        length = len(text)
        if self._in_link:
            self._linked += length
        if self._in_bold:
            self._bold += length
        if self._in_italic:
            self._italic += length

    def _flush(self, box: Box) -> None:
        self._breaks, self._broken, broken = 0, False, self._broken
        if not self._pieces:
            return
        text = clean_line("".join(self._pieces)).strip("| ")
        if HAS_WORD.search(text):
            self._add(text, box, broken=broken)
        self._pieces.clear()
        self._linked = self._bold = self._italic = 0

    def _add(self, text: str, box: Box, *, broken: bool) -> None:
        length = len(text)
        _settle(box)
        letters = length if text.isascii() else fair_length(text)
        linked = self._linked and min(letters, self._linked * letters // length)
        bold = self._bold and min(letters, self._bold * letters // length)
        italic = self._italic and min(letters, self._italic * letters // length)
        self.blocks.append(Block(text, box, letters, linked, bold, italic, broken))


def _settle(box: Box) -> None:
    """Read what a box and those around it are called; boxes without text are never asked."""
    unread, each = [], box
    while not each.settled:
        unread.append(each)
        if each.parent is None:
            break
        each = each.parent
    for each in reversed(unread):
        if said := {str(name): str(value) for name, value in each.element.items()}:  # the stubs allow bytes as well
            each.names = " ".join(filter(None, map(said.get, NAMED_BY)))[:MAX_NAMES].lower()
            each.own = (_kinds(each.names) if each.names else 0) | (BITS["hidden"] if _is_hidden(said) else 0)
        each.all = each.own | (each.parent.all if each.parent else 0)
        each.settled = True


def _is_hidden(said: Mapping[str, str]) -> bool:
    return "hidden" in said or ("style" in said and UNSEEN.search(said["style"]) is not None)


@lru_cache(maxsize=16_384)
def _kinds(names: str) -> int:
    """Kinds of names that stand together; no kind's name has a space in it, so each word is looked at once."""
    kinds = 0
    for name in names.split():
        kinds |= _kinds_of_name(name)
    return kinds


_kinds_of_name = lru_cache(maxsize=65_536)(kinds_of)
