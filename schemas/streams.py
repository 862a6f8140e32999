"""A stream: its clock and windows, and what its owners of hosts tell each other."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from schemas.links import LinkChunk
from schemas.pages import StagedFile
from schemas.runs import Run, WrittenFile
from schemas.sources import FeedSource

RUN_TIME = "%Y%m%dT%H%M%SZ"
TICKS = 10  # looks at each feed within its interval, so that one that is due waits no longer than a tenth of it
SHORTEST_TICK = timedelta(seconds=1)
LONGEST_TICK = timedelta(seconds=30)  # so that a stop mark is seen soon
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One stream from its start to its end. Its run is a name and a lock; each window is a run that commits."""

    run: Run
    every: timedelta  # no feed is asked more often
    window: timedelta

    def __post_init__(self) -> None:
        if self.every <= timedelta():
            raise ValueError(f"every must be more than nothing, got {self.every}")
        if self.window < self.every:
            raise ValueError(f"window must not be shorter than every, which is {self.every}, got {self.window}")

    @property
    def tick(self) -> timedelta:
        """From look to look at which feeds are due."""
        return min(max(self.every / TICKS, SHORTEST_TICK), LONGEST_TICK)

    def number_at(self, now: datetime) -> int:
        """How many ticks the stream has lived."""
        return max(0, (now - self.run.started_at) // self.tick)

    def due(self, number: int) -> datetime:
        """When a tick comes."""
        return self.run.started_at + number * self.tick

    def window_of(self, at: datetime) -> datetime:
        """The end of the window in which a moment lies."""
        return EPOCH + ((at - EPOCH) // self.window + 1) * self.window

    def run_of(self, window: datetime, started_at: datetime | None = None) -> Run:
        """The run that commits a window: the same whoever asks, so that one which is tried again finds its commit."""
        name = f"{window:{RUN_TIME}}-{self.run.run_id.rpartition('-')[2]}"
        return replace(self.run, run_id=name, started_at=started_at or window, stream=self.run.run_id)

    def reading_of(self, window: datetime, name: str, started_at: datetime) -> Run:
        """A part of a window that stages pages and never commits them itself; the window's run takes them up."""
        whole = self.run_of(window, started_at)
        return replace(whole, run_id=f"{whole.run_id}-{name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """To the owner of some hosts: see which of these feeds are due. It covers the ticks from `first` to `number`."""

    first: int
    number: int
    at: datetime
    feeds: tuple[FeedSource, ...] = ()
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """To the owner of some hosts: read these links, which were found in a window."""

    window: datetime
    links: LinkChunk


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """From an owner: an order is carried out, and so many errands follow from it."""

    owner: str
    first: int
    number: int
    window: datetime
    errands: int = 0
    files: tuple[WrittenFile, ...] = ()
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """From an owner: an errand is carried out; its pages are staged, and all else lies in finished files."""

    window: datetime
    links: int
    files: tuple[WrittenFile, ...] = ()
    staged: tuple[StagedFile, ...] = ()


@dataclass(slots=True, kw_only=True)
class Gathered:
    """What is known of a window that is still open."""

    errands: int = 0  # that were sent and not carried out yet
    links: int = 0
    files: list[WrittenFile] = field(default_factory=list)
    staged: list[StagedFile] = field(default_factory=list)
