"""`newsbeam query OUT SQL`: ask the dataset in SQL, exact as of its last commit, whatever is written meanwhile."""

import csv
import json
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any

import duckdb

from pipelines.exits import Exit
from pipelines.options import UsageError
from transforms.storage.agreement import Disagreement, read_agreement, want_agreement
from transforms.storage.files import Files, LocalFiles
from transforms.storage.views import views_sql

FORMATS = ("table", "json", "csv")
BATCH = 1_000  # rows in memory at once
MOST_ROWS = 1_000  # that a table for people shows; the others are counted


def query(output: str, sql: str, form: str) -> Exit:
    """Print the answer: a table for people, a JSON object a line, or CSV."""
    views = views_sql(readable_dataset(output))
    try:
        with duckdb.connect() as connection:
            connection.execute(views)
            _print(connection, sql, form)
            sys.stdout.flush()
    except duckdb.Error as error:
        raise UsageError(f"the query cannot be answered: {error}") from None
    except BrokenPipeError:  # whoever reads has enough, as head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.DONE


def readable_dataset(output: str) -> Files:
    """The files of a dataset that this version can read; UsageError for anything else."""
    files = _files(output)
    if read_agreement(files) is None:
        raise UsageError(f"{output} holds no dataset; name the folder that a run wrote to")
    try:
        want_agreement(files)
    except Disagreement as error:
        raise UsageError(str(error)) from None
    return files


def _files(output: str) -> Files:
    if "://" not in output:
        return LocalFiles(output)
    from transforms.filesystems import dataset_files  # noqa: PLC0415  # brings the whole of Beam

    return dataset_files(output)


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
            print(json.dumps(line, ensure_ascii=False, default=_plain))  # noqa: T201  # the command line speaks
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
