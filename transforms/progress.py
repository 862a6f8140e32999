"""What the verbs of this process have counted so far, for whoever watches it run.

For display, and only where the work is done in this process: a runner with workers elsewhere counts there.
"""

import threading
from collections import Counter
from collections.abc import Mapping

_lock = threading.Lock()
_counts: Counter[tuple[str, str]] = Counter()


def note(stage: str, name: str) -> None:
    """One more of it."""
    with _lock:
        _counts[stage, name] += 1


def counted() -> Mapping[tuple[str, str], int]:
    """All counts by stage and name, as they are now."""
    with _lock:
        return dict(_counts)


def forget() -> None:
    """Begin again: another run starts."""
    with _lock:
        _counts.clear()
