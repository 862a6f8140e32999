"""Where the time of a run goes: what each verb took, gave and cost. For display, as all counters of an engine are."""

from collections.abc import Iterable
from dataclasses import dataclass

EXTRACT, FURNITURE, SKETCHES, RECORD, REST = "extract", "furniture", "sketches", "record", "rest"
VERBS = (  # in the order of the flow
    "read", "canonicalize", "select", "look_up", "limit", "open", EXTRACT, "stage", FURNITURE, "finish",
    SKETCHES, "resolve", "commit", RECORD, REST,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a verb did in a run, on all workers together, so that its seconds may be more than the run lasted.

    `rest` is what the process of the run used beside its verbs: the engine, coders and shuffles, the start, the commit.
    It is told where all work is done in that process and its children. A child that is killed does not tell.
    """

    verb: str
    seconds: float  # on the clock, waiting for hosts and worker processes included
    cpu: float  # seconds, those of worker processes and of threads that fetch included
    taken: int = 0  # elements in; some are packs of many
    given: int = 0  # and out, fates included
    bytes_in: int = 0  # to worker processes
    bytes_out: int = 0  # bodies that were read, answers of worker processes, files that were written
    bytes_shuffled: int = 0  # what it packs for a grouping by key, as pickled


def cpu_of(work: Iterable[Work]) -> float:
    """Seconds of CPU of all verbs."""
    return sum(each.cpu for each in work)


def outside_extraction(work: Iterable[Work]) -> float | None:
    """The share of CPU that is not extraction's; None where nothing was extracted or the rest is not told."""
    by_verb = {each.verb: each.cpu for each in work}
    if not by_verb.get(EXTRACT) or REST not in by_verb:
        return None
    return 1 - by_verb[EXTRACT] / sum(by_verb.values())
