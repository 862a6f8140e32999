from datetime import UTC, datetime, timedelta

import pytest

from schemas.failures import Reason
from schemas.state import (
    LONGEST_BACKOFF,
    NEXT_RUN,
    SLOW,
    eased,
    feed_retry_time,
    retry_time,
    strain_after,
)

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


def _feed_pauses(reason: Reason) -> list[float]:
    """Minutes after one, two, … failures of a feed."""
    strain, pauses = 0, []
    for _ in range(8):
        strain = strain_after(reason, strain)
        pauses.append((feed_retry_time(strain, NOW) - NOW) / timedelta(minutes=1))
    return pauses


@pytest.mark.parametrize(
    ("reason", "minutes"),
    [
        (Reason.CONNECTION_RESET, [0, 15, 30, 60, 120, 240, 480, 960]),
        (Reason.DEADLINE_EXCEEDED, [15, 60, 240, 960, 1440, 1440, 1440, 1440]),
        (Reason.NOT_FOUND, [30, 240, 1440, 1440, 1440, 1440, 1440, 1440]),
    ],
)
def test_the_worse_the_trouble_the_faster_a_feed_slows_down(reason: Reason, minutes: list[float]) -> None:
    assert _feed_pauses(reason) == minutes


def test_a_good_answer_halves_what_a_feed_has_failed() -> None:
    assert [eased(strain) for strain in (0, 1, 2, 9)] == [0, 0, 1, 4]


def test_a_host_that_asks_for_more_time_gets_it() -> None:
    asked = NOW + timedelta(days=3)
    assert retry_time(Reason.HOST_PAUSED, 1, NOW, asked) == asked
    assert feed_retry_time(1, NOW, asked) == asked


def test_a_host_that_asks_for_less_gets_our_pause() -> None:
    assert retry_time(Reason.NOT_FOUND, 1, NOW, NOW + timedelta(minutes=1)) == NOW + LONGEST_BACKOFF


def test_no_reason_is_both_quick_and_slow() -> None:
    assert not NEXT_RUN & SLOW
