"""Words that speak for topics: one scan over a text finds them all, with offsets."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick

from transforms.tagging.automata import make_automaton
from transforms.tagging.spellings import Spelling, spelling_of, stems
from transforms.tagging.tables import rows
from transforms.tagging.vocabulary import vocabulary

TABLES = ("lexicon_en.tsv", "lexicon.tsv", "lexicon_africa.tsv", "lexicon_world.tsv")
FALLBACK = "en"  # a language without words of its own is read with the English ones: names and loans are shared
SPACELESS = frozenset({"zh", "ja", "th"})
AFFIXING = frozenset({"am", "ti"})  # particles are written together with words on both sides
SHORT_WORD = 3  # letters below which an affixed word would be found in any other
DENSITIES = {"zh": 3.0, "ja": 3.0, "th": 1.3, "am": 1.6, "ti": 1.6, "ko": 2.0}  # words in a letter, English is 1
NEVER = "\x01\x02\x03\x04"  # folded texts hold none: else all patterns begin with a blank, and each is stopped at
LONGEST_START = 6  # letters before a word that is marked for any beginning
ASCII_BLANKS = bytes(code if code >= 128 or re.match(r"\w", chr(code)) else 0x20 for code in range(256))
MARKS = (  # what parts words, beside ASCII
    "\u00a0«»¡¿·•“”‘’„‚‹›–—―…′″\u200b\u200c\u200e\u200f\u202f、。「」『』・：；！？，（）《》，،؛؟।॥፣።፤׳״־"
)
LONGER_WHEN_LOWER = "İ"  # the one letter whose small form is two


@dataclass(frozen=True, slots=True)
class Term:
    words: str
    open_end: bool
    open_start: bool
    votes: tuple[tuple[str, float], ...]  # topic and weight; for its own topics and all above, the strongest for each


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    terms: tuple[Term, ...]
    automaton: AhoCorasick
    spaced: bool
    density: float
    spelling: Spelling | None = None

    def hits(self, text: str) -> list[tuple[int, int, int]]:
        """Terms that stand in the text as whole words, in reading order: number, and offsets in the text."""
        if self.spelling is None:
            return self._plain_hits(text)
        plain = self.spelling.plain(text)
        return self._plain_hits(plain) if len(plain) == len(text) else self._moved(plain, self.spelling.places(text))

    def _moved(self, plain: str, places: Sequence[int]) -> list[tuple[int, int, int]]:
        return [(number, places[start], places[stop]) for number, start, stop in self._plain_hits(plain)]

    def _plain_hits(self, text: str) -> list[tuple[int, int, int]]:
        """A pattern's leading blank and the blank added to the text make up for each other."""
        folded = f" {fold(text)} "
        matches = self.automaton.find_matches_as_indexes(folded)
        if not self.spaced:
            return [(number, start - 1, stop - 1) for number, start, stop in matches]
        terms = self.terms
        return [
            (number, start if folded[start] == " " else _begin(folded, start), folded.find(" ", stop) - 1)
            for number, start, stop in matches
            if folded[stop] == " " or terms[number].open_end
            if not terms[number].open_start or stop - _begin(folded, start) <= len(terms[number].words) + LONGEST_START
        ]


def _begin(folded: str, start: int) -> int:
    """Where the word begins that the letter stands in: at the blank before it."""
    return folded.rfind(" ", 0, start + 1)


def fold(text: str) -> str:
    """Lower case, blanks for what parts words and for lone surrogates; as long as the text.

    Bytes are mapped 40 times faster than letters.
    """
    if not text.isascii():
        for mark in MARKS:
            text = text.replace(mark, " ")
        text = text.replace(LONGER_WHEN_LOWER, "i")
    return text.lower().encode("utf-8", "replace").translate(ASCII_BLANKS).decode()


@cache
def lexicon_for(language: str) -> Lexicon:
    """The words of one language; built once a process."""
    by_language = _by_language()
    known = language if language in by_language else FALLBACK
    return make_lexicon(by_language[known], known)


def make_lexicon(written: Sequence[tuple[str, float, str]], language: str, *, own: bool = False) -> Lexicon:
    """A lexicon of rows of topic, weight and terms. Topics of one's own have none above them."""
    spaced = language not in SPACELESS
    terms = tuple(_terms(written, language, own=own).values())
    return Lexicon(
        terms=terms,
        automaton=make_automaton(
            [*(f" {term.words}" if spaced and not term.open_start else term.words for term in terms), *NEVER]
        ),
        spaced=spaced,
        density=DENSITIES.get(language, 1.0),
        spelling=spelling_of(language),
    )


@cache
def _by_language() -> Mapping[str, list[tuple[str, float, str]]]:
    found: dict[str, list[tuple[str, float, str]]] = defaultdict(list)
    for table in TABLES:
        for language, code, weight, terms in rows(table, 4):
            found[language].append((code, float(weight), terms))
    return found


def _terms(written: Sequence[tuple[str, float, str]], language: str, *, own: bool) -> Mapping[tuple[str, bool], Term]:
    """By their words and beginning; of an exact and an open term one is left, open, with the votes of both."""
    votes: dict[tuple[str, bool], list[tuple[str, float]]] = defaultdict(list)
    opened = set()
    for code, weight, listed in written:
        for each in listed.split("|"):
            for words, free, open_end in _readings(each, language):
                key = words, free
                votes[key].append((code, weight))
                if open_end:
                    opened.add(key)
    lines = _strongest if own else _lines
    return {key: Term(key[0], key in opened, key[1], lines(tuple(said))) for key, said in votes.items()}


def _readings(term: str, language: str) -> Iterator[tuple[str, bool, bool]]:
    """A term as it is looked for: folded, whether it has any beginning, whether it has any ending."""
    spelling = spelling_of(language)
    bare = term.strip("*")
    words = fold(spelling.plain(bare) if spelling else bare).strip()
    free = language in AFFIXING and len(words) >= SHORT_WORD
    open_start, open_end = free or term.startswith("*"), free or term.endswith("*")
    for stem in stems(words, language) if open_end else [words]:
        yield stem, open_start, open_end


def _strongest(votes: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    return tuple({code: max(weight for each, weight in votes if each == code) for code, _ in votes}.items())


@cache
def _lines(votes: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    found: dict[str, float] = {}
    for code, weight in votes:
        for each in vocabulary().line(code):
            found[each] = max(found.get(each, 0.0), weight)
    return tuple(found.items())
