"""Frames of real pages: the HTML around an article, with places where another article can be put."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from lxml.html import HtmlElement, HTMLParser, document_fromstring, tostring

from benchmarks.gold import GoldPage
from schemas.pages import Extraction
from schemas.policies import ExtractPolicy
from transforms.text.charsets import decode_html
from transforms.text.extract import extract_page

TITLE, URL, DATE = "qqtitleqq", "https://qqurlqq.example/", "2001-02-03T04:05:06Z"
SLOT = re.compile("qqslot([0-9]+)qq|" + "|".join(re.escape(mark) for mark in (TITLE, URL, DATE)))
FILLING = "Qqprobe words stand here as number {} for the probe of this frame so that it can be told from all else. "
FILLED = re.compile(re.escape(FILLING.strip()).replace(r"\{\}", "[0-9.]+"))
ROUNDS = 4  # of cleaning a frame from what the extractor takes for article text
MIN_SLOT_WORDS = 80  # in all slots: less is no article
MAX_FRAME = 450_000  # bytes; without the few giants the mean is about 190 kB, as of news pages at large
INLINE = frozenset(
    {"a", "abbr", "b", "cite", "em", "font", "i", "mark", "q", "s", "small", "span", "strong", "sup", "u"}
)
NOT_TEXT = frozenset({"script", "style", "noscript", "template"})
DATE_METAS = re.compile(r"date|time", re.IGNORECASE)
TITLE_METAS = re.compile(r"title\Z", re.IGNORECASE)
URL_METAS = re.compile(r":url\Z", re.IGNORECASE)
TEXT_METAS = re.compile(r"description\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """`texts` with the marks between them: pieces of HTML, and how many words each slot takes."""

    language: str
    pieces: tuple[str, ...]  # HTML and marks by turns, beginning and ending with HTML
    slots: tuple[int, ...]  # words by slot


def make_frame(page: GoldPage) -> Frame | None:
    """The frame of a page; None where it is a giant, or the article cannot be told from the rest well enough."""
    if len(page.html) > MAX_FRAME:
        return None
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    tree = document_fromstring(decode_html(page.html, "text/html").encode("utf-8", "replace"), parser=parser)
    found = extract_page(page.html, "text/html", page.url, ExtractPolicy())
    slots = _cut_slots(tree, page.paragraphs)
    _replace_metadata(tree, page)
    if not isinstance(found, Extraction) or found.language is None or sum(slots) < MIN_SLOT_WORDS:
        return None
    if not _clean(tree):
        return None
    return Frame(language=found.language, pieces=_split(_html(tree)), slots=tuple(slots))


def fill(frame: Frame, texts: Sequence[str], title: str, url: str, date: str) -> bytes:
    """The page of another article; `texts` by slot."""
    marks = {TITLE: title, URL: url, DATE: date} | {f"qqslot{n}qq": text for n, text in enumerate(texts)}
    plain = {mark: escape(text, quote=False) for mark, text in marks.items()}
    return "".join(plain[piece] if place % 2 else piece for place, piece in enumerate(frame.pieces)).encode()


def _split(html: str) -> tuple[str, ...]:
    pieces, start = [], 0
    for match in SLOT.finditer(html):
        pieces += [html[start : match.start()], match[0]]
        start = match.end()
    return (*pieces, html[start:])


def _cut_slots(tree: HtmlElement, paragraphs: Sequence[str]) -> list[int]:
    """Put a mark in place of the text of every innermost element that holds gold text; words by mark."""
    gold = " " + " ".join(_words(" ".join(paragraphs))) + " "
    slots: list[int] = []
    body = tree.find("body")
    for element in reversed(list(body.iter("*")) if body is not None else []):
        if element.tag in INLINE or element.tag in NOT_TEXT:
            continue
        words = _words(element.text_content())
        if len(words) >= 4 and f" {' '.join(words)} " in gold and "qqslot" not in element.text_content():
            _set_text(element, f"qqslot{len(slots)}qq")
            slots.append(len(words))
    return slots


def _clean(tree: HtmlElement) -> bool:
    """Blank what the extractor takes for text outside the slots; whether nothing of it is left."""
    for _ in range(ROUNDS):
        foreign, total = _foreign_blocks(tree)
        if not foreign:
            return total > 0
        for element in list(tree.iter("*")):
            if isinstance(element.tag, str) and " ".join(_words(element.text_content())) in foreign:
                _set_text(element, "")
    foreign, total = _foreign_blocks(tree)
    return total > 0 and not foreign


def _foreign_blocks(tree: HtmlElement) -> tuple[set[str], int]:
    """Extracted blocks without filling, as words; and characters extracted in all."""
    html = re.sub("qqslot([0-9]+)qq", lambda slot: _filling(slot[1]), _html(tree))
    found = extract_page(html.encode(), None, None, ExtractPolicy())
    blocks = found.blocks if isinstance(found, Extraction) else ()
    foreign = {" ".join(_words(FILLED.sub("", block))) for block in blocks} - {""}
    return foreign, sum(map(len, blocks))


def _filling(slot: str) -> str:
    """Three sentences that stand nowhere else: extractors drop paragraphs that come again."""
    return "".join(FILLING.format(f"{slot}.{n}") for n in range(3))


def _replace_metadata(tree: HtmlElement, page: GoldPage) -> None:
    for element in list(tree.iter("title", "h1")):
        _set_text(element, TITLE)
    for element in list(tree.iter("link")):
        rel = element.get("rel") or ""
        if "canonical" in rel:
            element.set("href", URL)
        elif rel in ("alternate", "amphtml", "shortlink"):
            element.drop_tree()
    for element in list(tree.iter("time")):
        element.set("datetime", DATE)
        _set_text(element, "")
    for element in list(tree.iter("meta")):
        _replace_meta(element)
    for element in list(tree.iterfind('.//script[@type="application/ld+json"]')):
        element.text = _replaced_json(element.text or "", page)


def _replace_meta(element: HtmlElement) -> None:
    name = element.get("property") or element.get("name") or element.get("itemprop") or ""
    for pattern, value in ((DATE_METAS, DATE), (TITLE_METAS, TITLE), (URL_METAS, URL), (TEXT_METAS, TITLE)):
        if pattern.search(name) and element.get("content"):
            element.set("content", value)


def _replaced_json(text: str, page: GoldPage) -> str:
    try:
        value = json.loads(text, strict=False)
    except ValueError:
        return ""
    return json.dumps(_replaced(value, "", page), ensure_ascii=False).replace("</", "<\\/")


def _replaced(value: Any, key: str, page: GoldPage) -> Any:
    if isinstance(value, Mapping):
        kept = {name: each for name, each in value.items() if name not in ("articleBody", "text", "description")}
        return {name: _replaced(each, name, page) for name, each in kept.items()}
    if isinstance(value, list):
        return [_replaced(each, key, page) for each in value]
    if key in ("headline", "alternativeHeadline") or value == page.title:
        return TITLE
    if key.startswith("date") or key == "uploadDate":
        return DATE
    address = isinstance(value, str) and value.split("?")[0].rstrip("/") == page.url.split("?")[0].rstrip("/")
    return URL if address else value


def _set_text(element: HtmlElement, text: str) -> None:
    for child in list(element):
        element.remove(child)
    element.text = text


def _html(tree: HtmlElement) -> str:
    return str(tostring(tree, encoding="unicode", doctype="<!DOCTYPE html>"))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)
