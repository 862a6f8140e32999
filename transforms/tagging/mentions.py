"""Find the names in a title or text: exact offsets, whole words, the spelling of headlines."""

import re
import unicodedata

from schemas.tags import Evidence, EvidenceSource
from transforms.tagging.gazetteer import Entry, Sense, Tail
from transforms.tagging.names import Names
from transforms.tagging.tables import entries

SHORT_TAIL = 5  # letters after a stem that ends in *: amerikanisch|er, americain|es, Ukraińc|zykiem
LONGEST_TAIL = 6
LONGEST_PARTICLE = 4
STEM_LETTERS = 4  # a shorter stem meets other words: Peru, Mali
HEADLINE = 0.7  # share of capital letters from which a short text is a headline in capitals
HEADLINE_CHARS = 400
BESIDE = 64  # characters on each side that the rules look at
CAPITAL = "A-ZÀ-ÖØ-ÞА-ЯЁІЇЄҐΑ-Ω"
CAPITALS = re.compile(rf"[{CAPITAL}]{{2,}}(?:(?:[ -]|, |\. )[{CAPITAL}]{{2,}})*")  # OAK BROOK, ILL.; ST. LOUIS
SHOUTED = re.compile(rf"[{CAPITAL}]{{4,}}")
SHOUTED_BYTES = b"A" * 4
CAPITAL_BYTES = bytes(  # of UTF-8: capitals of ASCII, and all that letters of two bytes with capitals are made of
    0x41 if 0x41 <= code <= 0x5A or 0x80 <= code <= 0xBF or code in {0xC3, 0xCE, 0xD0, 0xD2} else 0x20
    for code in range(256)
)
LONG_WORD = 4  # letters; a shorter word in capitals may be an acronym, unless a long one stands beside it: NEW YORK
WORD = re.compile(r"[^\W\d_]+")
ACRONYMS = frozenset({"US", "UN", "UK", "EU", "UAE", "USA", "DRC", "AU", "NYC", "ONU", "UE", "BM", "AB", "ABD"})
LAST_WORD = re.compile(r"(?:^|[^\w'’-])([^\W\d_][\w'’-]*)$")
PLAIN_MARKS = (("“", '"'), ("”", '"'), ("‘", "'"), ("’", "'"), ("–", "-"), ("—", "-"), ("…", "."), ("\u00a0", " "))
BLANKS = frozenset(" \n")
ENDS = frozenset(" \n.,;:!?)")
LAST_ALPHABETIC = "\u058f"  # Latin, Greek, Cyrillic and Armenian lie below: words are parted by blanks
FIRST_MARK = "\u0300"  # combining marks lie above
FIRST_CJK = "\u2e80"  # a name in Latin letters ends where such a letter stands: NATOは
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


class Mention:
    """A name as it stands; the rules fill in which place it is, or that it is none."""

    __slots__ = (
        "_evidence", "_last_word", "anchored", "dateline", "end", "ending", "entry", "factor", "learning", "listed",
        "quote", "sense", "source", "start", "text", "weight",
    )  # fmt: skip

    def __init__(self, source: EvidenceSource, text: str, start: int, end: int, entry: Entry) -> None:
        self.source = source
        self.text = text
        self.start = start
        self.end = end
        self.entry = entry
        self.quote = text[start:end]
        self.sense: Sense | None = None
        self.ending = ""  # of a case, as far as the pattern does not hold it
        self.anchored = self.listed = self.dateline = self.learning = False
        self.factor = 1.0
        self.weight = 0.0
        self._evidence: Evidence | None = None
        self._last_word: str | None = None

    @property
    def before(self) -> str:
        return self.text[max(0, self.start - BESIDE) : self.start]

    @property
    def after(self) -> str:
        return self.text[self.end : self.end + BESIDE]

    @property
    def is_parted(self) -> bool:
        """Whether a blank follows, as before a next word."""
        return self.text[self.end : self.end + 1].isspace()

    @property
    def last_word(self) -> str:
        """The word before it, where only a blank and perhaps a full stop part them; else nothing."""
        if self._last_word is None:
            self._last_word = word_before(self.text, self.start)
        return self._last_word

    @property
    def evidence(self) -> Evidence:
        if self._evidence is None:
            self._evidence = Evidence(source=self.source, quote=self.quote, start=self.start, end=self.end)
        return self._evidence


def word_before(text: str, start: int) -> str:
    end = start - 1
    if end < 1 or not text[end].isspace():
        return ""
    end -= text[end - 1] == "."
    word = text[text.rfind(" ", max(0, end - BESIDE), end) + 1 : end]
    if word.isalpha():
        return word
    last = LAST_WORD.search(word)
    return last[1] if last else ""


def find_mentions(text: str, source: EvidenceSource, names: Names) -> list[Mention]:
    """All whole-word names of a text in reading order; strings that only hide others are left out.

    Of names that overlap counts the leftmost, of these the longest, of these the first layer's.
    """
    found: list[Mention] = []
    taken = 0
    plain = _plainly(text)
    last = len(text)
    for start, cut, number, pattern in _matches(plain, names):
        if start < taken:
            continue
        entry = names.layers[number].entry(pattern)
        stop = -cut
        alone = (  # the common case, told at once: a blank before the name, a blank or a plain mark behind it
            (not start or text[start - 1] in BLANKS)
            and (stop == last or text[stop] in ENDS)
            and text[start] <= LAST_ALPHABETIC
        )
        end = stop if alone else _word_end(text, start, stop, entry, names)
        if end:
            taken = end
            if entry.senses:
                found.append(Mention(source, text, start, end, entry))
                if end != stop:
                    found[-1].ending = text[stop:end]
    return found


def _matches(text: str, names: Names) -> list[tuple[int, int, int, int]]:
    found = [
        (start, -stop, number, pattern)
        for number, layer in enumerate(names.layers)
        for pattern, start, stop in layer.automaton.find_matches_as_indexes(text)
    ]
    found.sort()
    return found


def _plainly(text: str) -> str:
    """The text as it is scanned, letter for letter: names go on behind the end of a line; ASCII is scanned faster."""
    ascii_alone = text.isascii()
    if not ascii_alone:
        for mark, plain in PLAIN_MARKS:
            text = text.replace(mark, plain)
    read = text.encode("utf-8", "replace")
    if not ascii_alone:
        text = read.decode()  # a question mark for each lone surrogate
    return _unshouted(text, read).replace("\n", " ")


def _unshouted(text: str, read: bytes) -> str:
    """Words in capitals as names are written, letter for letter: the offsets stay."""
    if len(text) <= HEADLINE_CHARS:
        letters = sum(map(str.isalpha, text))
        if letters and sum(map(str.isupper, text)) > HEADLINE * letters:
            return _same_length(WORD.sub(_titled, text), text)
    return _same_length(CAPITALS.sub(_titled_run, text), text) if _shouts(text, read) else text


def _shouts(text: str, read: bytes) -> bool:
    """Bytes are searched 20 times faster than a class of letters."""
    if SHOUTED_BYTES not in read.translate(CAPITAL_BYTES):
        return False
    return len(read) == len(text) or SHOUTED.search(text) is not None


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
    if start and _in_word(text[start - 1]) and not (_after_particle(text, start) or text[start - 1] >= FIRST_CJK):
        return None
    if HANGUL[0] <= first <= HANGUL[1]:
        return stop  # particles follow without a blank
    end, last = stop, min(len(text), stop + LONGEST_TAIL + 1)
    while end < last and _in_word(text[end]) and text[end] < FIRST_CJK:
        end += 1
    if end == stop:
        return end
    return end if end - stop <= LONGEST_TAIL and _tail_fits(text[start:end], stop - start, entry, names) else None


def _tail_fits(word: str, length: int, entry: Entry, names: Names) -> bool:
    """Whether what follows the pattern is an ending: of a case, or for an adjective a short one."""
    if entry.tail is Tail.INFLECTION:
        return word[length:].lower() in names.endings
    if entry.tail is Tail.BENDING and names.endings:
        stem = length - (word[length - 1] in names.dropped)
        return stem >= STEM_LETTERS and not names.endings.isdisjoint((word[stem:].lower(), word[length:].lower()))
    return entry.tail is Tail.SHORT and len(word) - length <= SHORT_TAIL


def _in_word(character: str) -> bool:
    if character < FIRST_MARK:
        return character.isalnum()
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
