"""Whether this process was asked to stop: verbs that read then begin nothing new, and the rest of the run goes on."""

import contextlib
import threading
from collections.abc import Callable, Iterator

_asked = threading.Event()
_listeners: list[Callable[[], None]] = []
_lock = threading.Lock()


def ask_to_stop() -> None:
    """Tell all who listen that nothing new is to begin."""
    with _lock:
        _asked.set()
        listeners = list(_listeners)
    for listener in listeners:
        listener()


def asked_to_stop() -> bool:
    """Whether nothing new is to begin."""
    return _asked.is_set()


def wait_for_stop(seconds: float) -> bool:
    """Wait until somebody asks to stop, or the time is over; whether somebody asked."""
    return _asked.wait(seconds)


def forget_stop() -> None:
    """Let the next run of this process begin."""
    _asked.clear()


@contextlib.contextmanager
def listening(listener: Callable[[], None]) -> Iterator[None]:
    """Call `listener` once, from whatever thread, when somebody asks to stop; at once if that was before."""
    with _lock:
        _listeners.append(listener)
        late = _asked.is_set()
    try:
        if late:
            listener()
        yield
    finally:
        with _lock:
            _listeners.remove(listener)
