from datetime import UTC, datetime
from time import struct_time

import pytest

from transforms.inputs.dates import from_struct_time, parse_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-06T10:00:00Z", datetime(2024, 5, 6, 10, tzinfo=UTC)),
        ("2024-05-06T10:00:00.123+02:00", datetime(2024, 5, 6, 8, 0, 0, 123_000, tzinfo=UTC)),
        ("2024-05-06T10:00:00+02", datetime(2024, 5, 6, 8, tzinfo=UTC)),
        ("2024-05-06T10:00", datetime(2024, 5, 6, 10, tzinfo=UTC)),
        ("2024-05-06", datetime(2024, 5, 6, tzinfo=UTC)),
        ("2024-05", datetime(2024, 5, 1, tzinfo=UTC)),
        ("2024", datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024/5/6 9:30", datetime(2024, 5, 6, 9, 30, tzinfo=UTC)),
        (" Mon, 06 May 2024 10:00:00 -0500 ", datetime(2024, 5, 6, 15, tzinfo=UTC)),
        ("06 May 2024 10:00 GMT", datetime(2024, 5, 6, 10, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("2024-13-45", None),
        ("next week", None),
        ("", None),
        (None, None),
        ("2" * 10_000, None),
    ],
)
def test_dates_as_people_write_them(text: str | None, expected: datetime | None) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((2024, 5, 6, 10, 0, 61, 0, 1, 0), datetime(2024, 5, 6, 10, 0, 59, tzinfo=UTC)),
        ((2024, 2, 31, 10, 0, 0, 0, 1, 0), None),
        ((1, 1, 1, 0, 0, 0, 0, 1, 0), None),
    ],
)
def test_parts_that_are_out_of_range(parts: tuple[int, ...], expected: datetime | None) -> None:
    assert from_struct_time(struct_time(parts)) == expected
