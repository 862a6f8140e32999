"""Wall time, CPU time and peak memory of a command with all processes that it starts. Linux only: reads /proc."""

import os
import resource
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SAMPLE_EVERY = 0.1  # seconds
PROC = Path("/proc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run of a command. Peak memory is the largest sum of resident sets seen in the whole tree."""

    wall: float
    cpu: float
    peak_bytes: int
    exit_code: int


def measure(command: Sequence[str], **environment: str) -> Measured:
    """Run a command to its end; its output is thrown away."""
    before, start, peak = _children_cpu(), time.monotonic(), 0
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | environment
    )
    while process.poll() is None:
        peak = max(peak, tree_bytes(process.pid))
        with suppress(subprocess.TimeoutExpired):
            process.wait(SAMPLE_EVERY)
    wall = time.monotonic() - start
    return Measured(wall=wall, cpu=_children_cpu() - before, peak_bytes=peak, exit_code=process.returncode)


def tree_bytes(root: int) -> int:
    """Resident bytes of a process and all its descendants; pages that they share count once for each."""
    parents = {pid: parent for pid in _pids() if (parent := _parent(pid)) is not None}
    tree, size = {root}, 0
    while size != len(tree):
        size = len(tree)
        tree |= {pid for pid, parent in parents.items() if parent in tree}
    return sum(map(_resident, tree))


def _pids() -> list[int]:
    return [int(each.name) for each in PROC.iterdir() if each.name.isdigit()]


def _parent(pid: int) -> int | None:
    try:
        return int((PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return None  # it has ended meanwhile


def _resident(pid: int) -> int:
    try:
        return int((PROC / str(pid) / "statm").read_text().split()[1]) * resource.getpagesize()
    except (OSError, IndexError):
        return 0


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
