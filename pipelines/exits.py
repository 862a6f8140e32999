"""How a command ends: what its exit code says."""

from enum import IntEnum

from schemas.runs import Outcome


class EngineError(RuntimeError):
    """The runner gave a run up, and no verb had raised: a worker died, or the engine did."""


class Exit(IntEnum):
    DONE = 0  # also when some links failed (failures are data), or nothing was new
    BUG = 1
    USAGE = 2
    ALL_FAILED = 3
    LOCKED = 4
    STORAGE = 5
    UNBALANCED = 6
    ENGINE = 7
    INTERRUPTED = 130


BY_OUTCOME = {
    Outcome.COMMITTED: Exit.DONE,
    Outcome.NOTHING_NEW: Exit.DONE,
    Outcome.ALL_FAILED: Exit.ALL_FAILED,
    Outcome.UNBALANCED: Exit.UNBALANCED,
    Outcome.INTERRUPTED: Exit.INTERRUPTED,
}
