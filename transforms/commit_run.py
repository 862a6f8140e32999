"""CommitRun: the equation of the run, checked from what lies on the disk, and then the commit."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import apache_beam as beam

from schemas.failures import DropReason, Subject
from schemas.pages import StagedFile
from schemas.runs import Accounting, Outcome, Run, RunRecord, WrittenFile
from schemas.sources import SourceStatus
from schemas.stories import Notice
from transforms.filesystems import dataset_files
from transforms.storage.descriptions import describe
from transforms.storage.files import Files
from transforms.storage.layout import aside
from transforms.storage.manifests import Manifest, commit
from transforms.storage.records import write_record
from transforms.storage.staging import left_drafts, run_of
from transforms.storage.tables import read_rows, read_table, row_count

IDLE = (SourceStatus.UNCHANGED, SourceStatus.BACKING_OFF)


@dataclass
class CountLinks(beam.PTransform):
    """One element: how many links there are, with those that killed runs had staged and this one takes up."""

    left: beam.PCollection

    def expand(self, links: beam.PCollection) -> beam.PCollection:
        counts = (
            links | "CountNamed" >> beam.combiners.Count.Globally(),
            self.left | "RowsLeft" >> beam.Map(rows_in),
        )
        return counts | beam.Flatten() | beam.CombineGlobally(sum)


def rows_in(file: StagedFile) -> int:
    """Links behind a staging file."""
    return file.rows


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
    target = dataset_files(run.output)
    finished = tuple(sorted({each.path: each for each in files}.values(), key=lambda each: each.path))
    accounting = account(finished, links, target, run)
    noticed = [each.sentence() for each in notices(finished, target, run)]
    if accounting.balanced:
        uses_up = tuple(sorted({run_of(each.path) for each in left_drafts(run.run_id, target)}))
        commit(Manifest(run_id=run.run_id, files=finished, uses_up=uses_up), target)
    record = RunRecord(
        run_id=run.run_id,
        outcome=outcome_of(accounting),
        started_at=run.started_at.isoformat(timespec="seconds"),
        ended_at=datetime.now(UTC).isoformat(timespec="seconds"),
        accounting=accounting,
        files=len(finished) if accounting.balanced else 0,
        output=run.output,
        notices=tuple(noticed),
    )
    write_record(record, target)
    describe(target)
    return record


def notices(files: Sequence[WrittenFile], target: Files, run: Run) -> Iterator[Notice]:
    """What somebody should look at."""
    for each in files:
        if each.table == "notices":
            yield from read_rows(aside(run.run_id, each.path), Notice, target)


def account(files: Sequence[WrittenFile], links: int, target: Files, run: Run) -> Accounting:
    """Links in, and the fates that lie in the finished files."""
    by_table: dict[str, list[WrittenFile]] = {}
    for each in files:
        by_table.setdefault(each.table, []).append(each)
    failures = list(_rows(by_table.get("failures", []), run, target, ["subject", "reason"]))
    drops = _rows(by_table.get("drops", []), run, target, ["reason"])
    return Accounting(
        links=links,
        articles=_count(by_table.get("articles", []), run, target),
        duplicates=_count(by_table.get("duplicates", []), run, target),
        failures=_tally(row["reason"] for row in failures if row["subject"] == Subject.LINK),
        drops=_tally(row["reason"] for row in drops),
        sources=_tally(row["status"] for row in _rows(by_table.get("sources", []), run, target, ["status"])),
    )


def outcome_of(accounting: Accounting) -> Outcome:
    """What the numbers mean for who started the run."""
    if not accounting.balanced:
        return Outcome.UNBALANCED
    if DropReason.INTERRUPTED in accounting.drops or SourceStatus.INTERRUPTED in accounting.sources:
        return Outcome.INTERRUPTED
    if accounting.articles or accounting.duplicates:
        return Outcome.COMMITTED
    failed = sum(accounting.failures.values()) + accounting.sources.get(SourceStatus.FAILED, 0)
    idle = sum(count for name, count in accounting.drops.items() if name != DropReason.DUPLICATE_LINK) + sum(
        accounting.sources.get(each, 0) for each in IDLE
    )
    return Outcome.ALL_FAILED if failed and not idle else Outcome.NOTHING_NEW


def _count(files: Sequence[WrittenFile], run: Run, target: Files) -> int:
    return sum(row_count(aside(run.run_id, each.path), target) for each in files)


def _rows(files: Sequence[WrittenFile], run: Run, target: Files, columns: list[str]) -> Iterator[dict[str, str]]:
    for each in files:
        yield from read_table(aside(run.run_id, each.path), target, columns).to_pylist()


def _tally(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))
