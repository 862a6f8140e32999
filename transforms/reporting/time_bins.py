"""Dates in bins of one length: days where that is fine enough, else weeks, months or years."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MOST_BINS = 45
EARLIEST = 0.02  # of the dates may lie before the first bin: one old page should not press all others into a corner
DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """A span of time and how many dates lie in it."""

    start: date
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Bins without gaps, the oldest first, and how many dates lie before them."""

    unit: str
    bins: tuple[Bin, ...]
    older: int


def timeline(dates: Sequence[date]) -> Timeline | None:
    """Dates in the finest unit that shows nearly all of them; none without dates."""
    if not dates:
        return None
    ordered = sorted(dates)
    first, last = ordered[int(len(ordered) * EARLIEST)], ordered[-1]
    unit = next((each for each, days in DAYS.items() if (last - first).days < MOST_BINS * days), "year")
    counts = Counter(start_of(each, unit) for each in ordered)
    starts = _starts(start_of(first, unit), start_of(last, unit), unit)[-MOST_BINS:]
    bins = tuple(Bin(start=each, label=label(each, unit), count=counts[each]) for each in starts)
    return Timeline(unit=unit, bins=bins, older=len(ordered) - sum(each.count for each in bins))


def start_of(day: date, unit: str) -> date:
    """The first day of the bin that a day lies in; weeks begin on Monday."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def label(start: date, unit: str) -> str:
    return f"{start:%Y}" if unit == "year" else f"{start:%Y-%m}" if unit == "month" else f"{start:%Y-%m-%d}"


def _starts(first: date, last: date, unit: str) -> list[date]:
    starts = [first]
    while starts[-1] < last:
        starts.append(start_of(starts[-1] + timedelta(days=DAYS[unit]), unit))
    return starts
