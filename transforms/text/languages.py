"""The language of a text, as ISO 639-1."""

import re

import pycld2

MAX_CHARS = 8_000  # of the text; what follows seldom changes the answer
OLD_CODES = {"iw": "he", "jw": "jv", "mo": "ro", "in": "id", "ji": "yi", "nb": "no"}
PRIMARY = re.compile(r"\A[a-z]{2}(?=\Z|[-_])")


def language_of(text: str, claimed: str | None) -> str | None:
    """What the text is written in where that can be told, else what the page claims to be in."""
    hint = claimed_code(claimed)
    try:
        reliable, _, found = pycld2.detect(text[:MAX_CHARS], hintLanguage=hint, bestEffort=False)
    except pycld2.error:  # bytes that it does not take for text, or a hint that it does not know
        return hint
    code = found[0][1].partition("-")[0]
    return OLD_CODES.get(code, code) if reliable and PRIMARY.match(code) and code != "un" else hint


def claimed_code(claimed: str | None) -> str | None:
    """The language of an html lang attribute or a locale as ISO 639-1; None for anything else."""
    match = PRIMARY.match((claimed or "").strip().lower())
    return OLD_CODES.get(match[0], match[0]) if match else None
