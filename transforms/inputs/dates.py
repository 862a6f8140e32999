"""Dates as feeds, sitemaps and archives write them, as aware UTC datetimes; what makes no sense is None."""

import calendar
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import struct_time

EARLIEST_YEAR = 1990  # the web is no older: an earlier date is a default or a slip, and says nothing
LATEST_YEAR = 9998  # a year before the end, so that no change of zone overflows
MAX_DATE_CHARS = 100  # the longest real form is RFC 822 with a comment, about 50

YEAR_OR_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?$")
SHORT_ZONE = re.compile(r"([+-]\d{2})$")  # 2024-05-01T10:00:00+02, which ISO 8601 allows
LOOSE_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")


def parse_date(text: str | None) -> datetime | None:
    """Read ISO 8601, RFC 822 or a near relative; without a zone it counts as UTC."""
    if not text or len(text) > MAX_DATE_CHARS:
        return None
    stripped = text.strip()
    return _from_iso(stripped) or _from_rfc822(stripped) or _from_loose_iso(stripped)


def from_struct_time(parts: struct_time | None) -> datetime | None:
    """Take a date that feedparser read: nine numbers, already in UTC."""
    if parts is None:
        return None
    year, month, day, hour, minute, second = parts[:6]
    if not (EARLIEST_YEAR <= year <= LATEST_YEAR and 1 <= month <= 12):
        return None
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return datetime(year, month, day, min(hour, 23), min(minute, 59), min(second, 59), tzinfo=UTC)


def in_utc(moment: datetime) -> datetime | None:
    """Make it aware and UTC, unless its year makes no sense."""
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        return None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def _from_iso(text: str) -> datetime | None:
    partial = YEAR_OR_MONTH.match(text)
    if partial:
        text = f"{partial[1]}-{partial[2] or '01'}-01"
    try:
        return in_utc(datetime.fromisoformat(SHORT_ZONE.sub(r"\1:00", text) if "T" in text else text))
    except ValueError:
        return None


def _from_rfc822(text: str) -> datetime | None:
    try:
        return in_utc(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):  # all of them are ways to say "not a date"
        return None


def _from_loose_iso(text: str) -> datetime | None:
    found = LOOSE_ISO.match(text)
    if not found:
        return None
    try:
        return in_utc(datetime(*(int(part) for part in found.groups(default="0")), tzinfo=UTC))  # type: ignore[misc, arg-type]  # six ints
    except ValueError:
        return None
