"""When a window is closed: not when a clock says so, but when every owner of feeds is past it and nothing is open.

Beam's watermark says the same where a runner moves it. Flink's portable runner does not, for a source in Python
(apache/beam#19637), and so the reports of a stream carry what it takes to know.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from schemas.streams import Gathered, Polled, Reading

END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Progress:
    """How far each owner is, and what is gathered of windows that are open. Reports come in any order, each once."""

    owners: int  # of feeds
    waiting: dict[str, dict[int, Polled]] = field(default_factory=dict)  # for the ticks before them
    ticks: dict[str, int] = field(default_factory=dict)  # of each owner, the first that it has not reported
    reached: dict[str, datetime] = field(default_factory=dict)  # the window in which each owner is
    windows: dict[datetime, Gathered] = field(default_factory=dict)

    def add(self, report: Polled | Reading) -> None:
        """Take a report into account."""
        window = self.windows.setdefault(report.window, Gathered())
        window.files.extend(report.files)
        if isinstance(report, Reading):
            window.errands -= 1
            window.links += report.links
            window.staged.extend(report.staged)
            return
        window.errands += report.errands
        self.waiting.setdefault(report.owner, {})[report.first] = report
        self._advance(report.owner)

    def take_closed(self) -> Iterator[tuple[datetime, Gathered]]:
        """Windows that are complete, the oldest first; one that is not holds back all that follow."""
        for end in sorted(self.windows):
            if len(self.reached) < self.owners or min(self.reached.values()) <= end or self.windows[end].errands:
                return
            yield end, self.windows.pop(end)

    @property
    def ended(self) -> bool:
        """Whether every owner has had its last order, and all windows were taken."""
        everybody = len(self.reached) == self.owners
        return everybody and not self.windows and set(self.reached.values()) == {END_OF_TIME}

    def _advance(self, owner: str) -> None:
        waiting = self.waiting[owner]
        while report := waiting.pop(self.ticks.get(owner, 0), None):
            self.ticks[owner] = report.number + 1
            self.reached[owner] = END_OF_TIME if report.last else report.window
