"""Rewriting: new files of the rows of old ones. A row group is in memory at a time, however large the files are."""

import hashlib
import mmap
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.failures import Subject
from schemas.runs import WrittenFile
from transforms.storage import layout
from transforms.storage.files import Files, StorageError
from transforms.storage.row_groups import group_size, joined, row_groups
from transforms.storage.tables import (
    NAME_DIGITS,
    READ_BATCH,
    ROW_ORDER,
    opened,
    read_table,
    write_checked,
    writer_options,
)

FAN_IN = 64  # files that are merged at once: as many batches of 2 MB, and far from 1,024 open files
MERGE_ROWS = 4_096  # rows that are put in order at once; about 30 MB of articles
STAGED_ROWS = 64 * MERGE_ROWS  # about, in a file in between
FATES = ("articles", "duplicates", "drops")  # tables of which each row is the fate of a link


def write_rows(
    tables: Iterable[pa.Table], name: str, folder: str, files: Files, run_id: str, rows: int
) -> WrittenFile | None:
    """Write tables as one file of table `name` that waits for its commit; None where they hold no row.

    `folder` is the whole path of the partition. The rows, about `rows` of them, come in the table's order.
    """
    fates = _Fates(name)
    with spooled(map(fates.count, tables), ROW_ORDER.get(name, ()), rows) as (content, written):
        if not written:
            return None
        digest = hashlib.sha256(content).hexdigest()
        path = f"{folder}/part-{run_id}-{digest[:NAME_DIGITS]}.parquet"
        write_checked(content, written, layout.aside(run_id, path), files)
        return WrittenFile(table=name, path=path, rows=written, fates=fates.number, bytes=len(content), sha256=digest)


def merge_rows(paths: Sequence[str], name: str, files: Files, run_id: str) -> Iterator[pa.Table]:
    """Rows of many files of one table, in the table's order; where it has none, file after file."""
    order = ROW_ORDER.get(name, ())
    if not order:
        for path in paths:
            yield from read_batches(path, files)
        return
    number = 0
    while len(paths) > FAN_IN:
        groups = [paths[start : start + FAN_IN] for start in range(0, len(paths), FAN_IN)]
        paths = [_stage(_merge(group, order, files), order, files, f"{run_id}/{number}") for group in groups]
        number += 1
    yield from _merge(paths, order, files)


def read_batches(path: str, files: Files) -> Iterator[pa.Table]:
    """A file, a few rows at a time."""
    with opened(path, files) as file:
        for batch in file.iter_batches(batch_size=READ_BATCH):
            yield pa.Table.from_batches([batch])


def chosen_rows(paths: Sequence[str], chosen: np.ndarray[Any, Any], files: Files) -> Iterator[pa.Table]:
    """Rows of files one after the other, those whose place in the row of all is True."""
    start = 0
    for path in paths:
        for table in read_batches(path, files):
            yield table.filter(pa.array(chosen[start : start + table.num_rows]))
            start += table.num_rows


@contextmanager
def spooled(tables: Iterable[pa.Table], order: Sequence[str], rows: int) -> Iterator[tuple[memoryview, int]]:
    """A Parquet file of these rows, as bytes that lie on the disk, and their number."""
    with tempfile.TemporaryFile(prefix="newsbeam-") as spool:
        written = _write(spool, tables, order, rows)
        if not written:
            yield memoryview(b""), 0
            return
        with mmap.mmap(spool.fileno(), 0, access=mmap.ACCESS_READ) as whole, memoryview(whole) as content:
            yield content, written


def _write(spool: Any, tables: Iterable[pa.Table], order: Sequence[str], expected: int) -> int:
    rows, writer, size = 0, None, group_size(expected, order)
    try:
        for group in (each.combine_chunks() for each in row_groups(tables, order, size)):
            options = writer_options(group.schema, order, size, expected)
            writer = writer or pq.ParquetWriter(spool, group.schema, **options)
            writer.write_table(group)
            rows += group.num_rows
        if writer:
            writer.close()
        spool.flush()
    except StorageError:
        raise
    except OSError as error:
        raise StorageError(f"{tempfile.gettempdir()} could not hold a file of {rows} rows and more: {error}") from error
    return rows


def _stage(tables: Iterable[pa.Table], order: Sequence[str], files: Files, name: str) -> str:
    """A file in between, which is gone with the staging folder of its command."""
    run_id, _, number = name.partition("/")
    with spooled(tables, order, STAGED_ROWS) as (content, rows):
        digest = hashlib.sha256(content).hexdigest()
        path = f"{layout.staging(run_id, 'merging')}/{number}-{digest[:NAME_DIGITS]}.parquet"
        write_checked(content, rows, path, files)
    return path


def _merge(paths: Sequence[str], order: Sequence[str], files: Files) -> Iterator[pa.Table]:
    """Sorted files become one: the keys say which row comes from where, the rows follow."""
    keys = [read_table(path, files, order) for path in paths]
    by_key = pc.sort_indices(pa.concat_tables(keys), sort_keys=[(name, "ascending") for name in order])
    places = by_key.to_numpy().astype(np.int64)
    ends = np.cumsum([each.num_rows for each in keys])
    owners = np.searchsorted(ends, places, side="right")
    with ExitStack() as stack:
        readers = [
            _reader(stack.enter_context(opened(path, files)), places[owners == number])
            for number, path in enumerate(paths)
        ]
        for start in range(0, len(places), MERGE_ROWS):
            yield _next_rows(owners[start : start + MERGE_ROWS], readers)


def _next_rows(owners: np.ndarray[Any, Any], readers: "Sequence[_Rows]") -> pa.Table:
    numbers, counts = np.unique(owners, return_counts=True)
    parts = [readers[number].take(int(count)) for number, count in zip(numbers, counts, strict=True)]
    by_owner = np.argsort(owners, kind="stable")  # where in the result the rows of the first owner go, then the next
    where = np.empty_like(by_owner)
    where[by_owner] = np.arange(len(owners))
    return joined(parts).take(pa.array(where))


class _Rows:
    """Rows of one file as they are asked for."""

    def __init__(self, tables: Iterator[pa.Table]) -> None:
        self._tables = tables
        self._held: list[pa.Table] = []

    def take(self, count: int) -> pa.Table:
        while sum(each.num_rows for each in self._held) < count:
            self._held.append(next(self._tables))
        whole = joined(self._held)
        self._held = [whole.slice(count)]
        return whole.slice(0, count)


def _reader(content: pq.ParquetFile, places: np.ndarray[Any, Any]) -> _Rows:
    """Rows of a file in the order of their places; one that nobody sorted is sorted in memory."""
    if np.all(np.diff(places) > 0):
        return _Rows(pa.Table.from_batches([each]) for each in content.iter_batches(batch_size=READ_BATCH))
    return _Rows(iter([content.read().take(pa.array(places - places.min()))]))


class _Fates:
    """Counts the fates of links among rows that pass by."""

    def __init__(self, name: str) -> None:
        self._count: Callable[[pa.Table], int] = _links_in if name == "failures" else len
        self._counts = name in FATES or name == "failures"
        self.number = 0

    def count(self, table: pa.Table) -> pa.Table:
        self.number += self._count(table) if self._counts else 0
        return table


def _links_in(table: pa.Table) -> int:
    return int(pc.sum(pc.equal(table["subject"], Subject.LINK)).as_py() or 0)
