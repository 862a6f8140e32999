"""A page as trafilatura reads it: the second reading, for the pages that the forest is in doubt about."""

import re
from collections import Counter
from configparser import ConfigParser
from copy import deepcopy
from importlib.metadata import version
from itertools import islice
from operator import itemgetter

from lxml.etree import tostring
from lxml.html import HtmlElement, document_fromstring
from trafilatura.core import bare_extraction
from trafilatura.settings import DEFAULT_CONFIG
from trafilatura.xpaths import BODY_XPATH

from transforms.text.normal import HAS_WORD, LETTERS_PER_DENSE, clean_line, fair_length
from transforms.text.trees import Element

TRAFILATURA = f"trafilatura {version('trafilatura')}"
LIST_MARKER = re.compile(r"\A- (?=\S)")
TABLE_ROW = re.compile(r"\A\|(.*)\|\Z")
FRAMED_SHARE = 0.8  # of the letters in paragraphs; the rest are notices and teasers
SAMPLED_ELEMENTS = 20  # that tell which script a page is in


def read_again(page: Element) -> tuple[str, ...]:
    """Paragraphs, subheadings, list items, table rows and quotes of the article, in reading order.

    Reads a copy: trafilatura wants elements of lxml.html, and changes them.
    """
    tree = document_fromstring(tostring(page, encoding="unicode", method="html"))
    frame_paragraphs(tree)
    document = bare_extraction(tree, include_comments=False, config=DENSE_CONFIG if is_dense(tree) else DEFAULT_CONFIG)
    if document is None or document.body is None:
        return ()
    has_items = next(document.body.iter("item"), None) is not None
    lines = (_block(line, has_items=has_items) for line in (document.text or "").split("\n"))
    return tuple(line for line in lines if HAS_WORD.search(line))


def frame_paragraphs(tree: HtmlElement) -> None:
    """Put a `<main>` around the paragraphs of a page that has no frame, where nearly all stand in one element.

    Without a frame trafilatura collects paragraphs one by one, and loses those that stand twice.
    """
    if next(tree.iter("article", "main"), None) is not None or any(find(tree) for find in BODY_XPATH):
        return
    letters: Counter[HtmlElement] = Counter()
    for each in tree.iter("p"):
        letters[each.getparent()] += len(each.text_content())
    parent, most = max(letters.items(), key=itemgetter(1), default=(None, 0))
    if parent is None or most < FRAMED_SHARE * letters.total():
        return
    places = [place for place, each in enumerate(parent) if each.tag == "p"]
    framed = parent[places[0] : places[-1] + 1]
    main = parent.makeelement("main")
    parent.insert(places[0], main)
    main.extend(framed)


def is_dense(tree: HtmlElement) -> bool:
    """Whether the page is written in Han, kana or Hangul, by its title and paragraphs."""
    text = "".join(each.text_content() for each in islice(tree.iter("title", "h1", "p"), SAMPLED_ELEMENTS))
    return fair_length(text) > 2 * len(text)  # half of the characters are dense: each counts as three


def _dense_config() -> ConfigParser:
    """trafilatura's settings with the length below which it falls back to the whole page put fairly."""
    config = deepcopy(DEFAULT_CONFIG)
    letters = DEFAULT_CONFIG.getint("DEFAULT", "MIN_EXTRACTED_SIZE")
    config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = str(letters // LETTERS_PER_DENSE)
    return config


def _block(line: str, *, has_items: bool) -> str:
    """A line of trafilatura's text without the markers of list items and table cells."""
    line = clean_line(line)
    if has_items:
        line = LIST_MARKER.sub("", line)
    if row := TABLE_ROW.match(line):
        cells = (cell.strip() for cell in row[1].replace("\\|", "\\\0").split("|"))
        line = " | ".join(cell.replace("\\\0", "|") for cell in cells if cell)
    return line


DENSE_CONFIG = _dense_config()
