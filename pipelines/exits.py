"""What the exit code of a command says."""

from enum import IntEnum

from schemas.runs import Outcome


class Exit(IntEnum):
    DONE = 0  # also when some links failed (failures are data), or nothing was new
    BUG = 1
    USAGE = 2
    ALL_FAILED = 3
    LOCKED = 4
    STORAGE = 5
    UNBALANCED = 6
    INTERRUPTED = 130


BY_OUTCOME = {
    Outcome.COMMITTED: Exit.DONE,
    Outcome.NOTHING_NEW: Exit.DONE,
    Outcome.ALL_FAILED: Exit.ALL_FAILED,
    Outcome.UNBALANCED: Exit.UNBALANCED,
    Outcome.INTERRUPTED: Exit.INTERRUPTED,
}
