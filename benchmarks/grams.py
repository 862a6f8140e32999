"""The measure of texts: F1 of the multiset of word 4-grams, as article-extraction-benchmark counts them."""

import re
import unicodedata
from collections import Counter

WORDS = re.compile(r"\w+")
GRAM = 4


def text_f1(found: str, gold: str) -> float:
    """F1 of the multisets of both, after NFC: which form a page writes its letters in is no matter of extraction."""
    ours, theirs = (grams(unicodedata.normalize("NFC", text)) for text in (found, gold))
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total()) if common else 0.0


def grams(text: str) -> Counter[tuple[str, ...]]:
    """Word 4-grams; a shorter text counts as one gram."""
    words = WORDS.findall(text)
    return Counter(tuple(words[start : start + GRAM]) for start in range(max(1, len(words) - GRAM + 1)))
