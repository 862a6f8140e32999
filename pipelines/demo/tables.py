"""Data files of the sample site."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

SITE = files("pipelines.demo") / "site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One publication, and the virtual host it lives on."""

    key: str
    port: int
    name: str
    language: str
    country: str | None
    template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A feed, sitemap or list that names links; `failure` is why it cannot be read as a whole."""

    key: str
    kind: str
    format: str
    host: str
    path: str
    suffix: str
    failure: str | None
    title: str


@cache
def read_rows(name: str) -> tuple[dict[str, str | None], ...]:
    """Rows of a table by column; a lone dash is absent."""
    lines = [line for line in _text(SITE / name).splitlines() if line and not line.startswith("#")]
    columns = lines[0].split("\t")
    return tuple(
        {column: None if cell == "-" else cell for column, cell in zip(columns, line.split("\t"), strict=True)}
        for line in lines[1:]
    )


@cache
def publications() -> dict[str, Publication]:
    rows = read_rows("publications.tsv")
    return {row["key"] or "": Publication(**row | {"port": int(row["port"] or 0)}) for row in rows}  # type: ignore[arg-type]  # cells are str


@cache
def sources() -> dict[str, Source]:
    rows = read_rows("sources.tsv")
    return {row["key"] or "": Source(**row | {"suffix": row["suffix"] or ""}) for row in rows}  # type: ignore[arg-type]  # cells are str


@cache
def furniture() -> dict[str, dict[str, str]]:
    """Words around an article, by language and place."""
    rows = read_rows("furniture.tsv")
    return {row["language"] or "": {place: words or "" for place, words in row.items()} for row in rows}


@cache
def template(name: str) -> str:
    return _text(SITE / "templates" / f"{name}.html")


@cache
def robots(host: str) -> str | None:
    """Rules of a host with `{host}` for origins, or None where it has none."""
    path = SITE / "robots" / f"{host}.txt"
    return _text(path) if path.is_file() else None


@cache
def article_files() -> dict[str, str]:
    folder = SITE / "articles"
    return {path.name.removesuffix(".txt"): _text(path) for path in sorted(folder.iterdir(), key=_name)}


def _name(path: Traversable) -> str:
    return path.name


def _text(path: Traversable) -> str:
    return path.read_text(encoding="utf-8")
