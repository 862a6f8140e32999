"""Texts as sets of hashed word n-grams."""

import re
import string
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_64_intdigest

Hashes = NDArray[np.uint64]

# Scripts that put no space between words, and how many characters stand for one word there: a Chinese or Japanese
# word has about two, one of the abugidas about five with its vowel signs. Windows overlap, so that an inserted
# character moves nothing; a window of 3 makes a 3-gram of 5 characters and an 8-gram of 10.
IDEOGRAPHIC_BLOCKS = (
    (0x3005, 0x3007), (0x3041, 0x3096), (0x309D, 0x309F), (0x30A1, 0x30FA), (0x30FC, 0x30FF), (0x31F0, 0x31FF),  # kana
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF),
)  # fmt: skip  # pairs read best side by side
ABUGIDA_BLOCKS = (
    (0x0E00, 0x0E4E), (0x0E80, 0x0ECE),  # Thai and Lao, without their digits
    (0x1000, 0x103F), (0x1050, 0x108F), (0xA9E0, 0xA9EF), (0xAA60, 0xAA7F),  # Burmese
    (0x1780, 0x17D3),  # Khmer
)  # fmt: skip  # pairs read best side by side
IDEOGRAPHIC_WINDOW, ABUGIDA_WINDOW = 3, 6
UNSPACED = re.compile(
    "[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in (*IDEOGRAPHIC_BLOCKS, *ABUGIDA_BLOCKS)) + "]"
)
NUMBERS = re.compile(r"[\d.,\u066b\u066c]+")
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
DENSE_BYTES = 1.1  # bytes a character in UTF-8, from which a text is read as a whole faster than in pieces

FACTOR = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio, odd: no bit of a word is lost
MIX_1, MIX_2, SHIFT = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53), np.uint64(33)  # MurmurHash3's end


def _only(kept: str) -> bytes:
    """A table for bytes.translate: lower case for what is kept, a space for all else."""
    return bytes(ord(chr(each).lower()) if chr(each) in kept else ord(" ") for each in range(256))


ASCII_WORDS = _only(string.ascii_letters + string.digits)
ASCII_GAPS = ASCII_WORDS[:128] + bytes(range(128, 256))  # other bytes stay: those of letters beyond ASCII
ASCII_NUMBERS = _only(string.digits + ".,")


class _Folding(dict[int, str | None]):
    """A table for str.translate that asks once for each character; beyond the BMP each time, to stay small."""

    def __init__(self, fold: Callable[[int], str | None]) -> None:
        super().__init__()
        self.fold = fold

    def __missing__(self, code: int) -> str | None:
        folded = self.fold(code)
        if code < 0x10000:
            self[code] = folded
        return folded


def tokens(text: str) -> list[bytes]:
    """Words of a text, folded in case and form, then overlapping windows over its scripts without spaces.

    Those are read past punctuation and other scripts: copies differ in both, and neither parts words there.
    """
    if text.isascii():
        return text.encode().translate(ASCII_WORDS).split()
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = _spaced(folded).encode().translate(ASCII_GAPS).split()
    if UNSPACED.search(folded):
        windows = _windows(folded.translate(_ideographs()), IDEOGRAPHIC_WINDOW)
        windows += _windows(folded.translate(_abugidas()), ABUGIDA_WINDOW)
        words += " ".join(windows).encode().split()
    return words


def _spaced(folded: str) -> str:
    """Spaces for all beyond ASCII that is no part of a spaced word; where there is little of it, it alone is read."""
    table = _spaced_words()
    if len(folded.encode(errors="surrogatepass")) > DENSE_BYTES * len(folded):
        return folded.translate(table)
    return BEYOND_ASCII.sub(lambda run: run[0].translate(table), folded)


def numbers(text: str) -> set[bytes]:
    """Numbers of a text by their digits alone: 1,200.5 and 1.200,5 are one."""
    plain = text if text.isascii() else _plain_numbers(unicodedata.normalize("NFKC", text))
    runs = plain.encode().translate(ASCII_NUMBERS)
    return {each for run in runs.split() if (each := run.replace(b".", b"").replace(b",", b""))}


def _plain_numbers(text: str) -> str:
    return " ".join(NUMBERS.findall(text)).translate(_digits())


def is_unspaced(text: str) -> bool:
    """Whether most of a text is in scripts that put no space between words."""
    if not UNSPACED.search(text):
        return False
    return 2 * sum(len(text.translate(each)) for each in (_ideographs(), _abugidas())) > len(text)


def word_hashes(words: Iterable[bytes]) -> Hashes:
    return np.fromiter(map(xxh3_64_intdigest, words), dtype=np.uint64)


def ngram_hashes(words: Hashes, n: int) -> Hashes:
    """Hashes of the n-grams of a sequence of hashed words, sorted and distinct; a shorter sequence is one n-gram."""
    n = min(n, len(words))
    return distinct(mixed(np.correlate(words, _weights(n), "valid"))) if n else words


def distinct(hashes: Hashes) -> Hashes:
    """Sorted, each once; a quarter of the time of np.unique on a short array."""
    ordered = np.sort(hashes)
    keep = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=keep[1:])
    return ordered[keep]


def among(hashes: Hashes, members: Hashes) -> NDArray[np.bool_]:
    """Which of some hashes are members of a sorted set; a sixth of the time of np.isin on short arrays."""
    if not len(members):
        return np.zeros(len(hashes), np.bool_)
    return members[np.minimum(np.searchsorted(members, hashes), len(members) - 1)] == hashes


def mixed(values: Hashes) -> Hashes:
    """Values spread over all 64 bits, one to one, so that the smallest ones are a fair sample."""
    spread = (values ^ (values >> SHIFT)) * MIX_1
    spread = (spread ^ (spread >> SHIFT)) * MIX_2
    return spread ^ (spread >> SHIFT)


@cache
def _weights(n: int) -> Hashes:
    """Powers of an odd number modulo 2^64: the hash of an n-gram is a polynomial in its words."""
    return np.array([pow(FACTOR, power, 1 << 64) for power in range(n)], dtype=np.uint64)


def _windows(run: str, width: int) -> list[str]:
    return [run[start : start + width] for start in range(max(min(len(run), 1), len(run) - width + 1))]


@cache
def _spaced_words() -> _Folding:
    return _Folding(lambda code: chr(code) if _is_word(code) and not _is_unspaced(code) else " ")


@cache
def _ideographs() -> _Folding:
    return _Folding(lambda code: chr(code) if _within(code, IDEOGRAPHIC_BLOCKS) else None)


@cache
def _abugidas() -> _Folding:
    return _Folding(lambda code: chr(code) if _within(code, ABUGIDA_BLOCKS) and _is_word(code) else None)


@cache
def _digits() -> _Folding:
    return _Folding(_as_ascii_number)


def _is_word(code: int) -> bool:
    """Letters, digits and marks; without the marks Hindi and Tamil words fall to pieces."""
    return chr(code).isalnum() or unicodedata.category(chr(code))[0] == "M"


def _is_unspaced(code: int) -> bool:
    return _within(code, IDEOGRAPHIC_BLOCKS) or _within(code, ABUGIDA_BLOCKS)


def _within(code: int, blocks: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in blocks)


def _as_ascii_number(code: int) -> str:
    """Decimal digits of any script; the Arabic separators and those of ASCII; a space for all else."""
    separators = {0x2C: ",", 0x2E: ".", 0x66B: ".", 0x66C: ","}
    return str(unicodedata.decimal(chr(code), "")) or separators.get(code, " ")
