"""CommitRun: the equation of the run, checked from what lies on the disk, and then the commit."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import apache_beam as beam
import pyarrow.parquet as pq

from schemas.failures import Subject
from schemas.runs import Accounting, Outcome, Run, RunRecord, WrittenFile
from schemas.sources import SourceStatus
from transforms.storage.layout import Layout
from transforms.storage.manifests import commit_files
from transforms.storage.records import write_record

IDLE = (SourceStatus.UNCHANGED, SourceStatus.BACKING_OFF)


@dataclass
class CommitRun(beam.PTransform):
    """One element: the record of the run. Nothing is committed unless every link has exactly one fate."""

    run: Run
    links: beam.PCollection  # one element: how many links there were

    def expand(self, files: beam.PCollection) -> beam.PCollection:
        once = files.pipeline | beam.Create([self.run])
        count = beam.pvalue.AsSingleton(self.links)
        return once | beam.Map(commit_run, beam.pvalue.AsList(files), count).with_output_types(RunRecord)


def commit_run(run: Run, files: Iterable[WrittenFile], links: int) -> RunRecord:
    """Check the equation and commit; a run whose counts do not add up leaves the dataset as it was."""
    layout = Layout(Path(run.output))
    finished = tuple(sorted({each.path: each for each in files}.values(), key=lambda each: each.path))
    accounting = account(finished, links, layout, run)
    if accounting.balanced:
        commit_files(finished, layout, run.run_id)
    record = RunRecord(
        run_id=run.run_id,
        outcome=outcome_of(accounting),
        started_at=run.started_at.isoformat(timespec="seconds"),
        ended_at=datetime.now(UTC).isoformat(timespec="seconds"),
        accounting=accounting,
        files=len(finished) if accounting.balanced else 0,
        output=run.output,
    )
    write_record(record, layout)
    return record


def account(files: Sequence[WrittenFile], links: int, layout: Layout, run: Run) -> Accounting:
    """Links in, and the fates that lie in the finished files."""
    aside = layout.aside(run.run_id)
    by_table: dict[str, list[WrittenFile]] = {}
    for each in files:
        by_table.setdefault(each.table, []).append(each)
    failures = list(_rows(by_table.get("failures", []), aside, ["subject", "reason"]))
    drops = _rows(by_table.get("drops", []), aside, ["reason"])
    return Accounting(
        links=links,
        articles=_count(by_table.get("articles", []), aside),
        duplicates=_count(by_table.get("duplicates", []), aside),
        failures=_tally(row["reason"] for row in failures if row["subject"] == Subject.LINK),
        drops=_tally(row["reason"] for row in drops),
        sources=_tally(row["status"] for row in _rows(by_table.get("sources", []), aside, ["status"])),
    )


def outcome_of(accounting: Accounting) -> Outcome:
    """What the numbers mean for who started the run."""
    if not accounting.balanced:
        return Outcome.UNBALANCED
    if accounting.articles or accounting.duplicates:
        return Outcome.COMMITTED
    failed = sum(accounting.failures.values()) + accounting.sources.get(SourceStatus.FAILED, 0)
    idle = sum(accounting.drops.values()) + sum(accounting.sources.get(each, 0) for each in IDLE)
    return Outcome.ALL_FAILED if failed and not idle else Outcome.NOTHING_NEW


def _count(files: Sequence[WrittenFile], aside: Path) -> int:
    return sum(pq.read_metadata(aside / each.path).num_rows for each in files)


def _rows(files: Sequence[WrittenFile], aside: Path, columns: list[str]) -> Iterator[dict[str, str]]:
    for each in files:
        yield from pq.read_table(aside / each.path, columns=columns, partitioning=None).to_pylist()


def _tally(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))
