"""Staging files: records on their way, at rest on disk."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.columns import to_table
from schemas.pages import StagedFile
from transforms.storage.layout import Layout
from transforms.storage.tables import read_rows, write_table

T = TypeVar("T")


def stage_rows(rows: Sequence[object], record: type, kind: str, layout: Layout, run_id: str) -> StagedFile:
    """Write records to a staging file whose name follows from its content."""
    table = to_table(rows, record)
    path = layout.staging(run_id) / kind / f"{_digest(table)}.parquet"
    write_table(table, path)
    return StagedFile(path=str(path), rows=table.num_rows)


def read_staged(file: StagedFile, record: type[T]) -> Iterator[T]:
    """The records of a staging file, in order."""
    return read_rows(Path(file.path), record)


def read_staged_table(path: str, rows: Sequence[int]) -> pa.Table:
    """Some rows of a staging file as a table, in the order asked for."""
    return pq.read_table(path).take(pa.array(rows, pa.int64()))


def _digest(table: pa.Table) -> str:
    sink = hashlib.sha256()
    for batch in table.to_batches():
        sink.update(batch.serialize())
    return sink.hexdigest()[:24]
