"""Rows of CSV and JSONL lists as fields by name, whatever their columns are called; what cannot be read is None."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

Row = dict[str, str]

MAX_JOINED_LINES = 20  # that one quoted field may span; more is a quote that was never closed
DELIMITERS = ",;\t|"

# What people call the columns, in small letters.
NAMES = {
    "url": ("url", "link", "loc", "xmlurl", "feed_url", "feed", "address", "uri"),
    "title": ("title", "name", "headline", "text"),
    "country": ("country", "country_code"),
    "language": ("language", "lang"),
    "category": ("category", "topic", "section"),
    "published_at": ("published_at", "published", "date", "pubdate", "published_date", "date_published"),
    "lastmod": ("lastmod", "last_modified", "modified_at", "modified", "updated_at", "updated", "date_modified"),
}
FIELD_OF = {name: field for field, names in NAMES.items() for name in names}


def csv_header(line: str) -> tuple[str, Sequence[str]] | None:
    """Delimiter and fields of a header row that names a column of addresses; None where this line is none."""
    delimiter = max(DELIMITERS, key=line.count)  # of equal counts the first
    columns = [column.strip().strip("\"'").lower() for column in line.strip().split(delimiter)]
    fields = [FIELD_OF.get(column, "") for column in columns]
    return (delimiter, fields) if "url" in fields and "://" not in line else None


def csv_rows(lines: Iterable[str], delimiter: str, fields: Sequence[str]) -> Iterator[tuple[str, Row | None]]:
    """Each row with its raw text. Where a quote does not close, or wrongly, the lines are taken one by one."""
    rest = iter(lines)
    for line in rest:
        block = [line]
        if line.count('"') % 2:
            block += _until_closed(rest)
        row = _csv_row("".join(block), delimiter, fields)
        if row is None and len(block) > 1:
            yield line, _csv_row(line, delimiter, fields)
            yield from csv_rows(block[1:], delimiter, fields)
        elif line.strip():
            yield "".join(block), row


def json_row(line: str) -> Row | None:
    """The fields of one JSON object."""
    try:
        loaded = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(loaded, dict):
        return None
    known = [(FIELD_OF.get(str(name).lower(), ""), value) for name, value in loaded.items()]
    return _first_of_each((field, str(value)) for field, value in known if isinstance(value, str | int | float))


def _until_closed(rest: Iterator[str]) -> Iterator[str]:
    for line in islice(rest, MAX_JOINED_LINES):
        yield line
        if line.count('"') % 2:
            return


def _csv_row(text: str, delimiter: str, fields: Sequence[str]) -> Row | None:
    try:
        values = next(csv.reader([text.rstrip("\r\n")], delimiter=delimiter, skipinitialspace=True, strict=True), None)
    except csv.Error:
        return None
    if values is None or len(values) > len(fields) + 1:  # one more is a delimiter at the end of the line
        return None
    return _first_of_each(zip(fields, values, strict=False))


def _first_of_each(pairs: Iterable[tuple[str, str]]) -> Row | None:
    row: Row = {}
    for field, value in pairs:
        if field and value.strip():
            row.setdefault(field, value.strip())
    return row if "url" in row else None
