"""How many bytes DuckDB reads for one region, beside the same rows in one unsorted file.

    python -m benchmarks.pruning [--rows 200000] [--days 30]

Bytes are those of DuckDB's own profile (`io.total_bytes_read`), footers included, with its file cache off and a new
connection for each query. The unsorted file holds the same rows, shuffled, written with the same options.
What the layout costs stands at the end: bytes of all files, and CPU of a query that reads every text.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from schemas.articles import Article
from schemas.columns import arrow_schema, to_row
from schemas.tags import Evidence, EvidenceSource, Region, Role, Topic
from transforms.storage.files import LocalFiles
from transforms.storage.tables import ROW_ORDER, in_order, parquet_bytes, write_table

SEED = 1
FIRST_DAY = datetime(2026, 10, 25, tzinfo=UTC)
REGIONS = 200  # how often each is the main one falls off as 1 / rank, as in news
CODES = [f"R{rank + 1}" for rank in range(REGIONS)]  # the most frequent first
TOPICS = 17
NO_REGION = 0.15  # share of articles without a main region
VOCABULARY, PARAGRAPHS, WORDS, IN_ARTICLE = 20_000, 30_000, 60, 5  # five paragraphs: about 2 kB an article
ASKED_FOR = 0.15
LARGEST = "R1"  # has 14.4 % of all rows: with the footers that is more than was asked for
LOOKED_AT = (LARGEST, "R2", "R5", "R20")
OF_TEXTS = "count(*), sum(length(text)), max(title)"
OF_ARTICLES = (OF_TEXTS, "*")
SCANS = 5
COLUMNS = ("count(*)", "count(*), max(title)", *OF_ARTICLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one query read."""

    rows: int
    bytes: int


def main(argv: Sequence[str] | None = None) -> int:
    """Print a table of what was read; exit 1 when articles of a region cost more than was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pruning", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--days", type=int, default=30)
    given = parser.parse_args(argv)
    table = made_articles(given.rows, given.days)
    with tempfile.TemporaryDirectory(prefix="newsbeam-pruning-") as folder:
        print(f"{table.num_rows} rows of {given.days} days; {lay_out(table, Path(folder))}")
        good = compare(Path(folder)) & (worst(Path(folder)) < ASKED_FOR)
        print(f"every text: {scan_cost(Path(folder)):.2f} times the CPU of the unsorted file")
        return 0 if good else 1


def compare(folder: Path) -> bool:
    """Print both readings of each query; whether those of whole articles are as small as was asked for."""
    good = True
    for region in LOOKED_AT:
        for where in (f"published_date = '{FIRST_DAY + timedelta(days=1):%Y-%m-%d}'", "true"):
            for columns in COLUMNS:
                share = _compare_one(folder, region, where, columns)
                good &= share < ASKED_FOR or columns not in OF_ARTICLES or region == LARGEST
    return good


def _compare_one(folder: Path, region: str, where: str, columns: str) -> float:
    condition = f"primary_region = '{region}' AND {where}"
    parted, whole = (read_bytes(columns, source, condition) for source in _sources(folder))
    if parted.rows != whole.rows:
        raise AssertionError(f"{parted.rows} rows in the dataset, {whole.rows} in the file")
    days = "all days" if where == "true" else "one day"
    sizes = f"{parted.bytes / 1e6:8.2f} MB of {whole.bytes / 1e6:8.2f} MB = {parted.bytes / whole.bytes:6.1%}"
    print(f"{region:<4} {days:<9} {columns:<38} {parted.rows:>6} rows  {sizes}")
    return parted.bytes / whole.bytes


def worst(folder: Path) -> float:
    """The largest share that any region but the largest needs over all days, for its texts."""
    dataset, unsorted = _sources(folder)
    whole = read_bytes(OF_TEXTS, unsorted, f"primary_region = 'R{REGIONS}'")  # the rarest reads the least
    read = {
        name: read_bytes(OF_TEXTS, dataset, f"primary_region = '{name}'").bytes
        for name in (f"R{rank + 1}" for rank in range(REGIONS))
        if name != LARGEST
    }
    name = max(read, key=read.__getitem__)
    print(f"of {len(read)} regions {name} needs most over all days: {read[name] / whole.bytes:.1%} for its texts")
    return read[name] / whole.bytes


def scan_cost(folder: Path) -> float:
    """CPU of a query over all texts, beside that on the unsorted file; the best of some, taken in turns."""
    times: list[list[float]] = [[], []]
    for _ in range(SCANS):
        for taken, source in zip(times, _sources(folder), strict=True):
            start = time.process_time()
            read_bytes(OF_TEXTS, source, "true")
            taken.append(time.process_time() - start)
    return min(times[0]) / min(times[1])


def _sources(folder: Path) -> tuple[str, str]:
    """The dataset, and the file that it is held against."""
    unsorted = f"(SELECT *, published_at::DATE AS published_date FROM '{folder}/unsorted.parquet')"
    return f"'{folder}/articles/**/*.parquet'", unsorted


def read_bytes(columns: str, source: str, condition: str) -> Reading:
    """Run a query in a new database and take what its profile says of bytes read."""
    with tempfile.NamedTemporaryFile(suffix=".json") as profile, duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'; SET enable_external_file_cache = false")
        connection.execute(f"SET enable_profiling = 'json'; SET profiling_output = '{profile.name}'")
        rows = connection.execute(f"SELECT {columns} FROM {source} WHERE {condition}").fetchall()
        connection.execute("SET enable_profiling = 'no_output'")
        said = json.loads(Path(profile.name).read_text(encoding="utf-8"))
    return Reading(rows=len(rows) if columns == "*" else rows[0][0], bytes=said["io"]["total_bytes_read"])


def lay_out(table: pa.Table, folder: Path) -> str:
    """Write the rows by day as the pipeline does, and once shuffled in one file; says how large they are."""
    files, order = LocalFiles(str(folder)), ROW_ORDER["articles"]
    days = np.array([f"{each:%Y-%m-%d}" for each in table["published_at"].to_pylist()])
    for day in np.unique(days):
        rows = in_order(table.take(np.flatnonzero(days == day)), order)
        files.write(f"articles/published_date={day}/part-0.parquet", parquet_bytes(rows, order))
    write_table(table, "unsorted.parquet", files)
    parted = sum(files.size(path) for path in files.list("articles"))
    return f"{parted / 1e6:.0f} MB by day and sorted, {files.size('unsorted.parquet') / 1e6:.0f} MB unsorted"


def made_articles(rows: int, days: int, codes: Sequence[str] = CODES) -> pa.Table:
    """Rows of `articles` with the sizes and frequencies of news, in no order; `codes` are those of their regions."""
    chance = np.random.default_rng(SEED)
    ranks = chance.choice(REGIONS, rows, p=_falling(REGIONS))
    regions = [
        None if unknown else codes[rank] for unknown, rank in zip(chance.random(rows) < NO_REGION, ranks, strict=True)
    ]
    topics = chance.choice(TOPICS, rows, p=_falling(TOPICS))
    published = [FIRST_DAY + timedelta(seconds=int(each)) for each in chance.integers(0, days * 86_400, rows)]
    ids = [f"{chance.bytes(16).hex()}" for _ in range(rows)]
    columns: dict[str, Any] = {
        "article_id": ids,
        "url": [f"https://news.example/{each[:12]}" for each in ids],
        "host": [f"site{each}.example" for each in chance.integers(0, 500, rows)],
        "title": _texts(chance, rows, 1, 12),
        "text": _texts(chance, rows, IN_ARTICLE, WORDS),
        "language": chance.choice(["en", "de", "fr", "zh", "ar"], rows),
        "published_at": published,
        "fetched_at": published,
        "primary_region": regions,
        "primary_topic": [f"medtop:{each + 1:02}000000" for each in topics],
        "topics": _taken([_topic(n) for n in range(TOPICS)], Topic, topics),
        "regions": _taken([_region(n, codes) for n in range(REGIONS)], Region, ranks),
        "content_hash": [chance.bytes(16).hex() for _ in range(rows)],
    }
    return _with_defaults(columns, rows)


def _falling(size: int) -> Any:
    weights = 1 / np.arange(1, size + 1)
    return weights / weights.sum()


def _texts(chance: Any, rows: int, paragraphs: int, words: int) -> list[str]:
    letters = list("abcdefghijklmnopqrstuvwxyz")
    vocabulary = ["".join(chance.choice(letters, chance.integers(2, 11))) for _ in range(VOCABULARY)]
    picked = chance.choice(vocabulary, (PARAGRAPHS, words), p=_falling(VOCABULARY))
    pool = [" ".join(each) for each in picked]
    return ["\n\n".join([pool[n] for n in each]) for each in chance.integers(0, PARAGRAPHS, (rows, paragraphs))]


def _evidence(number: int) -> tuple[Evidence, ...]:
    places = range(number, number + 300, 100)
    return tuple(Evidence(source=EvidenceSource.TEXT, quote=f"name {n}", start=n, end=n + 8) for n in places)


def _topic(number: int) -> list[Topic]:
    return [Topic(code=f"medtop:{number:08}", name=f"topic {number}", score=0.5, evidence=_evidence(number))]


def _region(number: int, codes: Sequence[str]) -> list[Region]:
    return [
        Region(
            code=codes[(number + n) % len(codes)],
            name=f"region {number}",
            role=Role.ABOUT,
            score=0.3,
            evidence=_evidence(number),
        )
        for n in range(3)
    ]


def _taken(pool: list[list[Any]], record: type, picks: Any) -> pa.Array:
    kind = arrow_schema(Article).field("topics" if record is Topic else "regions").type
    return pa.array([[to_row(each) for each in one] for one in pool], kind).take(pa.array(picks))


def _with_defaults(columns: dict[str, Any], rows: int) -> pa.Table:
    arrays = []
    for field in arrow_schema(Article):
        if field.name in columns:
            arrays.append(pa.array(columns[field.name], field.type))
        else:
            arrays.append(pa.nulls(rows, field.type) if field.nullable else _plain(field.type, rows))
    return pa.Table.from_arrays(arrays, schema=arrow_schema(Article))


def _plain(kind: pa.DataType, rows: int) -> pa.Array:
    if pa.types.is_list(kind):
        return pa.array([[]] * rows, kind)
    return pa.array(["x" if pa.types.is_string(kind) else 1] * rows).cast(kind)


if __name__ == "__main__":
    sys.exit(main())
