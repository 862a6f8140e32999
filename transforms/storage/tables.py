"""Parquet files: made in memory, written whole, read back, and only then spoken of."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.columns import from_row
from schemas.runs import WrittenFile
from transforms.storage.files import Files, StorageError
from transforms.storage.layout import aside, table_folder

T = TypeVar("T")

LONG_TEXTS = frozenset({"text", "description", "keys", "sample", "numbers"})  # nobody filters these by range
READ_BATCH = 256  # rows of articles in memory at once; about 2 MB
NAME_DIGITS = 12  # of the content's hash in a file name; a run writes thousands of files, not 2**24


def write_table(table: pa.Table, path: str, files: Files) -> None:
    """Write a table as a Parquet file; its rows are counted back from where it lies."""
    write_checked(parquet_bytes(table), table.num_rows, path, files)


def write_checked(content: bytes, rows: int, path: str, files: Files) -> None:
    """Write a Parquet file, and raise StorageError unless its footer promises as many rows as it should."""
    files.write(path, content)
    found = row_count(path, files)
    if found != rows:
        raise StorageError(f"{path} holds {found} rows where {rows} were written")


def write_aside(table: pa.Table, name: str, folder: str, files: Files, run_id: str, fates: int = 0) -> WrittenFile:
    """Write a file of table `name` beside the dataset, where a commit finds it.

    `folder` is below the table's own (`published_date=2026-11-23`), or empty. The file's name follows from run
    and content, so that a bundle which runs twice writes one file.
    """
    content = parquet_bytes(table)
    digest = hashlib.sha256(content).hexdigest()
    path = "/".join(filter(None, (table_folder(name), folder, f"part-{run_id}-{digest[:NAME_DIGITS]}.parquet")))
    write_checked(content, table.num_rows, aside(run_id, path), files)
    return WrittenFile(table=name, path=path, rows=table.num_rows, fates=fates, bytes=len(content), sha256=digest)


def read_table(path: str, files: Files, columns: Sequence[str] | None = None) -> pa.Table:
    """A whole file, or some of its columns."""
    with files.open(path) as file:
        return pq.ParquetFile(file).read(columns=list(columns) if columns else None)


def read_rows(path: str, record: type[T], files: Files) -> Iterator[T]:
    """Records of a file, one batch in memory at a time."""
    with files.open(path) as file:
        for batch in pq.ParquetFile(file).iter_batches(batch_size=READ_BATCH):
            yield from (from_row(row, record) for row in batch.to_pylist())


def row_count(path: str, files: Files) -> int:
    """How many rows a file's footer promises."""
    with files.open(path) as file:
        return int(pq.read_metadata(file).num_rows)


def parquet_bytes(table: pa.Table) -> bytes:
    """A table as a Parquet file: equal tables give equal bytes."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **_options(table.schema))
    return bytes(sink.getvalue())


def _options(schema: pa.Schema) -> dict[str, Any]:
    return {
        "compression": "zstd",
        "write_page_index": True,
        "write_page_checksum": True,
        "write_statistics": [name for name in schema.names if name not in LONG_TEXTS],
    }
