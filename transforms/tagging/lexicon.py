"""Words that speak for topics: one scan over a text finds them all, with offsets."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from transforms.tagging.tables import rows

TABLES = ("lexicon_en.tsv", "lexicon.tsv")
FALLBACK = "en"  # a language without words of its own is read with the English ones: names and loans are shared
SPACELESS = frozenset({"zh", "ja", "th"})
NO_LETTER = re.compile(r"[^\w\u0300-\u036f\u0590-\u06ff\u0900-\u097f]")
MARKS = "“”‘’–—…"  # what most often keeps an English text from being ASCII, which folds 20 times faster
ASCII_BLANKS = {code: " " for code in range(128) if NO_LETTER.match(chr(code))}


@dataclass(frozen=True, slots=True)
class Term:
    words: str
    open_end: bool
    votes: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    term: Term
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    terms: tuple[Term, ...]
    automaton: AhoCorasick
    spaced: bool

    def hits(self, text: str) -> Iterator[Hit]:
        """Terms that stand in the text as whole words, in reading order; offsets are those of the text."""
        folded = " " + fold(text)
        for number, start, stop in self.automaton.find_matches_as_indexes(folded):
            term = self.terms[number]
            if not self.spaced:
                yield Hit(term, start - 1, stop - 1)
                continue
            end = _word_end(folded, stop)
            if end == stop or term.open_end:
                yield Hit(term, start, end - 1)  # the pattern's leading blank and the added one make up for each other


def fold(text: str) -> str:
    """Lower case, blanks for all that is no letter or digit; as long as the text."""
    for mark in MARKS:
        text = text.replace(mark, " ")
    if text.isascii():
        return text.lower().translate(ASCII_BLANKS)
    return NO_LETTER.sub(" ", text.replace("İ", "i").lower())


@cache
def lexicon_for(language: str) -> Lexicon:
    """The words of one language; built once a process."""
    terms = list(_terms(language if language in _languages() else FALLBACK).values())
    spaced = language not in SPACELESS
    return Lexicon(
        terms=tuple(terms),
        automaton=AhoCorasick(
            [f" {term.words}" if spaced else term.words for term in terms],
            matchkind=MatchKind.LeftmostLongest,
            implementation=Implementation.ContiguousNFA,
        ),
        spaced=spaced,
    )


@cache
def _languages() -> frozenset[str]:
    return frozenset(language for table in TABLES for language, *_ in rows(table, 4))


def _terms(language: str) -> Mapping[str, Term]:
    """By their words; of an exact and an open term with the same words one is left, open, with the votes of both."""
    found: dict[str, Term] = {}
    for table in TABLES:
        for each, code, weight, terms in rows(table, 4):
            for written in terms.split("|") if each == language else ():
                words = fold(written.rstrip("*")).strip()
                known = found.get(words, Term(words, open_end=False, votes=()))
                votes = (*known.votes, (code, float(weight)))
                found[words] = Term(words, open_end=known.open_end or written.endswith("*"), votes=votes)
    return found


def _word_end(folded: str, stop: int) -> int:
    end = folded.find(" ", stop)
    return len(folded) if end < 0 else end
