"""The data dictionary: every column in words, as Markdown."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import is_dataclass
from enum import StrEnum
from types import NoneType
from typing import Any, NamedTuple, get_args, get_type_hints

import pyarrow as pa

from schemas.columns import Column, arrow_schema
from schemas.failures import Reason
from schemas.partitions import PARTITIONS, RUN_DATE, RUN_DATE_IS
from schemas.tables import TABLES, is_date, partition_keys
from schemas.version import SCHEMA_VERSION

ABOUT_COLUMNS = """\
Absent is null, never an empty string; a list without members is empty, not null. Times are in UTC. Offsets count code
points, not bytes. `[]` marks a member of a list, a dot a field of a struct."""

ABOUT_PARTITIONS = """\
Columns at the end of a table are names of folders. Those of `articles` are what `--partition-by` said when the dataset
was new; without it, `published_date` alone."""

HEADER = ("column", "type", "null", "unit", "what it holds")
SQL_NAMES = {"int64": "integer", "timestamp[us, tz=UTC]": "timestamp (µs, UTC)", "bool": "boolean"}
KEYS = {each.key: each.description for each in PARTITIONS.values()} | {RUN_DATE: RUN_DATE_IS}


class _Hinted(NamedTuple):
    """A column as its record declares it."""

    path: str
    field: pa.Field
    hint: Any


def dictionary_parts(tables: Iterable[str] = tuple(TABLES)) -> Iterator[str]:
    """All columns of tables that people read, without a heading."""
    yield f"Columns of the dataset, as `schemas/` defines them; schema version {SCHEMA_VERSION}."
    yield ABOUT_COLUMNS
    yield ABOUT_PARTITIONS
    for name in tables:
        yield f"## {name}"
        yield TABLES[name].description
        yield markdown_table(HEADER, _rows(name))


def describe_key(key: str) -> str:
    """What a folder's name says."""
    return KEYS[key]


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_row(header), _row(["---"] * len(header)), *map(_row, rows)]
    return "\n".join(lines)


def type_name(arrow: pa.DataType) -> str:
    """A type in the words of SQL."""
    if pa.types.is_list(arrow):
        return f"list of {type_name(arrow.value_type)}"
    if pa.types.is_struct(arrow):
        return "struct"
    return SQL_NAMES.get(str(arrow), str(arrow))


def note_of(field: pa.Field) -> dict[str, str]:
    """Description and unit of a column."""
    return {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}


def _rows(name: str) -> Iterator[tuple[str, ...]]:
    for each in _columns(TABLES[name].record, ""):
        note, nullable = note_of(each.field), "yes" if each.field.nullable else ""
        about = _with_values(note.get("description", ""), each.hint)
        yield f"`{each.path}`", type_name(each.field.type), nullable, note.get("unit", ""), about
    keys = tuple(each.key for each in PARTITIONS.values()) if name == "articles" else partition_keys(name)
    for key in keys:
        yield f"`{key}`", "date" if is_date(key) else "string", "", "", f"{KEYS[key]}; the name of the folder"


def _columns(record: type, prefix: str) -> Iterator[_Hinted]:
    schema = arrow_schema(record)
    for name, hint in get_type_hints(record, include_extras=True).items():
        field, inner = schema.field(name), _innermost(hint)
        path = prefix + name
        yield _Hinted(path, field, inner)
        if is_dataclass(inner) and isinstance(inner, type):
            yield from _columns(inner, f"{path}{'[]' if pa.types.is_list(field.type) else ''}.")


def _innermost(hint: Any) -> Any:
    """The class of a column or of its members."""
    inside = [each for each in get_args(hint) if each not in (NoneType, Ellipsis) and not isinstance(each, Column)]
    return _innermost(inside[0]) if inside else hint


def _with_values(about: str, hint: Any) -> str:
    """A description with the closed set of its enum, unless it says it already or the set has a page of its own."""
    if not issubclass(hint, StrEnum):
        return about
    if hint is Reason:
        return f"{about.partition(';')[0]}; see [failures](failures.md)"
    if all(member in about for member in hint):
        return about
    return f"{about}. One of {', '.join(f'`{member}`' for member in hint)}"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("*", "\\*") for cell in cells) + " |"
