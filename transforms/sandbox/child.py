"""The worker process: `python -m transforms.sandbox.child TARGET MEMORY SECONDS` serves calls until its stdin ends."""

import contextlib
import ctypes
import logging
import math
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from transforms.sandbox.frames import CPU, pack, read_frame

PR_SET_PDEATHSIG = 1  # linux/prctl.h
READY, BROKEN, VALUE, ERROR, MEMORY = "ready", "broken", "value", "error", "memory"


def main(target: str, memory: int, seconds: float) -> None:
    calls, answers = _take_over_streams()
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes stdin
    logging.disable(logging.CRITICAL)  # libraries comment on every bad page; the answer says what matters
    function = _load(target, answers)
    if function is None:
        return
    _limit_memory(memory)
    _answer(answers, pack((READY, None)), time.process_time())
    with contextlib.suppress(EOFError, BrokenPipeError):  # the parent has gone
        serve(function, calls, answers, seconds)


def serve(function: Callable[..., Any], calls: BinaryIO, answers: BinaryIO, seconds: float) -> None:
    """Answer call after call; ends after a MemoryError, since nobody knows what it left behind."""
    told = time.process_time()  # what it took to get here is told with READY
    while True:
        args = read_frame(calls)
        signal.alarm(math.ceil(seconds) + 1)  # ends this process even in C code, should the parent be unable to
        kind, frame = _call(function, args)
        signal.alarm(0)
        used = time.process_time()
        _answer(answers, frame, used - told)
        told = used
        if kind == MEMORY:
            return


def _call(function: Callable[..., Any], args: tuple[Any, ...]) -> tuple[str, bytes]:
    try:
        return VALUE, pack((VALUE, function(*args)))
    except MemoryError as error:
        return MEMORY, pack((MEMORY, str(error)))
    except Exception as error:  # noqa: BLE001  # carried to the caller's future, where it is raised again
        return ERROR, _pack_error(error)


def _pack_error(error: Exception) -> bytes:
    error.add_note("".join(traceback.format_exception(error)))
    try:
        return pack((ERROR, error))
    except Exception:  # noqa: BLE001  # an exception may hold anything, and refuse to be pickled in any way
        return pack((ERROR, RuntimeError(f"{type(error).__name__}: {error}")))


def _load(target: str, answers: BinaryIO) -> Callable[..., Any] | None:
    module, _, name = target.partition(":")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        _answer(answers, pack((BROKEN, str(error))), time.process_time())
        return None


def _answer(answers: BinaryIO, frame: bytes, cpu: float) -> None:
    answers.write(CPU.pack(cpu))
    answers.write(frame)
    answers.flush()


def _take_over_streams() -> tuple[BinaryIO, BinaryIO]:
    """The pipes of the protocol; what the function prints goes to stderr, and it reads nothing."""
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return calls, answers


def _die_with_parent() -> None:
    """Linux ends this process with its parent; elsewhere the end of stdin and the alarm must do."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _limit_memory(memory: int) -> None:
    """Allow `memory` bytes of address space beyond what the loaded libraries take."""
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
