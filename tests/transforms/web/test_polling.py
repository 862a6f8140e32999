from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from transforms.web.polling import JITTER, asked_until, next_poll

MONDAY = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        ({}, timedelta()),
        ({"cache_control": "public, max-age=600"}, timedelta(minutes=10)),
        ({"cache_control": "s-maxage=600, no-cache"}, timedelta()),
        ({"cache_control": "max-age=99999999"}, timedelta(days=1)),
        ({"cache_control": "max-age=-5"}, timedelta()),
        ({"expires": "Mon, 23 Nov 2026 14:30:00 GMT"}, 2 * HOUR),
        ({"expires": "Mon, 23 Nov 2020 14:30:00 GMT"}, timedelta()),
        ({"expires": "0"}, timedelta()),
        ({"minutes": 90}, timedelta(minutes=90)),
        ({"minutes": 90, "cache_control": "max-age=7200"}, 2 * HOUR),
        ({"minutes": 43_200}, timedelta(days=1)),
        ({"skip_hours": (12, 13)}, timedelta(minutes=90)),
        ({"skip_days": ("monday",)}, timedelta(hours=11, minutes=30)),
        ({"skip_days": ("monday", "tuesday")}, timedelta(days=1)),
    ],
)
def test_the_longest_pause_that_is_asked_for_counts_up_to_a_day(asked: dict[str, Any], pause: timedelta) -> None:
    assert asked_until(MONDAY, **asked) == MONDAY + pause


def test_a_run_that_was_started_polls_what_asks_for_nothing() -> None:
    assert next_poll("feed", MONDAY, MONDAY, 0.0) == MONDAY


def test_feeds_are_spread_and_never_early() -> None:
    times = {next_poll(f"feed {number}", MONDAY, MONDAY, 3_600.0) for number in range(50)}
    assert len(times) == 50
    assert MONDAY + HOUR <= min(times) <= max(times) <= MONDAY + HOUR * (1 + JITTER)
    assert next_poll("feed 1", MONDAY, MONDAY, 3_600.0) in times  # the same each time


def test_no_pause_is_longer_than_a_day() -> None:
    assert next_poll("feed", MONDAY, MONDAY + timedelta(days=1), 3_600.0) == MONDAY + timedelta(days=1)
