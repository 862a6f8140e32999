"""One writer at a time: a lock file that names its owner."""

import json
import os
import socket
from pathlib import Path
from types import TracebackType
from typing import Self


class Locked(RuntimeError):
    """Another run writes this output; the message says which."""


class Lock:
    """Held from `with` to its end. A lock whose process is gone from this machine is taken over."""

    def __init__(self, path: Path, run_id: str) -> None:
        self._path = path
        self._owner = {"run_id": run_id, "pid": os.getpid(), "host": socket.gethostname()}

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._create()
        except FileExistsError:
            self._take_over()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._path.unlink(missing_ok=True)

    def _create(self) -> None:
        with self._path.open("x", encoding="utf-8") as file:
            json.dump(self._owner, file)

    def _take_over(self) -> None:
        owner = _read_owner(self._path)
        if owner and _lives(owner):
            raise Locked(f"run {owner['run_id']} (process {owner['pid']} on {owner['host']}) is writing {self._path}")
        self._path.unlink(missing_ok=True)
        try:
            self._create()
        except FileExistsError:
            raise Locked(f"another run took {self._path} at the same moment; try again when it has ended") from None


def _read_owner(path: Path) -> dict[str, object] | None:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None  # gone meanwhile, or torn by a crash: nobody's


def _lives(owner: dict[str, object]) -> bool:
    """Whether the owner may still run; on another machine nobody can tell from here, so yes."""
    if owner.get("host") != socket.gethostname():
        return True
    try:
        os.kill(int(str(owner.get("pid"))), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
