"""When a feed is asked next: whatever asks for the longest pause, the feed's own word included, a day at most."""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import xxhash

LONGEST = timedelta(days=1)  # a feed that asks for more is asked once a day
JITTER = 0.1  # share of the pause by which feeds are spread, so that they do not all come due at once
MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def asked_until(
    at: datetime,
    *,
    cache_control: str | None = None,
    expires: str | None = None,
    minutes: int | None = None,
    skip_hours: Sequence[int] = (),
    skip_days: Sequence[str] = (),
) -> datetime:
    """The time before which a feed asks not to be polled; `at` where it asks for nothing."""
    pauses = (_max_age(cache_control), _until(expires, at), timedelta(minutes=minutes or 0))
    latest = at + LONGEST
    moment = min(at + max(pauses), latest)
    while moment < latest and (moment.hour in skip_hours or DAYS[moment.weekday()] in skip_days):
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return min(moment, latest)


def next_poll(name: str, at: datetime, until: datetime | None, poll_every: float) -> datetime:
    """When a feed that was asked at `at` may be polled again, spread by its name; `until` is its own word."""
    least = max(until or at, at + timedelta(seconds=poll_every))
    spread = xxhash.xxh3_64_intdigest(f"{name} {at:%Y-%m-%dT%H}".encode()) / 2**64
    return min(least + (least - at) * JITTER * spread, max(at + LONGEST, least))


def _max_age(cache_control: str | None) -> timedelta:
    found = MAX_AGE.search(cache_control or "")
    return min(timedelta(seconds=int(found[1])), LONGEST) if found else timedelta()


def _until(expires: str | None, at: datetime) -> timedelta:
    try:
        moment = parsedate_to_datetime(expires or "")
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - at).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return timedelta()
    return timedelta(seconds=min(max(seconds, 0.0), LONGEST.total_seconds())) if math.isfinite(seconds) else timedelta()
