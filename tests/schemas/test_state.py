from datetime import UTC, datetime, timedelta

import pytest

from schemas.failures import Reason
from schemas.state import FIRST_BACKOFF, LONGEST_BACKOFF, NEXT_RUN, SLOW, feed_retry_time, retry_time

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = sorted(set(Reason) - NEXT_RUN - SLOW)


def _pauses(reason: Reason) -> list[float]:
    """Minutes after one, two, … failures."""
    return [(retry_time(reason, failures, NOW) - NOW) / timedelta(minutes=1) for failures in (1, 2, 3, 4, 8, 9, 500)]


@pytest.mark.parametrize("reason", sorted(NEXT_RUN))
def test_passing_trouble_is_tried_in_the_next_run_and_then_ever_later(reason: Reason) -> None:
    assert _pauses(reason) == [0, 15, 30, 60, 960, 1440, 1440]


@pytest.mark.parametrize("reason", sorted(SLOW))
def test_what_cost_much_time_waits_from_the_first_failure_on(reason: Reason) -> None:
    assert _pauses(reason) == [15, 30, 60, 120, 1440, 1440, 1440]


@pytest.mark.parametrize("reason", LATER)
def test_what_looks_final_is_tried_once_a_day(reason: Reason) -> None:
    assert _pauses(reason) == [1440] * 7


@pytest.mark.parametrize("reason", LATER)
def test_a_feed_is_asked_again_sooner_than_a_page_that_failed_alike(reason: Reason) -> None:
    assert feed_retry_time(reason, 1, NOW) == NOW + FIRST_BACKOFF
    assert feed_retry_time(reason, 99, NOW) == NOW + LONGEST_BACKOFF


@pytest.mark.parametrize("reason", sorted(NEXT_RUN | SLOW))
def test_passing_trouble_of_a_feed_waits_like_that_of_a_page(reason: Reason) -> None:
    assert feed_retry_time(reason, 2, NOW) == retry_time(reason, 2, NOW)


def test_a_host_that_asks_for_more_time_gets_it() -> None:
    asked = NOW + timedelta(days=3)
    assert retry_time(Reason.HOST_PAUSED, 1, NOW, asked) == asked
    assert feed_retry_time(Reason.HOST_PAUSED, 1, NOW, asked) == asked


def test_a_host_that_asks_for_less_gets_our_pause() -> None:
    assert retry_time(Reason.NOT_FOUND, 1, NOW, NOW + timedelta(minutes=1)) == NOW + LONGEST_BACKOFF


def test_no_reason_is_both_quick_and_slow() -> None:
    assert not NEXT_RUN & SLOW
