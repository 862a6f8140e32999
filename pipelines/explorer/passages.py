"""Where the words of a search stand in an article: its headline and a passage of its text, cut at each word found."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from pipelines.explorer.articles import Piece, cut
from pipelines.explorer.words import IN_PYTHON, Term, folded, pattern_of

LONGEST = 100_000  # characters of a text that are looked at
LENGTH, BEFORE = 240, 60  # characters of a passage, and of those before its first word
MOST_MARKS = 200  # of a word in a text
CHARACTERS = 20_000  # whose small letters are kept at hand
CUT = "… "

Span = tuple[int, int, str]  # start, end, and the word that stands there


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A headline and a piece of text; pieces with a code are words found. No text where none stands in it."""

    title: Sequence[Piece]
    text: Sequence[Piece]


def passage(title: str | None, text: str, terms: Sequence[Term]) -> Passage:
    """The words found in a headline, and the part of a text that has most of them."""
    wanted = [each for each in terms if each.wanted]
    in_title = found(title or "", wanted)
    in_text = found(text[:LONGEST], [each for each in wanted if not each.in_title])
    return Passage(title=cut(title, in_title) if title else (), text=_best(text, in_text) if in_text else ())


def found(text: str, terms: Sequence[Term]) -> list[Span]:
    """Where terms stand in a text, in the order of their places."""
    small = [_small(each) for each in text]
    places = [number for number, each in enumerate(small) for _ in each]
    whole = "".join(small)
    return sorted(
        (places[match.start("words")], places[match.end("words") - 1] + 1, each.words)
        for each in terms
        for match in islice(re.finditer(pattern_of(each, IN_PYTHON), whole), MOST_MARKS)
    )


def _best(text: str, spans: Sequence[Span]) -> Sequence[Piece]:
    """The part of a text with the most different words found; of several the first."""
    different = [len({word for a, b, word in spans if a >= start and b <= start + LENGTH}) for start, *_ in spans]
    first = spans[different.index(max(different))][0]
    start, end = _between_words(text, max(0, first - BEFORE), first - BEFORE + LENGTH)
    inside = [(a - start, b - start, word) for a, b, word in spans if a >= start and b <= end]
    return list(_framed(cut(text[start:end], inside), before=start > 0, after=end < len(text)))


def _between_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The same part without the halves of words at its ends; scripts without spaces are cut anywhere."""
    space = text.find(" ", start, start + BEFORE // 2) if start else -1
    last = text.rfind(" ", end - BEFORE // 2, end) if end < len(text) else -1
    return space + 1 or start, last if last > 0 else min(end, len(text))


def _framed(pieces: Sequence[Piece], *, before: bool, after: bool) -> Iterator[Piece]:
    if before:
        yield Piece(text=CUT)
    yield from pieces
    if after:
        yield Piece(text=f" {CUT.strip()}")


@lru_cache(CHARACTERS)
def _small(character: str) -> str:
    return folded(character)
