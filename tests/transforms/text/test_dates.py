from datetime import UTC, datetime

import pytest

from schemas.pages import DatePrecision
from transforms.text.dates import parse_moment, parse_numeric_day

SECOND, MINUTE, DAY = DatePrecision.SECOND, DatePrecision.MINUTE, DatePrecision.DAY


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("2026-03-04T10:20:30Z", datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC), SECOND),
        ("2026-03-04T10:20:30+02:00", datetime(2026, 3, 4, 8, 20, 30, tzinfo=UTC), SECOND),
        ("2026-03-04T10:20:30.1234567+0200", datetime(2026, 3, 4, 8, 20, 30, 123456, tzinfo=UTC), SECOND),
        ("2026-03-04 10:20 +02:00", datetime(2026, 3, 4, 8, 20, tzinfo=UTC), MINUTE),
        ("2026-03-04T10:20:00Z", datetime(2026, 3, 4, 10, 20, tzinfo=UTC), MINUTE),
        ("2026-03-04 10:20:30 UTC", datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC), SECOND),
        ("2026-03-04", datetime(2026, 3, 4, tzinfo=UTC), DAY),
        ("2026-03-04T00:00:00Z", datetime(2026, 3, 4, tzinfo=UTC), DAY),
        ("Wed, 04 Mar 2026 10:20:30 GMT", datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC), SECOND),
        ("Wed Mar 04 10:20:30 CET 2026", datetime(2026, 3, 4, 9, 20, 30, tzinfo=UTC), SECOND),
        ("2026-07-04 10:20:30 CEST", datetime(2026, 7, 4, 8, 20, 30, tzinfo=UTC), SECOND),
        ("04 Mar 2026 10:20:30 JST", datetime(2026, 3, 4, 1, 20, 30, tzinfo=UTC), SECOND),
        ("  20260304  ", datetime(2026, 3, 4, tzinfo=UTC), DAY),
    ],
)
def test_dates_are_read_with_their_zone_and_precision(text: str, at: datetime, precision: DatePrecision) -> None:
    moment = parse_moment(text)
    assert moment is not None
    assert (moment.at, moment.precision) == (at, precision)
    assert moment.at.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-13-45",
        "0001-01-01T00:00:00",
        "1970-01-01",
        "9999-12-31T23:59:59-12:00",
        "2" * 500,
        "1 2 3 4 5",
    ],
)
def test_what_is_no_date_of_a_news_page_is_none(text: str) -> None:
    assert parse_moment(text) is None


def test_a_day_in_figures_is_read_where_it_has_one_meaning() -> None:
    moment = parse_numeric_day("28.4.2026")
    assert moment is not None
    assert moment.at == datetime(2026, 4, 28, tzinfo=UTC)
    assert parse_numeric_day("04/05/2026") is None
    assert parse_numeric_day("31.2.2026") is None
