from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.failures import Reason
from transforms.web.client import FetchError, Response
from transforms.web.pace import MAX_PAUSE, asked_pause, backoff, is_passing, retry_after

NOW = datetime(2026, 11, 2, 10, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("2", 2.0),
        (" 120 ", 120.0),
        ("Mon, 02 Nov 2026 10:01:00 GMT", 60.0),
        ("Mon, 02 Nov 2026 09:00:00 GMT", None),
        ("Mon, 02 Nov 2099 10:00:00 GMT", MAX_PAUSE),
        ("1000000000", MAX_PAUSE),
        ("1e9", MAX_PAUSE),
        ("0", None),
        ("-5", None),
        ("abc", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        ("Mon, 99 Nov 99999 10:00:00 GMT", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@given(st.text(max_size=40))
def test_any_retry_after_is_bounded(value: str) -> None:
    seconds = retry_after(value, NOW)
    assert seconds is None or 0 < seconds <= MAX_PAUSE


@pytest.mark.parametrize(("status", "pause"), [(503, 7.0), (429, 7.0), (500, None), (200, None)])
def test_only_429_and_503_speak_for_the_host(status: int, pause: float | None) -> None:
    answer = Response(url="http://news.example/", status=status, headers=(("retry-after", "7"),), body=b"")
    assert asked_pause(answer, NOW) == pause


def test_what_may_pass() -> None:
    passing = {code for code in range(200, 600) if is_passing(Response(url="", status=code, headers=(), body=b""))}
    assert passing == {429, 500, 502, 503, 504}
    assert is_passing(FetchError(url="", reason=Reason.CONNECTION_RESET, detail=""))
    assert not is_passing(FetchError(url="", reason=Reason.TLS_ERROR, detail=""))


def test_back_off_doubles_under_full_jitter() -> None:
    assert [backoff(attempt, 1.0, 1.0) for attempt in (1, 2, 3)] == [1.0, 2.0, 4.0]
    assert backoff(3, 1.0, 0.0) == 0.0
