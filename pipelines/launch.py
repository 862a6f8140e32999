"""Start a run on its runner, hold the lock while it lasts, and read what it says of itself."""

import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import apache_beam as beam
from apache_beam.metrics import MetricsFilter
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.runner import PipelineResult

from pipelines.inputs import Inputs, resolve_inputs
from pipelines.options import IngestOptions, UsageError
from schemas.failures import Stage
from schemas.runs import Run, RunRecord
from transforms.storage.layout import Layout
from transforms.storage.lock import Lock
from transforms.storage.manifests import recover
from transforms.storage.records import read_record, write_record
from transforms.storage.tables import StorageError

Build = Callable[[beam.Pipeline, Inputs, IngestOptions, Run], beam.PCollection]
IN_PROCESS = "--runner=FnApiRunner"  # DirectRunner would first try to download another runner
STORAGE_TROUBLE = re.compile(r"StorageError: (.+)")
STAGES = frozenset(Stage)


def launch(build: Build, options: IngestOptions) -> RunRecord:
    """Run a graph to its end and return the record that it left in the dataset.

    Raises UsageError before anything is asked of anybody, Locked while another run writes this output, and
    StorageError when the disk failed on the way; the dataset is then as it was.
    """
    run = new_run(options.output)
    layout = writable_layout(options.output)
    with Lock(layout.lock, run.run_id):
        recover(layout)
        inputs = resolve_inputs(options, layout.staging(run.run_id) / "stdin.txt")
        result = run_pipeline(build, inputs, options, run)
        record = replace(read_record(layout, run.run_id), stages=count_stages(result))
        write_record(record, layout)
        recover(layout)  # nothing is pending any more: this clears the staging area
    return record


def new_run(output: str) -> Run:
    """A run that starts now; its id sorts by time and is nobody else's."""
    started = datetime.now(UTC)
    return Run(run_id=f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}", output=output, started_at=started)


def run_pipeline(build: Build, inputs: Inputs, options: IngestOptions, run: Run) -> PipelineResult:
    """Run the graph and wait for it; what the disk refused on a worker is raised as StorageError here."""
    pipeline = beam.Pipeline(options=pipeline_options(options))
    build(pipeline, inputs, options, run)
    try:
        result = pipeline.run()
        result.wait_until_finish()
    except (RuntimeError, OSError) as error:
        if trouble := STORAGE_TROUBLE.search(str(error)):
            raise StorageError(trouble.group(1)) from error
        raise
    return result


def pipeline_options(options: IngestOptions) -> PipelineOptions:
    """Beam's options: in this process unless another runner was named."""
    named = any(each.startswith("--runner") for each in options.beam)
    return PipelineOptions([*options.beam] if named else [IN_PROCESS, *options.beam])


def writable_layout(output: str) -> Layout:
    """The layout of a dataset that can be written; made when it is missing."""
    layout = Layout(Path(output))
    try:
        layout.meta.mkdir(parents=True, exist_ok=True)
        probe = layout.meta / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise UsageError(f"--output {output} cannot be written: {error.strerror}; name another folder") from None
    return layout


def count_stages(result: PipelineResult) -> dict[str, dict[str, int]]:
    """What each verb counted. For display: an engine that runs a bundle twice counts it twice."""
    stages: dict[str, dict[str, int]] = {}
    for each in result.metrics().query(MetricsFilter())["counters"]:
        if each.key.metric.namespace in STAGES:
            stages.setdefault(each.key.metric.namespace, {})[each.key.metric.name] = each.result
    return {name: dict(sorted(counts.items())) for name, counts in sorted(stages.items())}
