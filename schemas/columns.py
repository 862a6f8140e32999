"""Records as Arrow rows: a dataclass is the one place where the columns of a table are written down."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

import pyarrow as pa

T = TypeVar("T")

ARROW_TYPES: Mapping[type, pa.DataType] = {
    str: pa.string(),
    bytes: pa.binary(),
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    datetime: pa.timestamp("us", tz="UTC"),
    date: pa.date32(),
}


@dataclass(frozen=True, slots=True)
class Column:
    """What stands beside a field of a record: `title: Annotated[str, Column("...")]`."""

    description: str
    unit: str = ""

    def metadata(self) -> dict[str, str]:
        return {"description": self.description} | ({"unit": self.unit} if self.unit else {})


@cache
def arrow_schema(record: Any) -> pa.Schema:
    """Columns of a record class, in the order of its fields."""
    return pa.schema([_arrow_field(name, hint) for name, hint in _hints(record).items()])


def to_table(records: Iterable[object], record: type) -> pa.Table:
    """Records of one class as a table with the class's schema, also when there are none."""
    to_row = _writer(record)
    return pa.Table.from_pylist([to_row(each) for each in records], schema=arrow_schema(record))


def from_table(table: pa.Table, record: type[T]) -> list[T]:
    """The records that `to_table` wrote; a column that the table lacks keeps its default."""
    return [from_row(row, record) for row in table.to_pylist()]


def to_row(value: object) -> Any:
    """A record as plain values, nested records as dicts, tuples as lists."""
    record: Any = type(value)
    return _writer(record)(value)


def from_row(row: Mapping[str, Any], record: type[T]) -> T:
    """A record of plain values; columns that the class does not know are left out."""
    known: Any = record
    readers = _readers(known)
    return record(**{name: readers[name](value) for name, value in row.items() if name in readers})


@cache
def _hints(record: type) -> dict[str, Any]:
    hints = get_type_hints(record, include_extras=True)
    return {each.name: hints[each.name] for each in fields(record)}


def _arrow_field(name: str, hint: Any) -> pa.Field:
    column = next((each for each in get_args(hint)[1:] if isinstance(each, Column)), None)
    bare, optional = _bare(hint)
    return pa.field(name, _arrow_type(bare), nullable=optional, metadata=column.metadata() if column else None)


def _bare(hint: Any) -> tuple[Any, bool]:
    """A type without its annotation and without None, and whether None was allowed."""
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    if get_origin(hint) is not UnionType:
        return hint, False
    return next(each for each in get_args(hint) if each is not NoneType), True


def _arrow_type(bare: Any) -> pa.DataType:
    if get_origin(bare) is tuple:
        return pa.list_(pa.field("element", _arrow_type(_bare(get_args(bare)[0])[0]), nullable=False))
    if is_dataclass(bare):
        return pa.struct(list(arrow_schema(bare)))  # type: ignore[arg-type]  # a class, never an instance
    if issubclass(bare, StrEnum):
        return pa.string()
    return ARROW_TYPES[bare]


def _same(value: Any) -> Any:
    return value


def _listed(value: Iterable[Any]) -> list[Any]:
    return [to_row(each) if is_dataclass(each) else each for each in value]


@cache
def _writer(record: Any) -> Callable[[Any], Any]:
    plans = [(name, _plain(_bare(hint)[0])) for name, hint in _hints(record).items()]

    def write(value: Any) -> dict[str, Any]:
        row = {}
        for name, plain in plans:
            cell = getattr(value, name)
            row[name] = None if cell is None else plain(cell)
        return row

    return write


def _plain(bare: Any) -> Callable[[Any], Any]:
    if get_origin(bare) is tuple:
        return _listed
    if is_dataclass(bare):
        return to_row
    return str if issubclass(bare, StrEnum) else _same


@cache
def _readers(record: Any) -> dict[str, Callable[[Any], Any]]:
    return {name: _reader(*_bare(hint)) for name, hint in _hints(record).items()}


def _reader(bare: Any, optional: bool) -> Callable[[Any], Any]:
    read = _present_reader(bare)
    return (lambda value: None if value is None else read(value)) if optional else read


def _present_reader(bare: Any) -> Callable[[Any], Any]:
    if get_origin(bare) is tuple:
        inner = _reader(*_bare(get_args(bare)[0]))
        return lambda values: tuple(inner(value) for value in values)
    if is_dataclass(bare):
        return lambda row: from_row(row, bare)  # type: ignore[arg-type]  # a class, never an instance
    if bare is datetime:
        return lambda moment: moment.astimezone(UTC)
    return bare if issubclass(bare, StrEnum) else _same
