"""Find the names in a title or text: exact offsets, whole words, the spelling of headlines."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.tags import EvidenceSource
from transforms.tagging.gazetteer import Sense
from transforms.tagging.names import Entry, Names, Tail
from transforms.tagging.tables import entries

SHORT_TAIL = 5  # letters after a stem that ends in *: amerikanisch|er, americain|es, Ukraińc|zykiem
LONGEST_TAIL = 6
LONGEST_PARTICLE = 4
HEADLINE = 0.7  # share of capital letters from which a short text is a headline in capitals
HEADLINE_CHARS = 400
BESIDE = 64  # characters kept on each side for the rules
SENTENCE_END = re.compile(r"[.!?][\"”’')\]]*\s|[。！？।]|\n")
CAPITAL = "A-ZÀ-ÖØ-ÞА-ЯЁІЇЄҐΑ-Ω"
CAPITALS = re.compile(rf"[{CAPITAL}]{{2,}}(?:[ -][{CAPITAL}]{{2,}})*")
SHOUTED = re.compile(rf"[{CAPITAL}]{{4,}}")
LONG_WORD = 4  # letters; a shorter word in capitals may be an acronym, unless a long one stands beside it: NEW YORK
WORD = re.compile(r"[^\W\d_]+")
ACRONYMS = frozenset({"US", "UN", "UK", "EU", "UAE", "USA", "DRC", "AU", "NYC", "ONU", "UE", "BM", "AB", "ABD"})
LAST_ALPHABETIC = "\u058f"  # Latin, Greek, Cyrillic and Armenian lie below: words are parted by blanks
ARABIC_HEBREW = "\u0590", "\u07bf"
SPACELESS = (
    ("\u0e00", "\u0eff"),
    ("\u1000", "\u109f"),
    ("\u1780", "\u17ff"),
    ("\u2e80", "\u30ff"),
    ("\u3400", "\u9fff"),
)
KATAKANA = "\u30a0", "\u30ff"
HANGUL = "\uac00", "\ud7a3"
PARTICLES = frozenset(each for script in ("Arabic", "Hebrew") for each in entries("particles.tsv", script))


@dataclass(slots=True)
class Mention:
    """A name as it stands; the rules fill in which place it is, or that it is none."""

    source: EvidenceSource
    start: int
    end: int
    quote: str
    entry: Entry
    sentence: int
    before: str
    after: str
    sense: Sense | None = None
    anchored: bool = False
    listed: bool = False
    dateline: bool = False
    factor: float = 1.0


def find_mentions(text: str, source: EvidenceSource, names: Names) -> list[Mention]:
    """All whole-word names of a text in reading order; strings that only hide others are left out."""
    return list(_mentions(text, source, names))


def _mentions(text: str, source: EvidenceSource, names: Names) -> Iterator[Mention]:
    sentence = previous = 0
    for start, end, entry in _entries_in(text, names):
        gap = text[previous:start]
        sentence += SENTENCE_END.search(gap) is not None
        previous = end
        if entry.senses:
            before, after = text[max(0, start - BESIDE) : start], text[end : end + BESIDE]
            yield Mention(source, start, end, text[start:end], entry, sentence, before, after)


def _entries_in(text: str, names: Names) -> Iterator[tuple[int, int, Entry]]:
    """Whole words of all layers: the leftmost, of these the longest, of these the first layer's; none overlap."""
    scanned = _unshouted(text)
    found = sorted(
        (start, -stop, number, pattern)
        for number, layer in enumerate(names.layers)
        for pattern, start, stop in layer.automaton.find_matches_as_indexes(scanned)
    )
    taken = 0
    for start, stop, number, pattern in found:
        entry = names.layers[number].entries[pattern]
        if start >= taken and (end := _word_end(text, start, -stop, entry, names)):
            taken = end
            yield start, end, entry


def _unshouted(text: str) -> str:
    """Words in capitals as names are written, letter for letter: the offsets stay."""
    if len(text) <= HEADLINE_CHARS:
        letters = sum(map(str.isalpha, text))
        if letters and sum(map(str.isupper, text)) > HEADLINE * letters:
            return _same_length(WORD.sub(_titled, text), text)
    return _same_length(CAPITALS.sub(_titled_run, text), text) if SHOUTED.search(text) else text


def _same_length(changed: str, text: str) -> str:
    return changed if len(changed) == len(text) else text


def _titled_run(match: re.Match[str]) -> str:
    run = match.group()
    return WORD.sub(_titled, run) if any(len(word) >= LONG_WORD for word in WORD.findall(run)) else run


def _titled(match: re.Match[str]) -> str:
    word = match.group()
    return word if word in ACRONYMS else word[0] + word[1:].lower()


def _word_end(text: str, start: int, stop: int, entry: Entry, names: Names) -> int | None:
    """Where the word ends that the pattern opens; None where the pattern is a part of another word."""
    first = text[start]
    if first > LAST_ALPHABETIC and any(low <= first <= high for low, high in SPACELESS):
        return stop if _katakana_ends(text, start, stop) else None
    if start and _in_word(text[start - 1]) and not _after_particle(text, start):
        return None
    if HANGUL[0] <= first <= HANGUL[1]:
        return stop  # particles follow without a blank
    end = stop
    while end < len(text) and _in_word(text[end]):
        end += 1
        if end - stop > LONGEST_TAIL:
            return None
    return end if end == stop or _tail_fits(text, start, stop, end, entry, names) else None


def _tail_fits(text: str, start: int, stop: int, end: int, entry: Entry, names: Names) -> bool:
    if entry.tail is Tail.INFLECTION:
        return text[start + entry.stem : end].lower() in names.endings
    return entry.tail is Tail.SHORT and end - stop <= SHORT_TAIL


def _in_word(character: str) -> bool:
    return character.isalnum() or unicodedata.combining(character) != 0 or unicodedata.category(character) == "Mc"


def _after_particle(text: str, start: int) -> bool:
    if not ARABIC_HEBREW[0] <= text[start] <= ARABIC_HEBREW[1]:
        return False
    head = start
    while head and text[head - 1].isalpha() and start - head <= LONGEST_PARTICLE:
        head -= 1
    return text[head:start] in PARTICLES


def _katakana_ends(text: str, start: int, stop: int) -> bool:
    """A name in katakana is no part of a longer word in katakana."""
    before, after = text[start - 1 : start], text[stop : stop + 1]
    opens = not (_katakana(before) and _katakana(text[start]))
    return opens and not (_katakana(after) and _katakana(text[stop - 1]))


def _katakana(character: str) -> bool:
    return KATAKANA[0] <= character <= KATAKANA[1] and character != "・"
