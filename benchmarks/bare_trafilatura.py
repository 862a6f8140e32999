"""The peer for wall time: a bare loop of processes that read a WARC, extract with trafilatura and write Parquet.

python -m benchmarks.bare_trafilatura made.warc.gz bare.parquet --processes 2
"""

import argparse
import logging
import sys
import time
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from fastwarc.warc import ArchiveIterator, WarcRecordType
from trafilatura.core import bare_extraction

ROWS = 500  # in a row group
FIELDS = ("title", "author", "date", "sitename", "description", "text")
SCHEMA = pa.schema([(name, pa.string()) for name in ("url", *FIELDS)])
CHUNK = 4  # pages handed to a process at once


def read_pages(warc: Path) -> Iterator[tuple[str, bytes]]:
    with warc.open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response):
            yield record.headers["WARC-Target-URI"], record.reader.read()


def extract(page: tuple[str, bytes]) -> dict[str, Any] | None:
    url, html = page
    found = bare_extraction(html, url=url, include_comments=False, with_metadata=True)
    if found is None:
        return None
    return {"url": url} | {name: getattr(found, name) for name in FIELDS}


def run(warc: Path, output: Path, processes: int) -> tuple[int, int]:
    """Pages read and rows written."""
    pages = rows = 0
    batch: list[dict[str, Any]] = []
    with Pool(processes, logging.disable, (logging.CRITICAL,)) as pool, pq.ParquetWriter(output, SCHEMA) as writer:
        for row in pool.imap(extract, read_pages(warc), CHUNK):
            pages += 1
            batch += [row] if row else []
            if len(batch) >= ROWS:
                rows += _write(writer, batch)
        rows += _write(writer, batch)
    return pages, rows


def _write(writer: pq.ParquetWriter, batch: list[dict[str, Any]]) -> int:
    writer.write_table(pa.Table.from_pylist(batch, schema=SCHEMA))
    count = len(batch)
    batch.clear()
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description="Extract a WARC with trafilatura alone.")
    parser.add_argument("warc", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    if not options.warc.is_file():
        print(f"there is no file {options.warc}; benchmarks.pages makes one", file=sys.stderr)
        raise SystemExit(2)
    started = time.perf_counter()
    pages, rows = run(options.warc, options.output, options.processes)
    seconds = time.perf_counter() - started
    print(f"{pages:,} pages, {rows:,} rows, {seconds:.1f} s, {pages / seconds:.1f} pages/s")


if __name__ == "__main__":
    main()
