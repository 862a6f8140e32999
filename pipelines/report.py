"""What a run says when it has ended, then and later: where nobody waited for it, its record is all there is."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipelines.exits import BY_OUTCOME, Exit
from pipelines.options import UsageError
from schemas.runs import Outcome, RunRecord
from transforms.storage.files import Files, LocalFiles
from transforms.storage.lock import read_owner
from transforms.storage.records import read_record, record_json, run_ids

RUNS_TOLD = 5  # names of runs in a message, the newest

HEADLINES = {
    Outcome.COMMITTED: "committed",
    Outcome.NOTHING_NEW: "done, and nothing was new",
    Outcome.ALL_FAILED: "every input failed; nothing but the failures was written",
    Outcome.INTERRUPTED: "stopped; what had been read is committed, and the next run reads the rest",
    Outcome.UNBALANCED: "the counts do not add up, so nothing was committed; please report this",
}


def add_report(commands: Any, command: Any) -> None:
    """Register `newsbeam report`."""
    explanation = "what a run made of its input; exits as the run did"
    parser = commands.add_parser("report", help=explanation, description=explanation, allow_abbrev=False)
    parser.add_argument("output", metavar="OUT", help="folder or address of the dataset")
    parser.add_argument("run", metavar="RUN", nargs="?", help="id of a run; the newest that has ended unless named")
    parser.add_argument("--json", action="store_true", help="print the record as JSON")
    parser.set_defaults(command=command)


def report(arguments: argparse.Namespace, beam: Sequence[str]) -> int:
    """Print the record of a run; returns the exit code that the run had, or LOCKED while it is under way."""
    files = _files(arguments.output, beam)
    running = (read_owner(files) or {}).get("run_id")
    known = run_ids(files)
    run_id = arguments.run or (known[-1] if known else running)
    if run_id not in known and run_id == running and run_id:
        return _say(f"run {run_id} is under way; it has no record yet", Exit.LOCKED)
    if run_id not in known:
        raise UsageError(_nothing_to_tell(run_id, known, files.root))
    record = read_record(run_id, files)
    print_report(record, as_json=arguments.json)
    if running and running not in known and not arguments.run:
        _say(f"run {running} is under way; this is the one before it", Exit.DONE)
    return BY_OUTCOME[record.outcome]


def _files(output: str, beam: Sequence[str]) -> Files:
    """The files of a dataset; Beam, which takes two seconds, only where a store needs it."""
    if "://" not in output:
        return LocalFiles(output)
    from apache_beam.io.filesystems import FileSystems  # noqa: PLC0415
    from apache_beam.options.pipeline_options import PipelineOptions  # noqa: PLC0415

    from transforms.filesystems import dataset_files  # noqa: PLC0415

    FileSystems.set_options(PipelineOptions(list(beam)))
    return dataset_files(output)


def _nothing_to_tell(run_id: str | None, known: Sequence[str], root: str) -> str:
    if not known:
        return f"{root} holds no record of any run; name the folder that a run wrote to"
    newest = ", ".join(reversed(known[-RUNS_TOLD:]))
    return f"{root} holds no record of run {run_id}, which was killed or never was; the newest are {newest}"


def _say(sentence: str, code: Exit) -> int:
    print(f"newsbeam: {sentence}", file=sys.stderr)  # noqa: T201  # the command line speaks
    return int(code)


def print_report(record: RunRecord, *, as_json: bool) -> None:
    """Print a run's record, for people or as JSON."""
    print(record_json(record) if as_json else "\n".join(report_lines(record)), end="" if as_json else "\n")  # noqa: T201


def report_lines(record: RunRecord) -> Iterator[str]:
    """A run for people: what came in, what became of it, where it lies."""
    counts = record.accounting
    yield f"run {record.run_id}: {HEADLINES[record.outcome]}"
    yield f"  {counts.sentence()}"
    yield from _listed("sources", counts.sources)
    yield from _listed("failures", counts.failures)
    yield from _listed("drops", counts.drops)
    yield from (f"  look at: {each}" for each in record.notices)
    yield f"  dataset: {record.output}"


def _listed(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    if counts:
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        yield f"  {title}: " + ", ".join(f"{number} {name}" for name, number in ordered)
