"""The tables of this folder: tab-separated lines, `#` lines above that say where they come from."""

from collections.abc import Iterator
from pathlib import Path

DATA = Path(__file__).with_name("data")


def rows(name: str, width: int) -> Iterator[list[str]]:
    """The rows of a table, each of `width` cells; raises ValueError that names the line that is not."""
    for number, line in enumerate((DATA / name).read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != width:
            raise ValueError(f"{name}:{number}: {len(cells)} cells, expected {width}")
        yield cells


def entries(name: str, key: str) -> list[str]:
    """The entries of one row of a table of two cells; raises KeyError where no row has the key."""
    for first, entries in rows(name, 2):
        if first == key:
            return entries.split("|")
    raise KeyError(f"{name} has no row {key}")
