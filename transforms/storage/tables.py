"""Parquet files: made in memory, written whole, read back, and only then spoken of."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.columns import from_row
from schemas.runs import WrittenFile
from transforms.storage.files import Files, StorageError
from transforms.storage.layout import aside, table_folder
from transforms.storage.row_groups import group_size, row_groups

T = TypeVar("T")

# Rows of a file lie in this order, so that statistics prune by region, then topic; the rest makes it the only one.
ROW_ORDER: Mapping[str, tuple[str, ...]] = {
    "articles": ("primary_region", "primary_topic", "article_id", "revision"),
    "duplicates": ("article_id", "fetched_at", "run_id"),
}
LEVEL = 3  # of zstd: 15 % smaller than level 1, a third of the time of level 9 for 5 % more
LONG_TEXTS = frozenset({"text", "description", "detail", "keys", "sample", "lead", "numbers", "exact"})
DISTINCT = LONG_TEXTS | {  # a dictionary of values that do not come again only costs
    "article_id", "url", "canonical_url", "final_url", "image_url", "title", "feed_guid", "content_hash", "quote",
    "published_at", "fetched_at", "start", "end",
}  # fmt: skip
NO_RANGE = LONG_TEXTS | {  # nobody asks for what lies between two of them, and they are in no order
    "url", "canonical_url", "final_url", "image_url", "title", "feed_title", "feed_guid", "section", "content_hash",
    "previous_hash",
}  # fmt: skip
LOOKED_UP = ("article_id",)  # by equality, where ranges do not help: they have a bloom filter
FALSE_POSITIVES = 0.01  # of a bloom filter; two bytes a row
READ_BATCH = 256  # rows of articles in memory at once; about 2 MB
NAME_DIGITS = 12  # of the content's hash in a file name; a run writes thousands of files, not 2**24


def write_table(table: pa.Table, path: str, files: Files) -> None:
    """Write a table as a Parquet file; its rows are counted back from where it lies."""
    write_checked(parquet_bytes(table), table.num_rows, path, files)


def write_checked(content: bytes | memoryview, rows: int, path: str, files: Files) -> None:
    """Write a Parquet file, and raise StorageError unless its footer promises as many rows as it should."""
    files.write(path, content)
    found = row_count(path, files)
    if found != rows:
        raise StorageError(f"{path} holds {found} rows where {rows} were written")


def write_aside(table: pa.Table, name: str, folder: str, files: Files, run_id: str, fates: int = 0) -> WrittenFile:
    """Write a file of table `name` beside the dataset, where a commit finds it; its rows in the table's order.

    `folder` is below the table's own (`published_date=2026-11-23`), or empty. The file's name follows from run
    and content, so that a bundle which runs twice writes one file.
    """
    order = ROW_ORDER.get(name, ())
    content = parquet_bytes(in_order(table, order), order)
    digest = hashlib.sha256(content).hexdigest()
    path = "/".join(filter(None, (table_folder(name), folder, f"part-{run_id}-{digest[:NAME_DIGITS]}.parquet")))
    write_checked(content, table.num_rows, aside(run_id, path), files)
    return WrittenFile(table=name, path=path, rows=table.num_rows, fates=fates, bytes=len(content), sha256=digest)


def read_table(path: str, files: Files, columns: Sequence[str] | None = None) -> pa.Table:
    """A whole file, or some of its columns."""
    with opened(path, files) as file:
        return file.read(columns=list(columns) if columns else None)


def read_rows(path: str, record: type[T], files: Files) -> Iterator[T]:
    """Records of a file, one batch in memory at a time."""
    return (from_row(row, record) for row in read_cells(path, None, files))


def read_cells(path: str, columns: Sequence[str] | None, files: Files) -> Iterator[dict[str, Any]]:
    """Rows of a file as plain values, or some columns of them, one batch in memory at a time."""
    with opened(path, files) as file:
        for batch in file.iter_batches(batch_size=READ_BATCH, columns=columns):
            yield from batch.to_pylist()


@contextmanager
def opened(path: str, files: Files) -> Iterator[pq.ParquetFile]:
    """A Parquet file for reading; StorageError where its bytes are not what was written."""
    with files.open(path) as file:
        try:
            yield pq.ParquetFile(file, page_checksum_verification=True)
        except StorageError:
            raise
        except (pa.ArrowInvalid, OSError) as error:
            detail = f"{files.root}/{path} is damaged ({error})"
            raise StorageError(f"{detail}; run: newsbeam doctor {files.root}") from error


def row_count(path: str, files: Files) -> int:
    """How many rows a file's footer promises."""
    with files.open(path) as file:
        return int(pq.read_metadata(file).num_rows)


def in_order(table: pa.Table, order: Sequence[str]) -> pa.Table:
    """Rows sorted by some columns, nulls last; any order of the rows gives the same table."""
    if not order:
        return table
    return table.sort_by([(name, "ascending") for name in order])


def parquet_bytes(table: pa.Table, order: Sequence[str] = ()) -> bytes:
    """A table as a Parquet file: equal tables give equal bytes. `order` is the one in which its rows lie already."""
    whole, sink = table.combine_chunks(), pa.BufferOutputStream()
    size = group_size(whole.num_rows, order)
    with pq.ParquetWriter(sink, whole.schema, **writer_options(whole.schema, order, size, whole.num_rows)) as writer:
        for group in row_groups([whole], order, size):
            writer.write_table(group)
    return bytes(sink.getvalue())


def writer_options(schema: pa.Schema, order: Sequence[str], size: int, rows: int) -> dict[str, Any]:
    """How a file of about so many rows is written, whose row groups are meant to be of one size."""
    ids = max(1, min(2 * size, rows))
    leaves = [path for field in schema for path in _leaves(field.name, field.type)]
    return {
        "compression": "zstd",
        "compression_level": LEVEL,
        "write_page_index": True,
        "write_page_checksum": True,
        "write_statistics": [
            path for path in leaves if ".list." not in path and path.rpartition(".")[2] not in NO_RANGE
        ],
        "use_dictionary": [path for path in leaves if path.rpartition(".")[2] not in DISTINCT],
        "sorting_columns": [pq.SortingColumn(leaves.index(name)) for name in order] or None,
        "bloom_filter_options": {name: {"ndv": ids, "fpp": FALSE_POSITIVES} for name in LOOKED_UP if name in leaves},
    }


def _leaves(path: str, arrow: pa.DataType) -> Iterator[str]:
    """Parquet's own columns below a column, in their order: what counts in options and in the footer."""
    if pa.types.is_list(arrow):
        yield from _leaves(f"{path}.list.element", arrow.value_type)
    elif pa.types.is_struct(arrow):
        for field in arrow:
            yield from _leaves(f"{path}.{field.name}", field.type)
    else:
        yield path
