"""`--dry-run`: what a run would read, and why not the rest. Feeds are asked, pages are not."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import apache_beam as beam
from apache_beam.io.filesystems import FileSystems
from apache_beam.transforms.error_handling import ErrorHandler

from pipelines.exits import Exit
from pipelines.ingest import due_links
from pipelines.inputs import Inputs, resolve_inputs
from pipelines.launch import Build, new_run, pipeline_options, run_pipeline
from pipelines.options import IngestOptions
from pipelines.sources import read_sources
from pipelines.terminal import put
from schemas.failures import Drop, Failure
from schemas.links import Link
from schemas.runs import Run
from transforms.storage.files import Files, LocalFiles
from transforms.storage.layout import aside, table_folder
from transforms.storage.tables import read_rows
from transforms.write_ledger import WriteLedger
from transforms.write_records import WriteRecords

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Links that would be read, and the fates of all others."""

    links: tuple[Link, ...]
    drops: tuple[Drop, ...]
    failures: tuple[Failure, ...]


def print_plan(options: IngestOptions, *, as_json: bool) -> Exit:
    """Print what a run would do, and write nothing into the dataset."""
    plan = make_plan(options)
    lines = json_lines(plan) if as_json else plan_lines(plan)
    put("\n".join(lines))
    return Exit.DONE if plan.links or plan.drops or not plan.failures else Exit.ALL_FAILED


def make_plan(options: IngestOptions) -> Plan:
    """Find the links of a run and stop there. Files of the plan lie in a folder that is gone afterwards."""
    FileSystems.set_options(pipeline_options(options))
    run = new_run(options.output)
    with tempfile.TemporaryDirectory(prefix="newsbeam-plan-") as folder:
        aside = replace(run, output=folder)
        inputs = resolve_inputs(options, Path(folder) / "stdin.txt")
        run_pipeline(_graph(aside), inputs, options, run)
        return _read_plan(LocalFiles(folder), run.run_id)


def plan_lines(plan: Plan) -> Iterator[str]:
    """A plan for people."""
    yield f"{len(plan.links)} links would be read"
    yield from (f"  read     {link.canonical_url or link.url}" for link in plan.links)
    yield from (f"  {drop.reason:<8} {drop.url}  ({drop.detail})" for drop in plan.drops)
    yield from (f"  failed   {failure.url}  ({failure.reason}: {failure.detail})" for failure in plan.failures)


def json_lines(plan: Plan) -> Iterator[str]:
    """A plan as JSON, a line for each link."""
    for link in plan.links:
        yield json.dumps({"url": link.url, "fate": "read", "source": link.source}, ensure_ascii=False)
    fates: tuple[Drop | Failure, ...] = (*plan.drops, *plan.failures)
    for fate in fates:
        line = {"url": fate.url, "fate": fate.reason, "detail": fate.detail, "source": fate.source}
        yield json.dumps(line, ensure_ascii=False)


def _graph(aside: Run) -> Build:
    def build(pipeline: beam.Pipeline, inputs: Inputs, options: IngestOptions, run: Run) -> beam.PCollection:
        with ErrorHandler(WriteLedger(aside)) as ledger:
            links = read_sources(pipeline, inputs, options, run, ledger)
            due = due_links(links, options, run, ledger)
        return due | WriteRecords("planned", Link, "", aside)

    return build


def _read_plan(files: Files, run_id: str) -> Plan:
    return Plan(
        links=tuple(sorted(_rows(files, run_id, "planned", Link), key=lambda each: each.url)),
        drops=tuple(_rows(files, run_id, "drops", Drop)),
        failures=tuple(_rows(files, run_id, "failures", Failure)),
    )


def _rows(files: Files, run_id: str, table: str, record: type[T]) -> Iterator[T]:
    for path in files.list(aside(run_id, table_folder(table))):
        yield from read_rows(path, record, files)
