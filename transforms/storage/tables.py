"""Parquet files: written aside, closed, read back, and only then spoken of."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.columns import from_row, to_table
from schemas.runs import WrittenFile
from transforms.storage.layout import Layout

T = TypeVar("T")

LONG_TEXTS = frozenset({"text", "description", "keys", "sample", "numbers"})  # nobody filters these by range
READ_BATCH = 256  # rows of articles in memory at once; about 2 MB
NAME_DIGITS = 12  # of the content's hash in a file name; a run writes thousands of files, not 2**24


class StorageError(OSError):
    """The dataset could not be written as asked; the message names the path."""


def write_rows(rows: Sequence[object], record: type, path: Path) -> None:
    """Write records of one class as a file that appears whole or not at all."""
    write_table(to_table(rows, record), path)


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table as a file that appears whole or not at all; its rows are counted back from the disk."""
    try:
        _write(table, path)
    except OSError as error:
        needed = f"{table.nbytes} bytes before compression"
        raise StorageError(f"{path} could not be written ({needed}): {error.strerror or error}") from error


def _write(table: pa.Table, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    pq.write_table(table, unfinished, **_options(table.schema))
    _flush(unfinished)
    found = pq.read_metadata(unfinished).num_rows
    if found != table.num_rows:
        raise StorageError(f"it holds {found} rows where {table.num_rows} were written")
    unfinished.replace(path)


def read_rows(path: Path, record: type[T]) -> Iterator[T]:
    """Records of a file, one batch in memory at a time."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=READ_BATCH):
            yield from (from_row(row, record) for row in batch.to_pylist())


def write_aside(table: pa.Table, name: str, folder: str, layout: Layout, run_id: str, fates: int = 0) -> WrittenFile:
    """Write a file of table `name` beside the dataset, under the path below the root that a commit will give it.

    `folder` is below the table's own (`published_date=2026-11-23`), or empty. The file's name follows from run
    and content, so that a bundle which runs twice writes one file.
    """
    target = layout.table(name) / folder
    unnamed = layout.aside(run_id) / target.relative_to(layout.root) / f"part-{run_id}.{os.getpid()}.unnamed"
    write_table(table, unnamed)
    digest = _digest(unnamed)
    named = unnamed.with_name(f"part-{run_id}-{digest[:NAME_DIGITS]}.parquet")
    size = unnamed.stat().st_size
    unnamed.replace(named)
    path = str(target.relative_to(layout.root) / named.name)
    return WrittenFile(table=name, path=path, rows=table.num_rows, fates=fates, bytes=size, sha256=digest)


def _options(schema: pa.Schema) -> dict[str, Any]:
    return {
        "compression": "zstd",
        "write_page_index": True,
        "write_page_checksum": True,
        "write_statistics": [name for name in schema.names if name not in LONG_TEXTS],
    }


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
