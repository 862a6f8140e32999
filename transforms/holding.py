"""Holding the lock of a run that nobody waits for: each process that works for it shows that it lives."""

import threading
from datetime import UTC, datetime

from schemas.runs import Run
from transforms.filesystems import dataset_files
from transforms.storage.files import StorageError
from transforms.storage.lock import HEARTBEAT, renew

_held: set[str] = set()
_lock = threading.Lock()


def hold(run: Run) -> None:
    """Show from now on, until the run has ended or this process has, that the run lives. Can be called again."""
    with _lock:
        if not run.unattended or run.run_id in _held:
            return
        _held.add(run.run_id)
    threading.Thread(target=_beat, args=(run, threading.Event()), name="lock-heartbeat", daemon=True).start()


def _beat(run: Run, never: threading.Event) -> None:
    while _renewed(run):
        never.wait(HEARTBEAT)


def _renewed(run: Run) -> bool:
    try:
        return renew(run.run_id, dataset_files(run.output), datetime.now(UTC))
    except StorageError:
        return True  # the store is away: the commit will tell, and one that is back is tried again
