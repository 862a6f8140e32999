"""One writer at a time: a lock that names its owner and shows that it lives."""

import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from transforms.storage import layout
from transforms.storage.files import Files, StorageError

HEARTBEAT = 10.0  # seconds between two signs of life
DEAD_AFTER = timedelta(seconds=90)  # without one; nine were missed, so it is no hiccup
QUEUE = timedelta(minutes=30)  # in which a runner finds workers for a run that was left to it
WATCH = 25.0  # seconds in which a living owner shows itself twice, however wrong its clock or ours
ENDED = ("Z", "X")  # processes that nobody has buried yet

NO_PROCESS = {"pid": "", "started": "", "host": "its runner", "machine": ""}  # any of a runner's workers, anywhere

Owner = dict[str, str]


class Locked(RuntimeError):
    """Another run writes this output; the message says which."""


class Lock:
    """Held from `with` to its end; a thread renews its time meanwhile.

    An owner on this machine lives as long as its process. One elsewhere lives when its heartbeat is fresh; where it
    looks stale the lock is watched for a while, since clocks differ and jump, and taken over when it stays the same.
    """

    def __init__(
        self,
        files: Files,
        run_id: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._files, self._now, self._sleep = files, now, sleep
        self._owner = {"run_id": run_id, "token": secrets.token_hex(8), **this_process()}
        self._ended, self._left = threading.Event(), False
        self._heart = threading.Thread(target=self._beat, name="lock-heartbeat", daemon=True)

    def __enter__(self) -> Self:
        if not self._files.create(layout.LOCK, self._content()):
            self._take_over()
        self._heart.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._heart.join()
        if self._is_ours() and not (self._left and error is None):
            self._files.delete(layout.LOCK)

    def hand_over(self) -> None:
        """Leave the lock to the workers of the run, who renew it; whoever ends the run gives it back.

        Until the first of them shows life, the run has the time of a queue. An error in the `with` block takes it back.
        """
        self._ended.set()
        self._heart.join()
        if not self._is_ours():
            raise Locked(_rivals(self._files.root))
        self._owner |= NO_PROCESS | {"patience": str(QUEUE.total_seconds())}
        self._files.write(layout.LOCK, self._content())
        self._left = True

    def _take_over(self) -> None:
        """Follow a dead owner. Who wins the claim on it, of several who try, may write over its lock."""
        owner = read_owner(self._files)
        if owner is None and not self._files.exists(layout.LOCK):
            if not self._files.create(layout.LOCK, self._content()):  # its owner ended just now
                raise Locked(_rivals(self._files.root))
            return
        if not self._is_dead(owner, layout.LOCK):
            raise Locked(_sentence(owner, self._files.root))
        claims = self._claim(owner)
        try:
            if read_owner(self._files) != owner:
                raise Locked(_rivals(self._files.root))
            self._files.write(layout.LOCK, self._content())
        finally:
            for claim in claims:
                self._files.delete(claim)

    def _claim(self, owner: Owner | None) -> list[str]:
        """Files that say who follows `owner`; one whose claimant died too is claimed in its turn."""
        claim = f"{layout.LOCK}.{(owner or {}).get('token', 'torn')}"
        if self._files.create(claim, self._content()):
            return [claim]
        rival = read_owner(self._files, claim)
        if not self._is_dead(rival, claim):
            raise Locked(_rivals(self._files.root))
        return [claim, *self._claim(rival)]

    def _is_dead(self, owner: Owner | None, path: str) -> bool:
        """Whether nobody who could still write holds this file. A torn one is watched too: it may be being written."""
        if owner is not None:
            alive = lives(owner, self._now())
            if alive is not None:
                return not alive
        self._sleep(WATCH)
        return read_owner(self._files, path) == owner

    def _beat(self) -> None:
        while not self._ended.wait(HEARTBEAT):
            with suppress(StorageError):  # a full disk: the commit will tell, and a free one is tried again
                if self._is_ours():
                    self._files.write(layout.LOCK, self._content())

    def _content(self) -> bytes:
        return json.dumps({**self._owner, "heartbeat": self._now().isoformat()}).encode()

    def _is_ours(self) -> bool:
        owner = read_owner(self._files)
        return owner is not None and owner.get("token") == self._owner["token"]


def read_owner(files: Files, path: str = layout.LOCK) -> Owner | None:
    """Who holds the lock; None where nobody does, or where a crash tore it."""
    try:
        with files.open(path) as file:
            return {name: str(value) for name, value in json.load(file).items()}
    except (FileNotFoundError, ValueError, AttributeError):
        return None


def renew(run_id: str, files: Files, now: datetime) -> bool:
    """Show for a run that nobody waits for that it lives; False when it has ended or another run took over."""
    owner = read_owner(files)
    if owner is None or owner.get("run_id") != run_id:
        return False
    owner.pop("patience", None)
    files.write(layout.LOCK, json.dumps({**owner, "heartbeat": now.isoformat()}).encode())
    if files.exists(layout.run_record(run_id)):  # it ended between the look and the write
        give_back(run_id, files)
        return False
    return True


def give_back(run_id: str, files: Files) -> None:
    """Delete the lock of a run, if that run still holds it."""
    if (read_owner(files) or {}).get("run_id") == run_id:
        files.delete(layout.LOCK)


def lives(owner: Owner, now: datetime) -> bool | None:
    """Whether an owner may still be writing; None where nobody can tell from the lock alone."""
    if owner.get("machine") == this_process()["machine"]:
        return _started(owner.get("pid", "")) == owner.get("started")
    try:
        patience = timedelta(seconds=float(owner.get("patience", DEAD_AFTER.total_seconds())))
        fresh = abs(now - datetime.fromisoformat(owner["heartbeat"])) < patience
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
    return True if fresh else None


def this_process() -> Owner:
    """What tells this process from all others, before and after a reboot, inside a container and beside it."""
    pid = str(os.getpid())
    return {"pid": pid, "started": _started(pid) or "", "host": socket.gethostname(), "machine": _machine()}


def _machine() -> str:
    """The boot of this machine and the space of its process numbers: containers may share a host's name."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return f"{socket.gethostname()} {os.name}"


def _started(pid: str) -> str | None:
    """When a process started, in the kernel's ticks; None where there is none. Numbers of processes come again."""
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return None
    except PermissionError:
        pass
    try:
        status = Path(f"/proc/{int(pid)}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""  # a system without /proc
    state, *rest = status.rpartition(")")[2].split()
    return None if state in ENDED else rest[18]


def _sentence(owner: Owner | None, root: str) -> str:
    owner = owner or {}
    process = f"process {owner['pid']} " if owner.get("pid") else ""
    return f"run {owner.get('run_id')} ({process}on {owner.get('host')}) is writing {root}"


def _rivals(root: str) -> str:
    return f"another run took {root} at the same moment"
