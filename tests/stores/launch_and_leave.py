"""Submit a run to a job server and leave at once, as a launcher of a managed runner does. Prints the run's id.

Its lock is left behind, since nobody stays who could give it back.
"""

import os
import sys
from pathlib import Path

import apache_beam as beam

from pipelines.ingest import build
from pipelines.inputs import resolve_inputs
from pipelines.launch import new_run, pipeline_options, writable_files
from pipelines.options import IngestOptions
from transforms.storage.agreement import agree
from transforms.storage.lock import Lock
from transforms.storage.manifests import last_commit
from transforms.storage.recovery import recover


def submit(warc: str, output: str, *for_beam: str) -> str:
    """Start the run and return its id."""
    options = IngestOptions(warc=(warc,), output=output, workers=1, beam=for_beam)
    files = writable_files(options)
    run = new_run(output, after=last_commit(files))
    Lock(files, run.run_id).__enter__()
    recover(files, run.started_at)
    agree(files, options.partitions, run.started_at)
    pipeline = beam.Pipeline(options=pipeline_options(options))
    build(pipeline, resolve_inputs(options, Path(os.devnull)), options, run)
    pipeline.run()
    return run.run_id


if __name__ == "__main__":
    sys.stdout.write(submit(*sys.argv[1:]))
    sys.stdout.flush()
    os._exit(0)  # whatever still runs in this process is not waited for
