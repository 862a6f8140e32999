"""A watch: what the process says of itself that runs again and again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """`OUT/_meta/watch.json`. Times are ISO 8601 in UTC."""

    host: str
    pid: int
    every_seconds: float
    started_at: str
    beat_at: str = ""  # written every half minute, whatever else happens
    rounds: int = 0
    failed_rounds: int = 0  # ended by trouble that is not data: a locked or lost output, a bug
    last_trouble: str | None = None  # of the newest round that failed
    last_run: str | None = None
    last_outcome: str | None = None
    last_ended_at: str | None = None
    newest_published_at: str | None = None  # of all articles that this watch committed
    next_round_at: str | None = None  # none while a round is under way
