"""`newsbeam query OUT SQL`: ask the dataset in SQL, exact as of its last commit, whatever is written meanwhile."""

import argparse
import csv
import json
import shutil
import sys
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any

import duckdb

from pipelines.datasets import readable_dataset
from pipelines.exits import Exit
from pipelines.options import UsageError
from pipelines.terminal import put
from schemas.errors import Code
from transforms.storage.views import views_sql

FORMATS = ("table", "json", "csv")
BATCH = 1_000  # rows in memory at once
MOST_ROWS = 1_000  # that a table for people shows; the others are counted


def options(parser: argparse.ArgumentParser) -> None:
    """The dataset, the question and the form of the answer."""
    parser.add_argument("output", metavar="OUT", help="folder of the dataset")
    parser.add_argument("sql", metavar="SQL", help='as "SELECT title FROM articles_current"; docs/dataset.md has more')
    parser.add_argument("--format", choices=FORMATS, default="table", help="(%(default)s)")
    parser.add_argument("--json", dest="format", action="store_const", const="json", default=argparse.SUPPRESS,
                        help="the same as --format json")  # fmt: skip
    parser.set_defaults(command=query)


def query(arguments: argparse.Namespace) -> int:
    """Print the answer: a table for people, a JSON object a line, or CSV."""
    views = views_sql(readable_dataset(arguments.output))
    try:
        with duckdb.connect() as connection:
            connection.execute(views)
            _print(connection, arguments.sql, arguments.format)
    except duckdb.Error as error:
        raise UsageError(f"the query cannot be answered: {error}", Code.BAD_QUERY) from None
    return Exit.DONE


def _print(connection: Any, sql: str, form: str) -> None:
    if form == "table":
        answer = connection.sql(sql)
        if answer is not None:  # what is no question has none
            answer.show(max_rows=MOST_ROWS, max_width=shutil.get_terminal_size().columns)
        return
    answer = connection.execute(sql)
    names = [column[0] for column in answer.description]
    if form == "json":
        for row in _rows(answer):
            line = dict(zip(names, row, strict=True))
            put(json.dumps(line, ensure_ascii=False, default=_plain))
        return
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(names)
    table.writerows([_cell(value) for value in row] for row in _rows(answer))


def _rows(answer: Any) -> Iterator[tuple[Any, ...]]:
    while rows := answer.fetchmany(BATCH):
        yield from rows


def _cell(value: Any) -> Any:
    """What is no single value stands in a cell as JSON."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return _plain(value) if isinstance(value, date | time) else value


def _plain(value: Any) -> Any:
    if isinstance(value, date | time):  # a datetime is a date too
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else str(value)
