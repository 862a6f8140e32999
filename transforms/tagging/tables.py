"""The tables of this folder: tab-separated lines, `#` lines above that say where they come from."""

from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("data")


@cache
def rows(name: str, width: int) -> tuple[tuple[str, ...], ...]:
    """The rows of a table, each of `width` cells; raises ValueError that names the line that is not."""
    found = []
    for number, line in enumerate((DATA / name).read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        cells = tuple(line.split("\t"))
        if len(cells) != width:
            raise ValueError(f"{name}:{number}: {len(cells)} cells, expected {width}")
        found.append(cells)
    return tuple(found)


def entries(name: str, key: str) -> list[str]:
    """The entries of one row of a table of two cells; raises KeyError where no row has the key."""
    for first, listed in rows(name, 2):
        if first == key:
            return listed.split("|")
    raise KeyError(f"{name} has no row {key}")


def words_of(name: str, languages: frozenset[str]) -> list[str]:
    """The words that a table of two cells (language, words) has for any of the languages."""
    return [word for language, words in rows(name, 2) if language in languages for word in words.split("|")]
