"""What a dataset remembers of links, so that the next run reads only what is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.failures import Reason
from schemas.links import Link

FIRST_BACKOFF = timedelta(minutes=15)
LONGEST_BACKOFF = timedelta(days=1)
MOST_DOUBLINGS = 10  # far beyond the longest pause; keeps the power small

# Somebody else's passing trouble: the next run asks again at once, later ones wait ever longer.
NEXT_RUN = frozenset(
    {
        Reason.DNS_ERROR, Reason.CONNECT_REFUSED, Reason.CONNECT_TIMEOUT, Reason.CONNECTION_RESET,
        Reason.INCOMPLETE_BODY, Reason.HTTP_SERVER_ERROR, Reason.RATE_LIMITED, Reason.HOST_PAUSED,
        Reason.ROBOTS_UNREACHABLE, Reason.INTERNAL_ERROR, Reason.EXTRACTOR_CRASHED,
        Reason.EXTRACTOR_OOM,
    }
)  # fmt: skip
# Passing perhaps, but dear to try.
SLOW = frozenset({Reason.TIMEOUT_FIRST_BYTE, Reason.DEADLINE_EXCEEDED, Reason.EXTRACT_TIMEOUT})


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkState:
    """One URL key as of one run; the newest row of a key counts.

    A link that was read has a `content_hash`; one that failed has a `reason`, and keeps itself as `link`
    so that a later run can take it up although its feed no longer names it.
    """

    url_key: str
    at: datetime
    version: str | None = None
    content_hash: str | None = None
    revision: int = 0
    first_seen_at: datetime | None = None
    reason: Reason | None = None
    failures: int = 0
    retry_at: datetime | None = None
    link: Link | None = None


def retry_time(reason: Reason, failures: int, at: datetime, asked_for: datetime | None = None) -> datetime:
    """When a link that failed `failures` runs in a row may be tried again; never before the host asked for."""
    due = at + _pause(reason, min(failures, MOST_DOUBLINGS))
    return max(due, asked_for) if asked_for else due


def strain_after(reason: Reason, strain: int) -> int:
    """How much a feed has failed of late, after one more failure: passing trouble weighs least."""
    weight = 1 if reason in NEXT_RUN else 2 if reason in SLOW else 3
    return min(strain + weight, MOST_DOUBLINGS)


def eased(strain: int) -> int:
    """The same after a good answer: half, so that a feed which fails now and then is slowed down and not dropped."""
    return strain // 2


def feed_retry_time(strain: int, at: datetime, asked_for: datetime | None = None) -> datetime:
    """When a feed that failed is asked again: in the next run after a first slip, ever later, at last once a day.

    What looks final for a page may be a publisher's afternoon of repairs.
    """
    pause = min(FIRST_BACKOFF * 2 ** (strain - 2), LONGEST_BACKOFF) if strain >= 2 else timedelta()
    return max(at + pause, asked_for) if asked_for else at + pause


def _pause(reason: Reason, failures: int) -> timedelta:
    if reason not in NEXT_RUN | SLOW:
        return LONGEST_BACKOFF
    doublings = failures - 1 if reason in SLOW else failures - 2
    return min(FIRST_BACKOFF * 2**doublings, LONGEST_BACKOFF) if doublings >= 0 else timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsKnown:
    """What a robots.txt says to us, as of when it was read; the newest row of an origin counts."""

    origin: str  # as https://news.example
    fetched_at: datetime
    rules: str | None = None  # the lines of it that are for us; None where there is no robots.txt, so all is open
    run_id: str = ""
