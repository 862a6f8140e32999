"""Full-text search: what somebody typed, and an index of all words that lives as long as the process.

The index is SQLite's own (FTS5) in a temporary file without a name: a text that is deleted from the dataset is left
nowhere. It holds words and their places, no texts. docs/decisions/0013 says why, and how texts are ranked.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from threading import Lock
from unicodedata import combining, normalize

import numpy as np
from numpy.typing import NDArray

from schemas.dialects import sql_text
from transforms.similarity.shingles import ABUGIDA_BLOCKS, IDEOGRAPHIC_BLOCKS

MOST_CHARACTERS, MOST_TERMS = 200, 12  # of a search
CACHE_KB = 32_000  # of the index in memory
TITLE_WEIGHT = 5.0  # what a word in the headline counts of one in the text; of BM25, docs/decisions/0013
MOST_RANKED = 50_000  # texts; 1.3 µs each, and words that more of them have rank nothing
TERM = re.compile(r'(-?)(title:)?(?:"([^"]*)"|([^\s"]+))', re.IGNORECASE)
UNSPACED = re.compile(
    "([" + "".join(f"{chr(first)}-{chr(last)}" for first, last in (*IDEOGRAPHIC_BLOCKS, *ABUGIDA_BLOCKS)) + "])"
)
WORD = re.compile(r"[^\W_]+")
SEARCHED = ("title", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Words that stand side by side; `open` where the last one may go on, `wanted` or to be left out."""

    words: str
    wanted: bool = True
    open: bool = False
    in_title: bool = False  # and nowhere else


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """How a language of regular expressions says where words begin, are parted, end, and go on."""

    start: str
    gap: str
    end: str
    rest: str


IN_SQL = Edges(start=r"(^|[^\pL\pN])", gap=r"[^\pL\pN]+", end=r"([^\pL\pN]|$)", rest="")
IN_PYTHON = Edges(start=r"(?<![^\W_])", gap=r"[\W_]+", end=r"(?![^\W_])", rest=r"[^\W_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Numbers of texts, and how well each fits: the lower the better, all the same where they were not ranked."""

    numbers: NDArray[np.int64]
    scores: NDArray[np.float64]


def parse_search(typed: str) -> tuple[Term, ...]:
    """The terms of a search: words, "phrases", -left-out, begin*, title:word. Whatever is typed is a search."""
    found = []
    for minus, field, phrase, word in TERM.findall(typed[:MOST_CHARACTERS]):
        if WORD.search(phrase or word):
            found.append(Term(words=phrase or word, wanted=not minus, open=word.endswith("*"), in_title=bool(field)))
    return tuple(found[:MOST_TERMS])


def told_in_sql(terms: Iterable[Term]) -> Iterator[str]:
    """Conditions that find the same without an index."""
    for each in terms:
        pattern = sql_text(pattern_of(each, IN_SQL))
        columns = SEARCHED[:1] if each.in_title else SEARCHED
        found = (f"regexp_matches(strip_accents(lower(coalesce({column}, ''))), {pattern})" for column in columns)
        condition = f"({' OR '.join(found)})"
        yield condition if each.wanted else f"NOT {condition}"


def pattern_of(term: Term, edges: Edges) -> str:
    """A regular expression for a term in folded text; its group `words` is what was looked for."""
    words = [word for piece in WORD.findall(folded(term.words)) for word in _parted(piece).split()]
    if UNSPACED.search(term.words):
        return f"(?P<words>{''.join(words)})"
    rest, end = (edges.rest, "") if term.open else ("", edges.end)
    return f"{edges.start}(?P<words>{edges.gap.join(words)}{rest}){end}"


class WordIndex:
    """Words of numbered texts. One thread adds while others ask; each waits for the other."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: list[int] = []  # the index itself can only be asked for words
        self._database = sqlite3.connect("", check_same_thread=False)  # without a name: gone with this process
        for setting in (f"cache_size = -{CACHE_KB}", "journal_mode = off", "synchronous = off"):
            self._database.execute(f"PRAGMA {setting}")
        self._database.execute(
            "CREATE VIRTUAL TABLE words USING fts5(title, text, content = '',"
            " tokenize = 'unicode61 remove_diacritics 2')"
        )

    def add(self, texts: Iterable[tuple[int, str | None, str]]) -> None:
        """Take in headlines and texts by their numbers."""
        rows = [(number, _parted(title or ""), _parted(text)) for number, title, text in texts]
        with self._lock, self._database:
            self._database.executemany("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)", rows)
            self._known += [row[0] for row in rows]

    def find(self, terms: Iterable[Term], *, ranked: bool = False) -> Found:
        """The texts that have every wanted term and none that is to be left out."""
        listed = list(terms)
        wanted = " AND ".join(_matched(each) for each in listed if each.wanted)
        others = " OR ".join(_matched(each) for each in listed if not each.wanted)
        with self._lock:
            if not wanted:
                everything = np.array(self._known, np.int64)
                return _unranked(np.setdiff1d(everything, self._match(others)) if others else everything)
            query = f"({wanted}) NOT ({others})" if others else wanted
            numbers = self._match(query)
            return self._ranked(query) if ranked and len(numbers) <= MOST_RANKED else _unranked(numbers)

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._database.close()

    def _match(self, query: str) -> NDArray[np.int64]:
        rows = self._database.execute("SELECT rowid FROM words WHERE words MATCH ?", (query,))
        return np.fromiter((row[0] for row in rows), np.int64)

    def _ranked(self, query: str) -> Found:
        sql = "SELECT rowid, bm25(words, ?, 1.0) FROM words WHERE words MATCH ?"
        rows = self._database.execute(sql, (TITLE_WEIGHT, query)).fetchall()
        numbers, scores = zip(*rows, strict=True) if rows else ((), ())
        return Found(numbers=np.array(numbers, np.int64), scores=np.array(scores, np.float64))


def _unranked(numbers: NDArray[np.int64]) -> Found:
    return Found(numbers=numbers, scores=np.zeros(len(numbers)))


def _matched(term: Term) -> str:
    """A term in FTS5's language; in quotation marks nothing is an operator."""
    words = " ".join(WORD.findall(_parted(term.words)))
    return f'{"title : " if term.in_title else ""}"{words}"{" *" if term.open else ""}'


def folded(text: str) -> str:
    """Small letters without marks, as the index compares them."""
    return "".join(each for each in normalize("NFD", text.lower()) if not combining(each))


def _parted(text: str) -> str:
    """Scripts without spaces character by character: a run of characters is then a phrase."""
    return UNSPACED.sub(r" \1 ", text) if UNSPACED.search(text) else text
