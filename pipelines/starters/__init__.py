"""Lists of feeds to start with, by country and subject."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pipelines.options import UsageError
from schemas.errors import Code
from transforms.inputs.list_entries import FeedSource


@cache
def starters() -> tuple[FeedSource, ...]:
    """All feeds of the list, in its order."""
    lines = Path(__file__).with_name("feeds.tsv").read_text(encoding="utf-8").splitlines()
    cells = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple(
        FeedSource(url=url, title=title, country=country or None, category=subject, language=language)
        for subject, country, language, title, url in cells
    )


def choices() -> tuple[list[str], list[str], list[str]]:
    """Countries, languages and subjects that the list has."""
    found = starters()
    return (
        sorted({each.country for each in found if each.country}),
        sorted({each.language for each in found if each.language}),
        sorted({each.category for each in found if each.category}),
    )


def chosen(names: Sequence[str]) -> tuple[FeedSource, ...]:
    """Feeds of any of these countries (FR), languages (fr) or subjects (science); raises UsageError for others."""
    known = {name for listed in choices() for name in listed}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError(f"--starter cannot be {unknown[0]!r}; newsbeam init --starters lists them", Code.BAD_VALUE)
    return tuple(each for each in starters() if {each.country, each.language, each.category} & set(names))
