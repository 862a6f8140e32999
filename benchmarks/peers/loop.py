"""A bare loop of processes that read WARC archives, extract with one library, and write Parquet."""

import argparse
import logging
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import Pool
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from fastwarc.warc import ArchiveIterator, WarcRecordType

ROWS = 500  # in a row group
CHUNK = 4  # pages handed to a process at once

Row = dict[str, str | None]
Extract = Callable[[tuple[str, bytes]], Row | None]


def read_pages(archives: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    for archive in archives:
        with archive.open("rb") as stream:
            for record in ArchiveIterator(stream, record_types=WarcRecordType.response):
                yield record.headers["WARC-Target-URI"], record.reader.read()


def run(extract: Extract, fields: Sequence[str], archives: Sequence[Path], output: Path, processes: int) -> int:
    """Rows written: `url` and the fields, all text."""
    schema, rows, batch = pa.schema([(name, pa.string()) for name in ("url", *fields)]), 0, list[Row]()
    with Pool(processes, logging.disable, (logging.CRITICAL,)) as pool, pq.ParquetWriter(output, schema) as writer:
        for row in pool.imap(extract, read_pages(archives), CHUNK):
            batch += [row] if row else []
            if len(batch) >= ROWS:
                rows += _write(writer, batch, schema)
        rows += _write(writer, batch, schema)
    return rows


def main(extract: Extract, fields: Sequence[str]) -> None:
    """The command line that all such loops have: ARCHIVE… OUTPUT --processes 2."""
    parser = argparse.ArgumentParser(description=f"Extract WARC archives with {extract.__module__} alone.")
    parser.add_argument("archives", type=Path, nargs="+")
    parser.add_argument("output", type=Path)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    for archive in options.archives:
        if not archive.is_file():
            print(f"there is no file {archive}; benchmarks.pages makes one", file=sys.stderr)
            raise SystemExit(2)
    started = time.perf_counter()
    rows = run(extract, fields, options.archives, options.output, options.processes)
    seconds = time.perf_counter() - started
    print(f"{rows:,} rows, {seconds:.1f} s, {rows / seconds:.1f} rows/s")


def _write(writer: pq.ParquetWriter, batch: list[Row], schema: pa.Schema) -> int:
    writer.write_table(pa.Table.from_pylist(batch, schema=schema))
    count = len(batch)
    batch.clear()
    return count
