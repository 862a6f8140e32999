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
DOTTED = re.compile(r"(\d\d?)\.\s?(\d\d?)\.\s?((?:19|20)\d\d)(?!\d)")
JAVA_DATE = re.compile(r"\A[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d?) (\d\d:\d\d:\d\d) ([A-Z]{2,5}|[+-]\d{4}) (\d{4})\Z")
# Hours before UTC of zones whose short name is nobody else's; the standard library knows those of North America.
ZONES = {
    "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "TRT": 3, "SAST": 2,
    "EAT": 3, "WAT": 1, "PKT": 5, "WIB": 7, "WITA": 8, "HKT": 8, "SGT": 8, "PHT": 8, "JST": 9, "KST": 9, "AEST": 10,
    "AEDT": 11, "NZST": 12, "NZDT": 13, "BRT": -3,
}  # fmt: skip
ZONE_NAME = re.compile(rf"(?<=[\d ])(?:{'|'.join(ZONES)})(?=\Z| )")
FRACTION = re.compile(r"([.,]\d{1,6})\d*")
CLOCK = re.compile(r"\d\d:\d\d(:\d\d)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A point in time, and how it was written: by which clock, with a time zone or without."""

    at: datetime
    precision: DatePrecision
    clock: datetime  # as written, without zone
    zoned: bool


def parse_moment(text: str) -> Moment | None:
    """A date in ISO 8601 or as in mail headers. Without a zone it is taken as UTC; midnight sharp means the day."""
    text = ZONE_NAME.sub(_offset, JAVA_DATE.sub(r"\2 \1 \5 \3 \4", text.strip()))
    if not 8 <= len(text) <= MAX_LENGTH:
        return None
    at = _parse_iso(text) or _parse_mail(text)
    if at is None:
        return None
    clock, zoned = at.replace(tzinfo=None), at.tzinfo is not None
    at = at if zoned else at.replace(tzinfo=UTC)
    if not EARLIEST <= at.year <= LATEST:
        return None
    return Moment(at=at.astimezone(UTC), precision=_precision(at, text), clock=clock, zoned=zoned)


def parse_numeric_day(text: str) -> Moment | None:
    """A day as 28.04.2023; 04/05/2023 is another day on each side of the Atlantic, and none here."""
    match = DOTTED.match(text.strip())
    return parse_moment(f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}") if match else None


def _offset(match: re.Match[str]) -> str:
    minutes = round(ZONES[match[0]] * 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"


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
