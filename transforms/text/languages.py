"""The language of a text, as ISO 639-1."""

import re
from dataclasses import dataclass

import pycld2

MAX_CHARS = 8_000  # of the text; what follows seldom changes the answer
OLD_CODES = {"iw": "he", "jw": "jv", "mo": "ro", "in": "id", "ji": "yi", "nb": "no"}
PRIMARY = re.compile(r"\A[a-z]{2}(?=\Z|[-_])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language as ISO 639-1, and the share of the text that is in it; None where only the page's claim is there."""

    code: str | None = None
    confidence: float | None = None


def detect_language(text: str, claimed: str | None) -> Language:
    """What the text is written in where that can be told, else what the page claims to be in."""
    hint = claimed_code(claimed)
    try:
        reliable, _, found = pycld2.detect(text[:MAX_CHARS], hintLanguage=hint, bestEffort=False)
    except pycld2.error:  # bytes that it does not take for text, or a hint that it does not know
        return Language(code=hint)
    code = found[0][1].partition("-")[0]
    if not reliable or not PRIMARY.match(code) or code == "un":
        return Language(code=hint)
    return Language(code=OLD_CODES.get(code, code), confidence=found[0][2] / 100)


def claimed_code(claimed: str | None) -> str | None:
    """The language of an html lang attribute or a locale as ISO 639-1; None for anything else."""
    match = PRIMARY.match((claimed or "").strip().lower())
    return OLD_CODES.get(match[0], match[0]) if match else None
