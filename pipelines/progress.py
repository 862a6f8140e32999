"""How far a run is, on stderr while it lasts: one line that changes on a terminal, a line now and then in a pipe."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

from schemas.failures import Stage
from transforms.progress import counted, forget

ON_TERMINAL, PIPED = 1.0, 30.0  # seconds between two lines
LEAST = 0.5  # seconds, before which a rate says little
DIM, PLAIN, CLEAR = "\x1b[2m", "\x1b[0m", "\r\x1b[K"

Counts = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many links were named, how many pages are to be read, and what has become of them so far."""

    links: int
    due: int
    pages: int  # read, or failed on the way
    articles: int  # cleaned and tagged; some may yet turn out to be copies
    failures: int

    def sentence(self, rate: float | None) -> str:
        """For people; `rate` is in pages a second, none where it is not known yet."""
        parts = [f"{self.links} links"]
        if self.due:
            parts.append(f"{self.pages} of {self.due} pages")
        if self.articles:
            parts.append(f"{self.articles} articles")
        parts += [f"{self.failures} failures"] if self.failures else []
        return ", ".join([*parts, *self._speed(rate)])

    def _speed(self, rate: float | None) -> Iterator[str]:
        if not rate or self.pages >= self.due:
            return
        yield f"{rate:.1f} pages/s"
        yield f"{_span((self.due - self.pages) / rate)} left for pages"


def progress_of(counts: Counts) -> Progress:
    """What the verbs counted, as far as people want to know it."""

    def of(stage: Stage, kind: str) -> int:
        return sum(count for (where, name), count in counts.items() if where == stage and name.startswith(kind))

    return Progress(
        links=of(Stage.SELECT, "in"),
        due=of(Stage.CANONICALIZE, "ok"),
        pages=of(Stage.OPEN, "ok") + of(Stage.OPEN, "failed/") + of(Stage.OPEN, "dropped/"),
        articles=of(Stage.TAG, "ok"),
        failures=sum(count for (_, name), count in counts.items() if name.startswith("failed/")),
    )


@contextmanager
def showing_progress(stream: TextIO, environment: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Tell of the run while the `with` block lasts; a run that is over sooner than the first line says nothing."""
    forget()
    live = stream.isatty() and environment.get("TERM") != "dumb"
    teller = Teller(stream=stream, live=live, colour=live and not environment.get("NO_COLOR"))
    ended = threading.Event()

    def tell() -> None:
        while not ended.wait(ON_TERMINAL if live else PIPED):
            teller.tell(counted())

    thread = threading.Thread(target=tell, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        teller.end()


@dataclass(slots=True, kw_only=True)
class Teller:
    """Writes lines of progress, none twice."""

    stream: TextIO
    live: bool
    colour: bool
    clock: Callable[[], float] = time.monotonic
    last: str = ""
    began: tuple[float, int] | None = None  # when the first pages were seen, and how many

    def tell(self, counts: Counts) -> None:
        """Write how far it is, if that is news."""
        progress = progress_of(counts)
        said = progress.sentence(self._rate(progress.pages))
        if not progress.links or said == self.last:
            return
        self.last = said
        start, end = (DIM, PLAIN) if self.colour else ("", "")
        self.stream.write(f"{CLEAR}{start}{said}{end}" if self.live else f"newsbeam: {said}\n")
        self.stream.flush()

    def _rate(self, pages: int) -> float | None:
        """Pages a second since the first were seen; none at once, and while no more have come."""
        if self.began is None and pages:
            self.began = self.clock(), pages
        if self.began is None:
            return None
        seconds, more = self.clock() - self.began[0], pages - self.began[1]
        return more / seconds if more and seconds >= LEAST else None

    def end(self) -> None:
        """Leave the line empty for what comes next."""
        if self.live and self.last:
            self.stream.write(CLEAR)
            self.stream.flush()


def _span(seconds: float) -> str:
    whole = round(seconds)
    return (
        f"{whole} s"
        if whole < 60
        else f"{whole // 60} min"
        if whole < 3600
        else f"{whole // 3600} h {whole % 3600 // 60} min"
    )
