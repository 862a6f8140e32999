"""A run: the files it wrote, the equation it must satisfy, and the record it leaves."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from schemas.partitions import DEFAULT
from schemas.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """A finished file that waits for the commit. `fates` of its rows are fates of links."""

    table: str  # articles, duplicates, failures, drops, feeds, links, fingerprints
    path: str  # below the dataset's root, once committed
    rows: int
    fates: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Which run this is, where it writes, and the one clock that all its verbs share."""

    run_id: str
    output: str
    started_at: datetime
    partition_by: tuple[str, ...] = DEFAULT  # names of schemas.partitions
    unattended: bool = False  # nobody waits for it: its workers hold its lock, and the commit gives it back
    stream: str | None = None  # the stream that it is a part of, which holds the lock and remembers hosts
    home: str | None = None  # the process that set it up, where another one may build a part of its graph

    @property
    def day(self) -> str:
        """Folder of the tables that are kept by the day of the run."""
        return f"run_date={self.started_at:%Y-%m-%d}"


class Outcome(StrEnum):
    """How a run ended."""

    COMMITTED = "committed"
    NOTHING_NEW = "nothing_new"
    ALL_FAILED = "all_failed"
    UNBALANCED = "unbalanced"
    INTERRUPTED = "interrupted"  # asked to stop; what was read before is committed


HEADLINES = {
    Outcome.COMMITTED: "committed",
    Outcome.NOTHING_NEW: "done, and nothing was new",
    Outcome.ALL_FAILED: "every input failed; nothing but the failures was written",
    Outcome.INTERRUPTED: "stopped; what had been read is committed, and the next run reads the rest",
    Outcome.UNBALANCED: "the counts do not add up, so nothing was committed; please report this",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounting:
    """Links in, and what became of each. Sources of links are counted apart."""

    links: int
    articles: int
    duplicates: int
    failures: dict[str, int] = field(default_factory=dict)
    drops: dict[str, int] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)

    @property
    def fates(self) -> int:
        return self.articles + self.duplicates + sum(self.failures.values()) + sum(self.drops.values())

    @property
    def balanced(self) -> bool:
        return self.links == self.fates

    def sentence(self) -> str:
        sign = "=" if self.balanced else "≠"
        return (
            f"{self.links} links {sign} {self.articles} articles + {self.duplicates} duplicates"
            f" + {sum(self.failures.values())} failures + {sum(self.drops.values())} drops"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """What a run says of itself; `OUT/_meta/runs/RUN.json` and the output of `--json`."""

    run_id: str
    outcome: Outcome
    started_at: str
    ended_at: str
    accounting: Accounting
    files: int
    output: str
    stages: dict[str, dict[str, int]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()  # what stands, but somebody should look at
    newest_published_at: str | None = None  # of the articles that it added
    work: tuple[Work, ...] = ()  # of each verb
