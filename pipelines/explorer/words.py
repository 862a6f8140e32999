"""Full-text search: what somebody typed, and an index of all words that lives as long as the process.

The index is SQLite's own (FTS5) in a temporary file without a name: a text that is deleted from the dataset is left
nowhere. It holds words and their places, no texts.
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
TERM = re.compile(r'(-?)(?:"([^"]*)"|([^\s"]+))')
UNSPACED = re.compile(
    "([" + "".join(f"{chr(first)}-{chr(last)}" for first, last in (*IDEOGRAPHIC_BLOCKS, *ABUGIDA_BLOCKS)) + "])"
)
WORD = re.compile(r"[^\W_]+")
SEARCHED = "strip_accents(lower(concat_ws(' ', title, text)))"
EDGE = r"[^\pL\pN]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Words that stand side by side; `open` where the last one may go on, `wanted` or to be left out."""

    words: str
    wanted: bool = True
    open: bool = False


def parse_search(typed: str) -> tuple[Term, ...]:
    """The terms of a search: words, "phrases", -left-out, begin*. Whatever is typed is a search; marks say nothing."""
    found = []
    for minus, phrase, word in TERM.findall(typed[:MOST_CHARACTERS]):
        if WORD.search(phrase or word):
            found.append(Term(words=phrase or word, wanted=not minus, open=word.endswith("*")))
    return tuple(found[:MOST_TERMS])


def told_in_sql(terms: Iterable[Term]) -> Iterator[str]:
    """Conditions that find the same without an index."""
    for each in terms:
        words = [word for piece in WORD.findall(_folded(each.words)) for word in _parted(piece).split()]
        gap = "" if UNSPACED.search(each.words) else EDGE + "+"
        inner = gap.join(words)
        start, end = (rf"(^|{EDGE})", "" if each.open else rf"({EDGE}|$)")
        pattern = inner if UNSPACED.search(each.words) else f"{start}{inner}{end}"
        condition = f"regexp_matches({SEARCHED}, {sql_text(pattern)})"
        yield condition if each.wanted else f"NOT {condition}"


class WordIndex:
    """Words of numbered texts. One thread adds while others ask; each waits for the other."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: list[int] = []  # the index itself can only be asked for words
        self._database = sqlite3.connect("", check_same_thread=False)  # without a name: gone with this process
        for setting in (f"cache_size = -{CACHE_KB}", "journal_mode = off", "synchronous = off"):
            self._database.execute(f"PRAGMA {setting}")
        self._database.execute(
            "CREATE VIRTUAL TABLE words USING fts5(text, content = '', columnsize = 0,"
            " tokenize = 'unicode61 remove_diacritics 2')"
        )

    def add(self, texts: Iterable[tuple[int, str]]) -> None:
        """Take in texts by their numbers."""
        rows = [(number, _parted(text)) for number, text in texts]
        with self._lock, self._database:
            self._database.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", rows)
            self._known += [number for number, _ in rows]

    def find(self, terms: Iterable[Term]) -> NDArray[np.int64]:
        """Numbers of the texts that have every wanted term and none that is to be left out."""
        listed = list(terms)
        wanted = " AND ".join(_matched(each) for each in listed if each.wanted)
        others = " OR ".join(_matched(each) for each in listed if not each.wanted)
        with self._lock:
            if not wanted:
                everything = np.array(self._known, np.int64)
                return np.setdiff1d(everything, self._match(others)) if others else everything
            return self._match(f"({wanted}) NOT ({others})" if others else wanted)

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._database.close()

    def _match(self, query: str) -> NDArray[np.int64]:
        rows = self._database.execute("SELECT rowid FROM words WHERE words MATCH ?", (query,))
        return np.fromiter((row[0] for row in rows), np.int64)


def _matched(term: Term) -> str:
    """A term in FTS5's language; in quotation marks nothing is an operator."""
    words = " ".join(WORD.findall(_parted(term.words)))
    return f'"{words}"{" *" if term.open else ""}'


def _folded(text: str) -> str:
    """Small letters without marks, as the index compares them."""
    return "".join(each for each in normalize("NFD", text.lower()) if not combining(each))


def _parted(text: str) -> str:
    """Scripts without spaces character by character: a run of characters is then a phrase."""
    return UNSPACED.sub(r" \1 ", text) if UNSPACED.search(text) else text
