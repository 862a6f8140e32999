"""`report.html`: gather what the report of a run shows from small reads of the dataset, and write the page."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import fields
from itertools import islice
from typing import Any, TypeVar

import pyarrow as pa

from schemas.columns import from_row
from schemas.failures import Reason
from schemas.notes import notes_of
from schemas.reports import Copied, Failed, FeedSeen, Recent, Reported, SourceCount
from schemas.runs import HEADLINES, RunRecord
from transforms.reporting.page import page
from transforms.storage import layout
from transforms.storage.files import Files
from transforms.storage.manifests import committed
from transforms.storage.records import read_record, run_ids
from transforms.storage.tables import opened
from transforms.tagging.vocabulary import vocabulary

MOST_ROWS = 20_000  # of a table; the newest
MOST_FILES = 40  # of a table that are opened; the newest
BATCH = 2_000  # rows in memory at once

LOG = logging.getLogger(__name__)

T = TypeVar("T")


def tell_or_warn(record: RunRecord, files: Files) -> None:
    """Write the page of the newest run; a run that is committed does not fail for want of it."""
    try:
        write_report(record, files)
    except (OSError, pa.ArrowException) as error:
        LOG.warning(
            "%s could not be written (%s); try again: newsbeam report %s --html", layout.REPORT, error, files.root
        )


def write_report(record: RunRecord, files: Files) -> None:
    """Write or replace it; raises OSError."""
    files.write(layout.REPORT, report_page(record, files).encode())


def report_page(record: RunRecord, files: Files) -> str:
    """The page of a run, of the dataset as it was after it."""
    return page(gather(record, files), HEADLINES[record.outcome])


def gather(record: RunRecord, files: Files) -> Reported:
    """Read what the page shows: a bounded number of rows, of few columns."""
    earlier = [each for each in run_ids(files) if each < record.run_id]
    before = read_record(earlier[-1], files) if earlier else None
    listed = [(each.table, each.path, each.rows) for each in committed(files)]
    paths = {table: [path for name, path, _ in reversed(listed) if name == table] for table, _, _ in listed}
    own = record.run_id
    feeds = list(_rows(paths.get("feeds", []), FeedSeen, files, own))
    return Reported(
        record=record,
        before=before,
        articles_in_all=sum(rows for table, _, rows in listed if table == "articles"),
        recent=tuple(_rows(paths.get("articles", []), Recent, files, own)),
        copies=tuple(_rows(paths.get("duplicates", []), Copied, files, own)),
        failures=tuple(_of_run(paths.get("failures", []), Failed, files, own)),
        sources=tuple(_of_run(paths.get("sources", []), SourceCount, files, own)),
        feeds=_newest(feeds, own),
        feeds_before=_newest(feeds, before.run_id) if before else (),
        topic_names=vocabulary().names,
        remedies=notes_of(Reason),
    )


def _rows(paths: Sequence[str], record: type[T], files: Files, own: str) -> Iterator[T]:
    """The newest rows of a table, of this run and those before it."""
    found = (row for path in paths[:MOST_FILES] for row in _read(path, record, files) if row["run_id"] <= own)
    return (from_row(row, record) for row in islice(found, MOST_ROWS))


def _of_run(paths: Sequence[str], record: type[T], files: Files, own: str) -> Iterator[T]:
    """Rows of one run; its own files bear its name, until a compaction makes them part of others."""
    named = [path for path in paths if own in path] or paths[:MOST_FILES]
    found = (row for path in named for row in _read(path, record, files) if row["run_id"] == own)
    return (from_row(row, record) for row in islice(found, MOST_ROWS))


def _read(path: str, record: Any, files: Files) -> Iterator[dict[str, Any]]:
    names = [*dict.fromkeys(("run_id", *(each.name for each in fields(record))))]
    with opened(path, files) as file:
        for batch in file.iter_batches(batch_size=BATCH, columns=names):
            yield from batch.to_pylist()


def _newest(feeds: Sequence[FeedSeen], until: str) -> tuple[FeedSeen, ...]:
    """The newest row of each feed, as of a run."""
    newest: dict[str, FeedSeen] = {}
    for each in feeds:
        if each.run_id <= until and (each.feed_url not in newest or newest[each.feed_url].run_id < each.run_id):
            newest[each.feed_url] = each
    return tuple(newest[url] for url in sorted(newest))
