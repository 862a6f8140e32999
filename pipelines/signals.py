"""SIGTERM and Ctrl-C: begin nothing new, commit what was read if that is quick, and be gone in ten seconds."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from pipelines.exits import Exit
from pipelines.terminal import say
from transforms.interruption import ask_to_stop, asked_to_stop, forget_stop

PATIENCE = 8.0  # seconds until the process ends where it stands; ten are promised

STOPPING = "newsbeam: stopping; requests under way are finished, and what was read is committed"
LEFT = "newsbeam: stopped; what was read is staged, and the next run commits it without asking for it again"


@contextmanager
def stopping_in_peace() -> Iterator[None]:
    """Turn the first signal into a request to stop; a second one, or too long a wait, ends the process at once."""
    forget_stop()
    timer = threading.Timer(PATIENCE, _end)
    timer.daemon = True

    def stop(_number: int, _frame: FrameType | None) -> None:
        if asked_to_stop():
            _end()
        say(STOPPING)
        timer.start()
        threading.Thread(target=ask_to_stop, name="stop", daemon=True).start()

    before = {each: signal.signal(each, stop) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        timer.cancel()
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def interrupted_at_once() -> Iterator[None]:
    """Turn SIGTERM into what Ctrl-C is: upkeep ends where it stands, and the next command carries on from there."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end() -> None:
    """End without ceremony: nothing is committed by halves, and the worker processes end with this one."""
    say(LEFT)
    os._exit(Exit.INTERRUPTED)
