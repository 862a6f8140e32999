"""Start a run on its runner, hold the lock while it lasts, and read what it says of itself."""

import os
import re
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.io.filesystems import FileSystems
from apache_beam.metrics import MetricsFilter
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.runner import PipelineResult

from pipelines.exits import EngineError
from pipelines.inputs import STDIN, Inputs, resolve_inputs
from pipelines.options import IngestOptions, UsageError
from pipelines.retention import retain
from pipelines.work import Stopwatch, work_of
from schemas.errors import Code
from schemas.failures import Stage
from schemas.policies import SandboxPolicy
from schemas.runs import Run, RunRecord
from transforms import extract_articles, finish_articles
from transforms.filesystems import dataset_files
from transforms.sandboxed import shared_pool
from transforms.storage import layout
from transforms.storage.agreement import Disagreement, agree, want_agreement
from transforms.storage.archives import remember_archive
from transforms.storage.files import Files, StorageError
from transforms.storage.lock import Lock
from transforms.storage.manifests import RUN_TIME, last_commit
from transforms.storage.records import read_record, write_record
from transforms.storage.recovery import recover
from transforms.write_report import tell_or_warn

Build = Callable[[beam.Pipeline, Inputs, IngestOptions, Run], beam.PCollection]
IN_PROCESS = "--runner=FnApiRunner"  # DirectRunner would first try to download another runner
STORAGE_TROUBLE = re.compile(r"StorageError: (.+)")
ENDED = re.compile(r"Pipeline \S+ failed in state \w+: (.+)")  # as PortableRunner says it
RAISED = "Traceback (most recent call last)"  # in what a verb raised
STAGES = frozenset(Stage)


class KeptOptions(PipelineOptions):
    """Options whose views are made once: Beam asks for one a thousand times a run, each with a parser of its own."""

    def view_as(self, cls: type[PipelineOptions]) -> Any:
        views = self.__dict__.setdefault("_kept", {})
        if cls not in views:
            views[cls] = super().view_as(cls)
        return views[cls]


def launch(build: Build, options: IngestOptions) -> RunRecord:
    """Run a graph to its end and return the record that it left in the dataset.

    Raises UsageError before anything is asked of anybody, Locked while another run writes this output, and StorageError
    when the disk failed on the way, or EngineError when the runner did; the dataset is then as it was.
    """
    files, whole = writable_files(options), Stopwatch()
    run = new_run(options.output, after=last_commit(files))
    with Lock(files, run.run_id), tempfile.TemporaryDirectory(prefix="newsbeam-") as spool:
        run, inputs = prepare(files, run, options, Path(spool, "stdin.txt"))
        if (inputs.archives or inputs.folders) and is_in_process(options):  # they load while the graph is made
            warm_workers(options.sandbox)
        result = run_pipeline(build, inputs, options, run)
        work = work_of(result, whole if is_in_process(options) else None)
        record = replace(read_record(run.run_id, files), stages=count_stages(result), work=work)
        write_record(record, files)
        tell_or_warn(record, files)
        if options.keep_days:
            retain(files, run, options.keep_days)
    return record


def warm_workers(policy: SandboxPolicy) -> None:
    """Start a worker process of each kind that pages need."""
    for target in (extract_articles.TARGET, finish_articles.TARGET):
        shared_pool(target, policy).warm()


def submit(build: Build, options: IngestOptions) -> Run:
    """Leave a run to its runner, and its lock to the workers; its record, when it is there, says how it ended.

    Raises as `launch` does.
    """
    if options.keep_days or STDIN in options.urls:
        unwanted = "--keep-days" if options.keep_days else f"--urls {STDIN}"
        raise UsageError(f"{unwanted} needs somebody who waits for the run; leave out --no-wait", Code.AT_ODDS)
    files = writable_files(options)
    run = replace(new_run(options.output, after=last_commit(files)), unattended=True)
    with Lock(files, run.run_id) as lock:
        run, inputs = prepare(files, run, options, Path(os.devnull))
        pipeline = new_pipeline(options)
        build(pipeline, inputs, options, run)
        lock.hand_over()
        with telling_of_trouble():
            pipeline.run()
    return run


def prepare(files: Files, run: Run, options: IngestOptions, spool: Path) -> tuple[Run, Inputs]:
    """What comes first under the lock: what killed runs left, what there is to read, what all runs agree on."""
    _want_conditional_writes(files)
    recover(files, run.started_at)
    inputs = resolve_inputs(options, spool)
    _want_agreement(files, options)  # once more: another first run may have ended a moment ago
    run = replace(run, partition_by=agree(files, options.partitions, run.started_at).partition_by)
    if options.archive:
        remember_archive(str(Path(options.archive).absolute()), files)
    return run, inputs


def _want_conditional_writes(files: Files) -> None:
    """A store that overwrites what it should refuse would let two runs in at once; so would some network drives."""
    if files.create(layout.LOCK, b"{}"):
        files.delete(layout.LOCK)
        detail = "it overwrites a file that is only to be created, so nothing can keep two runs apart"
        raise UsageError(
            f"--output {files.root} cannot be used ({detail}); name another store or folder", Code.UNWRITABLE
        )


def new_run(output: str, after: datetime | None = None) -> Run:
    """A run that starts now; its id sorts by time and is nobody else's.

    Never before the last commit: what a run knows of a link is newer than what runs before it knew, whatever the
    clock says.
    """
    now = datetime.now(UTC)
    started = max(now, after + timedelta(seconds=1)) if after else now
    return Run(run_id=f"{started:{RUN_TIME}}-{secrets.token_hex(3)}", output=output, started_at=started)


def run_pipeline(build: Build, inputs: Inputs, options: IngestOptions, run: Run) -> PipelineResult:
    """Run the graph and wait for it; what the disk refused on a worker is raised as StorageError here."""
    pipeline = new_pipeline(options)
    build(pipeline, inputs, options, run)
    with telling_of_trouble():
        result = pipeline.run()
        result.wait_until_finish()
    return result


@contextmanager
def telling_of_trouble() -> Iterator[None]:
    """Raise what the disk refused on a worker as StorageError, and what the runner says of itself as EngineError."""
    try:
        yield
    except (RuntimeError, OSError) as error:
        if trouble := STORAGE_TROUBLE.search(str(error)):
            raise StorageError(trouble.group(1)) from error
        if (ended := ENDED.search(str(error))) and RAISED not in str(error):
            raise EngineError(ended.group(1)) from error
        raise


def new_pipeline(options: IngestOptions) -> beam.Pipeline:
    """An empty graph for the runner that the options name."""
    try:
        return beam.Pipeline(options=pipeline_options(options))
    except (ValueError, ImportError, AttributeError) as error:  # all three are a runner that does not exist
        raise UsageError(f"Beam cannot start the runner: {error}", Code.RUNNER) from None


def pipeline_options(options: IngestOptions) -> PipelineOptions:
    """Beam's options: in this process unless another runner was named."""
    return KeptOptions([IN_PROCESS, *options.beam] if is_in_process(options) else [*options.beam])


def is_in_process(options: IngestOptions) -> bool:
    """Whether all verbs work in this process, on the runner that is the default."""
    return not any(each.startswith("--runner") for each in options.beam)


def writable_files(options: IngestOptions) -> Files:
    """The files of a dataset that can be written; made when it is missing."""
    FileSystems.set_options(pipeline_options(options))
    try:
        files = dataset_files(options.output)
        if options.retry and not files.exists(layout.DATASET):
            raise UsageError(
                f"--retry {options.retry} is no dataset; name the folder that a run wrote to", Code.NO_DATASET
            )
        if not files.exists(layout.DATASET):  # somebody else's folder is not even written to
            _want_agreement(files, options)
        files.write(layout.PROBE, b"")
        files.delete(layout.PROBE)
    except StorageError as error:
        raise UsageError(
            f"--output {options.output} cannot be written ({error}); name another folder", Code.UNWRITABLE
        ) from None
    _want_agreement(files, options)
    return files


def _want_agreement(files: Files, options: IngestOptions) -> None:
    try:
        want_agreement(files, options.partitions)
    except Disagreement as error:
        raise UsageError(f"--output {error}", Code.DISAGREEMENT) from None


def count_stages(result: PipelineResult) -> dict[str, dict[str, int]]:
    """What each verb counted. For display: an engine that runs a bundle twice counts it twice."""
    stages: dict[str, dict[str, int]] = {}
    for each in result.metrics().query(MetricsFilter())["counters"]:
        if each.key.metric.namespace in STAGES:
            counts = stages.setdefault(each.key.metric.namespace, {})
            counts[each.key.metric.name] = counts.get(each.key.metric.name, 0) + each.result  # one for each step
    return {name: dict(sorted(counts.items())) for name, counts in sorted(stages.items())}
