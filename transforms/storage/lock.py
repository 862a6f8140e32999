"""One writer at a time: a lock that names its owner and shows that it lives."""

import json
import os
import secrets
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from transforms.storage import layout
from transforms.storage.files import Files, StorageError

HEARTBEAT = 10.0  # seconds between two signs of life
DEAD_AFTER = timedelta(seconds=90)  # without one; nine were missed, so it is no hiccup


class Locked(RuntimeError):
    """Another run writes this output; the message says which."""


class Lock:
    """Held from `with` to its end; a thread renews its time meanwhile.

    A lock is taken over when its process is gone from this machine, or when it has not shown life for DEAD_AFTER.
    """

    def __init__(self, files: Files, run_id: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._files, self._now = files, now
        self._owner = {
            "run_id": run_id,
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "token": secrets.token_hex(8),
        }
        self._ended = threading.Event()
        self._heart = threading.Thread(target=self._beat, name="lock-heartbeat", daemon=True)

    def __enter__(self) -> Self:
        if not self._files.create(layout.LOCK, self._content()):
            self._take_over()
        self._heart.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._heart.join()
        if self._is_ours():
            self._files.delete(layout.LOCK)

    def _take_over(self) -> None:
        """Move a dead owner's lock out of the way: of several who try, one finds it where it was."""
        owner = read_owner(self._files)
        if owner is not None and lives(owner, self._now()):
            raise Locked(_sentence(owner, self._files.root))
        moved = f"{layout.LOCK}.{self._owner['token']}"
        try:
            self._files.rename(layout.LOCK, moved)
        except StorageError:
            raise Locked(f"another run took {self._files.root} at the same moment") from None
        found = read_owner(self._files, moved)
        self._files.delete(moved)
        stolen = found is not None and found != owner
        content = json.dumps(found).encode() if stolen else self._content()
        if not self._files.create(layout.LOCK, content) or stolen:
            raise Locked(f"another run took {self._files.root} at the same moment")

    def _beat(self) -> None:
        while not self._ended.wait(HEARTBEAT):
            if self._is_ours():
                self._files.write(layout.LOCK, self._content())

    def _content(self) -> bytes:
        return json.dumps({**self._owner, "heartbeat": self._now().isoformat()}).encode()

    def _is_ours(self) -> bool:
        owner = read_owner(self._files)
        return owner is not None and owner.get("token") == self._owner["token"]


def read_owner(files: Files, path: str = layout.LOCK) -> dict[str, str] | None:
    """Who holds the lock; None where nobody does, or where a crash tore it."""
    try:
        with files.open(path) as file:
            return {name: str(value) for name, value in json.load(file).items()}
    except (OSError, ValueError, AttributeError):
        return None


def lives(owner: dict[str, str], now: datetime) -> bool:
    """Whether an owner may still be writing."""
    if owner.get("host") == socket.gethostname() and not _runs(owner.get("pid", "")):
        return False
    try:
        return now - datetime.fromisoformat(owner["heartbeat"]) < DEAD_AFTER
    except (KeyError, ValueError, TypeError):
        return False


def _runs(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _sentence(owner: dict[str, str], root: str) -> str:
    return f"run {owner.get('run_id')} (process {owner.get('pid')} on {owner.get('host')}) is writing {root}"
