"""Normal forms of text: what is stored, what is compared, what is counted."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from math import ceil

from xxhash import xxh3_128_hexdigest

# Controls, soft hyphens, zero-width and bidi characters, surrogates and non-characters: nobody sees them in a text.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069"
    "\ufeff\ufff9-\ufffc\ufffe\uffff\ud800-\udfff]"
)
SEPARATORS = re.compile("[\x1c-\x1f]")  # invisible, and white space to str.split
# Joiners shape words of Arabic and Indic scripts and emoji; next to ASCII, space or the end they mean nothing.
IDLE_JOINERS = re.compile("(?<![^\x00-\x7f\\s])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f\\s])")
WORD_TO_SPACE = re.compile(r"[^\W_]\S*")  # finds each piece between white space that holds a letter or digit, once
HAS_WORD = re.compile(r"[^\W_]")
# Scripts that write without spaces: Han, kana, Bopomofo, Thai, Lao, Khmer, Myanmar. Hangul has spaces.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)
DENSE = re.compile(
    "[\u1100-\u11ff\u3040-\u30ff\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]"
)
CHARACTERS_PER_WORD = 2  # Chinese and Japanese words have about two characters
CHARACTERS_PER_WORD_IN = {"th": 4, "lo": 4, "km": 4, "my": 4}  # these write vowels and tones as characters of their own
LETTERS_PER_DENSE = 3  # letters of an alphabet that say as much as one Han, kana or Hangul character


def clean_line(text: str) -> str:
    """One line of text as it is stored: NFC, white space folded, nothing invisible."""
    line = " ".join(text.split())
    if not line.isprintable() or SEPARATORS.search(text):  # far faster than to search for what is invisible
        line = " ".join(INVISIBLE.sub("", text).split())
    if line.isascii():
        return line
    line = unicodedata.normalize("NFC", line)
    return " ".join(IDLE_JOINERS.sub("", line).split()) if "\u200c" in line or "\u200d" in line else line


BLOCKS_KNOWN = 1_024  # of the text at hand: identity, furniture and repeats compare the same blocks one after another


class _Folding(dict[int, str]):
    """Letters, marks and digits as they are, all else as a space; `re` would take the vowel signs of Hindi for gaps."""

    def __missing__(self, code: int) -> str:
        kept = unicodedata.category(chr(code))[0] in "LMN"
        self[code] = chr(code) if kept else " "
        return self[code]


FOLDING = _Folding()


@lru_cache(maxsize=BLOCKS_KNOWN)
def normalize(text: str) -> str:
    """Text as it is compared: NFKC, case folded, all but letters, marks and digits folded to single spaces."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.translate(FOLDING).split())


def content_hash(blocks: Iterable[str]) -> str:
    """32 hex digits over the normalised text; equal where only case, punctuation or division into blocks differ."""
    normal = (normalize(block) for block in blocks)
    return xxh3_128_hexdigest(" ".join(text for text in normal if text).encode())


def word_count(text: str, language: str | None) -> int:
    """Pieces between white space that hold a letter or digit; where scripts have no spaces, characters by a rate."""
    spaced, unspaced = UNSPACED.subn(" ", text)
    words = len(WORD_TO_SPACE.findall(spaced))
    return words + ceil(unspaced / CHARACTERS_PER_WORD_IN.get(language or "", CHARACTERS_PER_WORD))


def fair_length(text: str) -> int:
    """Length in letters of an alphabet: a Han, kana or Hangul character counts as three of them."""
    return len(text) + (LETTERS_PER_DENSE - 1) * len(DENSE.findall(text))


def join_blocks(blocks: Iterable[str]) -> str:
    """Blocks as one text, a blank line between them and none inside them."""
    return "\n\n".join(" ".join(block.split()) for block in blocks)
