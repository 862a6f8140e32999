"""Watching: the batch again and again, in one process that may run for weeks.

Each round is a whole run: it takes the lock, resumes what a killed one left, honours the delays of hosts and the next
poll of each feed, commits, and lets go. Nothing is kept from round to round but the hosts' manners and the workers.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from pipelines.datasets import files_of
from pipelines.exits import Exit
from pipelines.ingest import ingest
from pipelines.metrics import write_metrics
from pipelines.options import IngestOptions, UsageError
from pipelines.report import report_lines
from pipelines.signals import stopping_in_peace
from pipelines.terminal import say
from schemas.runs import RunRecord
from schemas.watches import Watch
from transforms.interruption import asked_to_stop, wait_for_stop
from transforms.storage import layout
from transforms.storage.files import Files, StorageError
from transforms.storage.lock import Locked
from transforms.storage.watches import write_watch

BEAT = 30.0  # seconds between two signs of life
TROUBLES = (UsageError, Locked, StorageError, RuntimeError, OSError)  # a round fails, the next one is tried

Options = Callable[[], IngestOptions]


def watch(options: Options, every: timedelta, *, metrics: str | None = None, rounds: int | None = None) -> Exit:
    """Run, wait, run again, until a signal asks to stop or the rounds are done.

    `options` are asked for each round, so that a changed newsbeam.yaml counts, and "7d" is seven days before now.
    Raises UsageError for options that cannot be carried out at the start; later it is a failed round.
    """
    first = options()
    files = files_of(first.output, first.beam)
    with stopping_in_peace(), _beating(files, every) as status:
        while not asked_to_stop():
            due = datetime.now(UTC) + every
            _round(options, status, metrics)
            if status.watch.rounds == rounds:
                break
            _wait(status, due)
    return Exit.DONE


@dataclass(slots=True)
class _Status:
    """What the watch says of itself; the beating thread and the rounds both write it."""

    watch: Watch
    files: Files
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, **changes: object) -> None:
        """Change some of it and write it; a disk that fails now is met by the round itself."""
        with self.lock, suppress(StorageError):
            self.watch = replace(self.watch, **changes, beat_at=_now())  # type: ignore[arg-type]  # names of its fields
            if self.files.exists(layout.DATASET):  # a folder that holds none yet is not written to
                write_watch(self.watch, self.files)


@contextmanager
def _beating(files: Files, every: timedelta) -> Iterator[_Status]:
    """A status that shows every half minute that this process lives."""
    first = Watch(host=os.uname().nodename, pid=os.getpid(), every_seconds=every.total_seconds(), started_at=_now())
    status, ended = _Status(first, files), threading.Event()

    def beat() -> None:
        while not ended.wait(BEAT):
            status.note()

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield status
    finally:
        ended.set()
        thread.join()
        status.note(next_round_at=None)


def _round(options: Options, status: _Status, metrics: str | None) -> None:
    status.note(next_round_at=None)
    first = status.watch.rounds == 0
    try:
        record = ingest(options())
    except TROUBLES as error:
        if first and isinstance(error, UsageError):
            raise
        _failed(str(error), status, metrics)
    else:
        _ended(record, status, metrics)


def _ended(record: RunRecord, status: _Status, metrics: str | None) -> None:
    newest = max(filter(None, (status.watch.newest_published_at, record.newest_published_at)), default=None)
    told = {"last_run": record.run_id, "last_outcome": record.outcome, "last_ended_at": record.ended_at}
    status.note(rounds=status.watch.rounds + 1, newest_published_at=newest, **told)
    say("\n".join(report_lines(record)))
    write_metrics(metrics, status.watch, record)


def _failed(trouble: str, status: _Status, metrics: str | None) -> None:
    counts = {"rounds": status.watch.rounds + 1, "failed_rounds": status.watch.failed_rounds + 1}
    status.note(**counts, last_trouble=trouble)
    say(f"newsbeam: this round failed, the next one tries again: {trouble}")
    write_metrics(metrics, status.watch, None)


def _wait(status: _Status, due: datetime) -> None:
    left = (due - datetime.now(UTC)).total_seconds()
    if left > 0 and not asked_to_stop():
        status.note(next_round_at=due.isoformat(timespec="seconds"))
        wait_for_stop(left)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
