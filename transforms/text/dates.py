"""Dates as pages write them: in UTC, with how exact they are."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from schemas.pages import DatePrecision

EARLIEST, LATEST = 1990, 2100  # before the web, or a typing error: no date of a news page
MAX_LENGTH = 64  # characters; no date is longer
COMPACT_ZONE = re.compile(r"\s*(?:Z|UTC|GMT)\Z", re.IGNORECASE)
SPACED_ZONE = re.compile(r"\s+([+-]\d\d:?\d\d)\Z")
FRACTION = re.compile(r"([.,]\d{1,6})\d*")
CLOCK = re.compile(r"\d\d:\d\d(:\d\d)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    at: datetime
    precision: DatePrecision


def parse_moment(text: str) -> Moment | None:
    """A date in ISO 8601 or as in mail headers. Without a zone it is taken as UTC; midnight sharp means the day."""
    text = text.strip()
    if not 8 <= len(text) <= MAX_LENGTH:
        return None
    at = _parse_iso(text) or _parse_mail(text)
    if at is None:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if not EARLIEST <= at.year <= LATEST:
        return None
    return Moment(at=at.astimezone(UTC), precision=_precision(at, text))


def _parse_iso(text: str) -> datetime | None:
    text = SPACED_ZONE.sub(r"\1", COMPACT_ZONE.sub("+00:00", FRACTION.sub(r"\1", text)))
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _parse_mail(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError):  # all of them are met on malformed dates
        return None


def _precision(at: datetime, text: str) -> DatePrecision:
    clock = CLOCK.search(text)
    if clock is None or (at.hour, at.minute, at.second) == (0, 0, 0):
        return DatePrecision.DAY
    return DatePrecision.SECOND if clock[1] and at.second else DatePrecision.MINUTE
