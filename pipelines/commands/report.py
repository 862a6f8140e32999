"""`newsbeam report`: what a run made of its input, told again."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pipelines.datasets import files_of
from pipelines.exits import BY_OUTCOME, Exit
from pipelines.options import UsageError
from pipelines.report import print_report
from pipelines.terminal import refuse, say
from schemas.errors import Code
from schemas.runs import RunRecord
from schemas.watches import Watch
from transforms.storage import layout
from transforms.storage.files import Files
from transforms.storage.lock import lives, read_owner
from transforms.storage.records import read_record, run_ids
from transforms.storage.watches import read_watch

HTML = "make the page again: report.html of the dataset, or a file of its own for any run"
RUNS_TOLD = 5  # names of runs in a message, the newest


def options(parser: argparse.ArgumentParser) -> None:
    """The dataset and the run."""
    parser.add_argument("output", metavar="OUT", help="folder or address of the dataset")
    parser.add_argument("run", metavar="RUN", nargs="?", help="id of a run; the newest that has ended unless named")
    parser.add_argument("--json", action="store_true", help="print the record as JSON")
    parser.add_argument("--html", metavar="FILE", nargs="?", const="", help=HTML)
    parser.set_defaults(command=report, knows_beam=True)


def report(arguments: argparse.Namespace) -> int:
    """Print the record of a run; returns the exit code that the run had, or LOCKED while it is under way."""
    files = files_of(arguments.output, arguments.beam)
    running = _running(files)
    known = [each for each in run_ids(files) if each != running]
    run_id = arguments.run or (known[-1] if known else running)
    if run_id == running and run_id:
        return refuse(f"run {run_id} is under way; it has no record yet", Exit.LOCKED, Code.LOCKED)
    if run_id not in known:
        raise UsageError(_nothing_to_tell(run_id, known, files.root), Code.NOT_IN_DATASET)
    record = read_record(run_id, files)
    if arguments.html is not None:
        return _make_page(record, files, arguments.html, newest=run_id == known[-1])
    print_report(record, as_json=arguments.json, newest=run_id == known[-1])
    if watched := read_watch(files):
        say(f"newsbeam: {watch_sentence(watched)}")
    if running and not arguments.run:
        say(f"newsbeam: run {running} is under way; this is the one before it")
    return BY_OUTCOME[record.outcome]


def _make_page(record: RunRecord, files: Files, target: str, *, newest: bool) -> int:
    """Write the page of a run: into the dataset that of the newest one, any other to a file that is named."""
    from transforms.write_report import report_page, write_report  # noqa: PLC0415  # only here is the page needed

    if not target and not newest:
        raise UsageError(
            f"report.html is of the newest run; write --html FILE for the page of {record.run_id}", Code.AT_ODDS
        )
    if not target:
        write_report(record, files)
        say(f"newsbeam: {files.root}/{layout.REPORT} is written")
        return Exit.DONE
    try:
        Path(target).write_text(report_page(record, files), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--html {target} cannot be written: {error.strerror or error}", Code.UNWRITABLE) from None
    say(f"newsbeam: {target} is written")
    return Exit.DONE


def _running(files: Files) -> str | None:
    """The run that holds the lock and shows life."""
    owner = read_owner(files)
    return owner.get("run_id") if owner and lives(owner, datetime.now(UTC)) else None


def watch_sentence(watch: Watch) -> str:
    """Who watches this dataset's sources, and when that was heard of last."""
    failed = f", {watch.failed_rounds} of them failed (the last: {watch.last_trouble})" if watch.failed_rounds else ""
    then = f"; the next round begins at {watch.next_round_at}" if watch.next_round_at else ""
    who = f"process {watch.pid} on {watch.host} watches since {watch.started_at}"
    return f"{who}: {watch.rounds} rounds{failed}; last sign of life {watch.beat_at}{then}"


def _nothing_to_tell(run_id: str | None, known: Sequence[str], root: str) -> str:
    if not known:
        return f"{root} holds no record of any run; name the folder that a run wrote to"
    newest = ", ".join(reversed(known[-RUNS_TOLD:]))
    return f"{root} holds no record of run {run_id}, which was killed or never was; the newest are {newest}"
