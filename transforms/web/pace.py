"""When to ask again: pauses that servers ask for, back-off, and the clock behind both."""

import math
import threading
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from schemas.failures import Reason
from transforms.web.client import FetchError, Response
from transforms.web.statuses import CLOSING, PASSING_ERRORS

MAX_PAUSE = 86_400.0  # seconds; a Retry-After beyond a day is a mistake or a joke
PASSING_REASONS = frozenset({Reason.CONNECT_REFUSED, Reason.CONNECTION_RESET, Reason.INCOMPLETE_BODY})


class Clock(Protocol):
    """The only way to know and to wait for the time."""

    def monotonic(self) -> float: ...

    def now(self) -> datetime: ...

    def wait(self, condition: threading.Condition, timeout: float | None) -> None:
        """Wait on a held condition, at most `timeout` seconds."""


class SystemClock:
    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, condition: threading.Condition, timeout: float | None) -> None:
        condition.wait(timeout)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After asks for, a day at most; None where it is absent, odd or in the past."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = _seconds_until(value, now)
    return min(seconds, MAX_PAUSE) if math.isfinite(seconds) and seconds > 0 else None


def asked_pause(answer: Response | FetchError, now: datetime) -> float | None:
    """The pause that a 429 or 503 asks of everybody who asks this host."""
    if isinstance(answer, FetchError) or answer.status not in CLOSING:
        return None
    return retry_after(answer.header("retry-after"), now)


def is_passing(answer: Response | FetchError) -> bool:
    """Whether the same request may go well in a moment."""
    if isinstance(answer, FetchError):
        return answer.reason in PASSING_REASONS
    return answer.status in PASSING_ERRORS or answer.status in CLOSING


def backoff(attempt: int, base: float, chance: float) -> float:
    """Seconds before the next attempt: exponential, with full jitter; `chance` is drawn from 0 to 1."""
    return min(chance * base * 2.0 ** (attempt - 1), MAX_PAUSE)


def _seconds_until(date: str, now: datetime) -> float:
    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, TypeError, OverflowError):
        return math.nan
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
