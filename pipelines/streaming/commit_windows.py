"""CommitWindows: closed windows, in their order, each a small batch through the verbs and the protocol of all runs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import apache_beam as beam
from apache_beam.coders import PickleCoder
from apache_beam.transforms.error_handling import ErrorHandler
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec

from pipelines.ingest import resolve_staged
from pipelines.options import IngestOptions
from pipelines.streaming.here import carry_out
from pipelines.streaming.progress import Progress
from schemas.runs import Run, RunRecord, WrittenFile
from schemas.streams import Gathered, Polled, Reading, Stream
from transforms.commit_run import CommitRun, commit_run
from transforms.filesystems import dataset_files
from transforms.stage_articles import TakeUpStaged
from transforms.storage.files import Files
from transforms.storage.layout import manifest, pending_manifest
from transforms.storage.manifests import read_manifest
from transforms.storage.records import read_record
from transforms.storage.staging import taken_up
from transforms.storage.streams import mark_end
from transforms.write_ledger import WriteLedger


@dataclass
class CommitWindows(beam.PTransform):
    """The record of each window. All reports meet under one key, so one worker commits, one window after the other."""

    stream: Stream
    options: IngestOptions
    owners: int  # of feeds

    def expand(self, reports: beam.PCollection) -> beam.PCollection:
        commit = _Commit(self.stream, self.options, self.owners)
        return reports | beam.ParDo(commit).with_output_types(RunRecord)


class _Commit(beam.DoFn):
    PROGRESS = ReadModifyWriteStateSpec("progress", PickleCoder())

    def __init__(self, stream: Stream, options: IngestOptions, owners: int) -> None:
        self._stream, self._options, self._owners = stream, replace(options, beam=()), owners

    def process(
        self,
        keyed: tuple[str, Polled | Reading],
        progress: Any = beam.DoFn.StateParam(PROGRESS),  # noqa: B008  # as Beam wants it
    ) -> Iterator[RunRecord]:
        known = progress.read() or Progress(self._owners)
        known.add(keyed[1])
        for window, gathered in known.take_closed():
            record = commit_window(self._stream.run_of(window), gathered, self._options)
            if record is not None:
                yield record
        progress.write(known)
        if known.ended:
            mark_end(dataset_files(self._stream.run.output))


def commit_window(run: Run, gathered: Gathered, options: IngestOptions) -> RunRecord | None:
    """Resolve and commit what was gathered, once; None where there is nothing. Carried out again it finds the same."""
    files = dataset_files(run.output)
    done = _committed(run, files)
    if done is not None:
        return done
    left = taken_up(run, files)
    if not gathered.files and not left:
        return None
    counted = {each.path for each in gathered.staged}
    links = gathered.links + sum(each.rows for each in left if each.path not in counted)
    record: list[RunRecord] = carry_out(lambda pipeline: build_window(pipeline, options, run, gathered.files, links))
    return record[0]


def build_window(
    pipeline: beam.Pipeline, options: IngestOptions, run: Run, files: list[WrittenFile], links: int
) -> beam.PCollection:
    """The graph of a window: what it staged, resolved against history; `files` are finished already."""
    with ErrorHandler(WriteLedger(run)) as ledger:
        staged = pipeline | TakeUpStaged(run)
        written = resolve_staged(staged, options, run, ledger)
    finished = pipeline | "Finished" >> beam.Create(files)
    finished.element_type = WrittenFile
    everything = (*written, ledger.output(), finished) | "AllFiles" >> beam.Flatten()
    return everything | CommitRun(run, pipeline | "Links" >> beam.Create([links]))


def _committed(run: Run, files: Files) -> RunRecord | None:
    """The record of a window that was committed before, or whose commit had begun; it is carried through then."""
    try:
        return read_record(run.run_id, files)
    except FileNotFoundError:
        pass
    for path in (manifest(run.run_id), pending_manifest(run.run_id)):
        if files.exists(path):
            listed = read_manifest(path, files).files
            return commit_run(run, listed, sum(each.fates for each in listed))
    return None
