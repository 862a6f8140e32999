"""One word in the spellings that writers of a language use: with and without marks, with either of two letters."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

TONAL = frozenset({"yo", "ig"})  # tones are written in books and rarely in news; a dot below makes another letter
LETTERS = {  # of each pair the first is written for the second
    "ha": ("ƙ k", "ɗ d", "ɓ b", "ƴ y"),
    "am": (
        *(
            "ሐ ሀ",
            "ሑ ሁ",
            "ሒ ሂ",
            "ሓ ሀ",
            "ሔ ሄ",
            "ሕ ህ",
            "ሖ ሆ",
            "ኀ ሀ",
            "ኁ ሁ",
            "ኂ ሂ",
            "ኃ ሀ",
            "ኄ ሄ",
            "ኅ ህ",
            "ኆ ሆ",
            "ሃ ሀ",
            "ኻ ሀ",
        ),
        *("ሠ ሰ", "ሡ ሱ", "ሢ ሲ", "ሣ ሳ", "ሤ ሴ", "ሥ ስ", "ሦ ሶ", "ሧ ሷ"),
        *("ዐ አ", "ዑ ኡ", "ዒ ኢ", "ዓ አ", "ዔ ኤ", "ዕ እ", "ዖ ኦ", "ኣ አ"),
        *("ፀ ጸ", "ፁ ጹ", "ፂ ጺ", "ፃ ጻ", "ፄ ጼ", "ፅ ጽ", "ፆ ጾ"),
    ),
    "bn": ("\u09df \u09af", "\u09dc \u09a1", "\u09dd \u09a2"),  # one letter or two, and both look the same
}
NUKTA = 0x09BC
LATIN = (range(0xC0, 0x250), range(0x1E00, 0x1F00))
TONES = ("\u0300", "\u0301", "\u0304", "\u030c")  # grave, acute, macron, caron
ETHIOPIC = range(0x1200, 0x1358)
ROW = 8  # letters of one consonant
BARE = 5  # the place in its row of a consonant without a vowel
VOWELS = (1, 3, 4, 6)  # that such a consonant takes before an ending: -u, -achin, -e, -och
SILENT = "\u0bcd\u0bc1"  # Tamil: what a word drops before an ending that begins with a vowel
SHORT_STEM = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """`letters` says what each is read as; None drops it, as a mark above the letter before it."""

    letters: Mapping[int, str | None]

    def plain(self, text: str) -> str:
        return text.translate(self.letters)

    def places(self, text: str) -> Sequence[int]:
        """For each letter of the plain text and its end, where it stands in the text; marks go with their letter."""
        letters = self.letters
        return [*(at for at, letter in enumerate(text) if letters.get(ord(letter), "") is not None), len(text)]


@cache
def spelling_of(language: str) -> Spelling | None:
    """None where words are written in one way."""
    if language in TONAL:
        return Spelling(letters={**_toneless(), **dict.fromkeys(map(ord, TONES))})
    if language not in LETTERS:
        return None
    read_as: dict[int, str | None] = {ord(pair[0]): pair[2] for pair in LETTERS[language]}
    return Spelling(letters=read_as | ({NUKTA: None} if language == "bn" else {}))


def _toneless() -> Mapping[int, str]:
    return {code: _without_tone(chr(code)) for letters in LATIN for code in letters}


def _without_tone(letter: str) -> str:
    marks = (each for each in unicodedata.normalize("NFD", letter) if each not in TONES)
    return unicodedata.normalize("NFC", "".join(marks))


def stems(word: str, language: str) -> Iterator[str]:
    """The word as it is before its endings, where the last letter changes with them."""
    yield word
    if language == "ta" and word[-1] in SILENT and len(word) > SHORT_STEM:
        yield word[:-1]
    last = ord(word[-1])
    if language == "am" and last in ETHIOPIC and last % ROW == BARE:
        yield from (word[:-1] + chr(last - BARE + vowel) for vowel in VOWELS)
