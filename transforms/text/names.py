"""Names of authors out of bylines."""

import re
from collections.abc import Iterable

from transforms.text.normal import clean_line

MAX_NAMES = 50
BY = re.compile(r"\A(?:by|von|par|por|di|af|av|door|от)\s+", re.IGNORECASE)
BETWEEN = re.compile(r"\s*[;/|]\s*|\s+(?:and|und|og|och|et|&)\s+", re.IGNORECASE)
BRACKETED = re.compile(r"\s*\([^()]{0,40}\)")
NOT_A_NAME = re.compile(r"www\.|@|\A[\W\d]*\Z")
MAX_NAME_WORDS = 4


def author_names(bylines: Iterable[str]) -> tuple[str, ...]:
    """Names in the order of the page, each once: joined names parted, "By", initials in brackets and addresses out."""
    names = (name.strip(" ,;|–-") for line in bylines for name in _parts(BY.sub("", clean_line(line))))
    return tuple(dict.fromkeys(name for name in names if name and not NOT_A_NAME.search(name)))[:MAX_NAMES]


def _parts(byline: str) -> list[str]:
    if "://" in byline:
        return []
    parts = BETWEEN.split(BRACKETED.sub("", byline))
    return [name for part in parts for name in _by_commas(part)]


def _by_commas(part: str) -> list[str]:
    """Split where each piece looks like a full name; "Smith, John" and "Name, Professor of ..." stay whole."""
    pieces = [piece.strip() for piece in part.split(",")]
    full = all(1 < len(piece.split()) <= MAX_NAME_WORDS for piece in pieces)
    return pieces if full else [part]
