"""CommitRun: the equation of the run, checked from what lies on the disk, and then the commit."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import apache_beam as beam
import pyarrow.compute as pc

from schemas.failures import DropReason, Subject
from schemas.pages import StagedFile
from schemas.runs import Accounting, Outcome, Run, RunRecord, WrittenFile
from schemas.sources import SourceStatus
from schemas.stories import Notice
from transforms.filesystems import dataset_files
from transforms.storage.descriptions import describe
from transforms.storage.files import Files
from transforms.storage.layout import aside, manifest, pending_manifest
from transforms.storage.lock import give_back
from transforms.storage.manifests import Manifest, carry_through, commit, read_manifest
from transforms.storage.records import read_record, write_record
from transforms.storage.staging import run_of, taken_up
from transforms.storage.tables import read_rows, read_table, row_count
from transforms.write_report import tell_or_warn

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
    """Check the equation and commit; a run whose counts do not add up leaves the dataset as it was.

    A runner that lost the answer carries this out again, and finds the same.
    """
    target = dataset_files(run.output)
    finished = tuple(sorted({each.path: each for each in files}.values(), key=lambda each: each.path))
    try:
        record = read_record(run.run_id, target)
    except FileNotFoundError:
        record = _committed(run, finished, links, target)
    if run.unattended:
        give_back(run.run_id, target)
        tell_or_warn(record, target)
    return record


def _committed(run: Run, finished: tuple[WrittenFile, ...], links: int, target: Files) -> RunRecord:
    """The record of the run, which is the last that is written."""
    done = _is_committed(run, target)
    lying = [each if done else replace(each, path=aside(run.run_id, each.path)) for each in finished]
    accounting = account(lying, links, target)
    newest = newest_published(lying, target)
    noticed = [each.sentence() for each in notices(lying, target)]
    if accounting.balanced and not done:
        uses_up = tuple(sorted({run_of(each.path) for each in taken_up(run, target)}))
        commit(Manifest(run_id=run.run_id, files=finished, uses_up=uses_up), target, holder=run.stream)
    record = RunRecord(
        run_id=run.run_id,
        outcome=outcome_of(accounting),
        started_at=run.started_at.isoformat(timespec="seconds"),
        ended_at=datetime.now(UTC).isoformat(timespec="seconds"),
        accounting=accounting,
        files=len(finished) if accounting.balanced else 0,
        output=run.output,
        notices=tuple(noticed),
        newest_published_at=newest if accounting.balanced else None,
    )
    describe(target)
    write_record(record, target)
    return record


def _is_committed(run: Run, target: Files) -> bool:
    """Whether this was carried out before; a commit that had only begun is carried through."""
    begun = pending_manifest(run.run_id)
    if target.exists(begun):
        carry_through(read_manifest(begun, target), target)
    return target.exists(manifest(run.run_id))


def notices(files: Sequence[WrittenFile], target: Files) -> Iterator[Notice]:
    """What somebody should look at."""
    for each in files:
        if each.table == "notices":
            yield from read_rows(each.path, Notice, target)


def newest_published(files: Sequence[WrittenFile], target: Files) -> str | None:
    """When the newest of the run's articles was published, as ISO 8601; none where no article says when."""
    paths = [each.path for each in files if each.table == "articles"]
    columns = [read_table(path, target, ["published_at"])["published_at"] for path in paths]
    moments = [newest for each in columns if (newest := pc.max(each).as_py())]
    return max(moments).isoformat(timespec="seconds") if moments else None


def account(files: Sequence[WrittenFile], links: int, target: Files) -> Accounting:
    """Links in, and the fates that lie in the finished files, wherever these lie now."""
    by_table: dict[str, list[WrittenFile]] = {}
    for each in files:
        by_table.setdefault(each.table, []).append(each)
    failures = list(_rows(by_table.get("failures", []), target, ["subject", "reason"]))
    drops = _rows(by_table.get("drops", []), target, ["reason"])
    return Accounting(
        links=links,
        articles=_count(by_table.get("articles", []), target),
        duplicates=_count(by_table.get("duplicates", []), target),
        failures=_tally(row["reason"] for row in failures if row["subject"] == Subject.LINK),
        drops=_tally(row["reason"] for row in drops),
        sources=_tally(row["status"] for row in _rows(by_table.get("sources", []), target, ["status"])),
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


def _count(files: Sequence[WrittenFile], target: Files) -> int:
    return sum(row_count(each.path, target) for each in files)


def _rows(files: Sequence[WrittenFile], target: Files, columns: list[str]) -> Iterator[dict[str, str]]:
    for each in files:
        yield from read_table(each.path, target, columns).to_pylist()


def _tally(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))
