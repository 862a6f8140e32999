from datetime import date, timedelta

from transforms.reporting.time_bins import MOST_BINS, timeline

DAY = date(2026, 11, 23)


def test_a_few_days_are_shown_as_days_without_gaps() -> None:
    line = timeline([DAY, DAY, DAY - timedelta(days=2)])
    assert line
    assert (line.unit, [(each.label, each.count) for each in line.bins]) == (
        "day", [("2026-11-21", 1), ("2026-11-22", 0), ("2026-11-23", 2)],
    )  # fmt: skip


def test_longer_spans_are_shown_in_larger_units() -> None:
    units = [timeline([DAY, DAY - timedelta(days=days)]) for days in (44, 45, 400, 5_000, 40_000)]
    assert [each.unit for each in units if each] == ["day", "week", "month", "year", "year"]
    assert all(each and len(each.bins) <= MOST_BINS for each in units)


def test_one_old_page_does_not_press_the_others_into_a_corner() -> None:
    line = timeline([DAY] * 60 + [date(1998, 1, 1)])
    assert line
    assert (line.unit, line.older) == ("day", 1)


def test_without_dates_there_is_nothing_to_draw() -> None:
    assert timeline([]) is None
