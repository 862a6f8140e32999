from datetime import date

import pytest
from babel.dates import format_date

from transforms.text.blocks import read_blocks
from transforms.text.shown_dates import before_date, day_in, shown_day
from transforms.text.trees import parse_page


def day(line: str) -> date | None:
    found = day_in(line)
    return found.at.date() if found else None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2026年11月3日 9時30分", date(2026, 11, 3)),
        ("令和8年8月7日", date(2026, 8, 7)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("二〇二六年八月二十七日", date(2026, 8, 27)),
        ("二〇二六年十月十日", date(2026, 10, 10)),
        ("입력 2026.11.12 18:05", date(2026, 11, 12)),
        ("2026년 11월 3일 오전 9시 30분", date(2026, 11, 3)),
        ("3 พฤศจิกายน 2569 เวลา 09.30 น.", date(2026, 11, 3)),
        ("วันอังคารที่ 15 กันยายน พ.ศ. 2569", date(2026, 9, 15)),
        ("๒๘ ต.ค. ๒๕๖๙", date(2026, 10, 28)),
        ("٣ نوفمبر ٢٠٢٦", date(2026, 11, 3)),
        ("7 آب/أغسطس 2026", date(2026, 8, 7)),
        ("12 Nov 2026, 18:05", date(2026, 11, 12)),
        ("le 1er mars 2026", date(2026, 3, 1)),
        ("15 de septiembre de 2026", date(2026, 9, 15)),
        ("2026年13月45日", None),
        ("© 2026 The Chronicle", None),
        ("Chapter 3, March", None),
        ("03/04/2026", None),
    ],
)
def test_days_are_read_as_readers_write_them(line: str, expected: date | None) -> None:
    assert day(line) == expected


# Forms that CLDR gives, not those that the rules were written beside.
@pytest.mark.parametrize(
    "locale", ["ja", "zh", "zh_Hant", "ko", "ar_EG", "ar_LB", "en_US", "en_GB", "de", "fr", "es", "ru", "hi"]
)
@pytest.mark.parametrize("form", ["long", "full"])
def test_every_month_is_known_in_the_forms_of_its_language(locale: str, form: str) -> None:
    days = [date(2026, month, 1 + 2 * month) for month in range(1, 13)]
    assert [day(format_date(each, form, locale)) for each in days] == days  # type: ignore[arg-type]  # one of its literals


def test_thai_counts_the_years_of_the_buddha() -> None:
    days = [date(2026, month, 1 + 2 * month) for month in range(1, 13)]
    said = [f"{each.day} {format_date(each, 'MMMM', 'th')} {each.year + 543}" for each in days]
    assert [day(each) for each in said] == days


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("By Jane Ferris 3 November 2026 09:30", "By Jane Ferris"),
        ("Words: Maria Kestrel Tuesday 15 September 2026", "Words: Maria Kestrel"),
        ("최지우 특파원 | 입력 2026.11.12 18:05", "최지우 특파원"),
        ("3 November 2026", "3 November 2026"),
        ("By Jane Ferris", "By Jane Ferris"),
    ],
)
def test_a_byline_is_what_stands_before_the_date(line: str, expected: str) -> None:
    assert before_date(line) == expected


def read(body: str, headline: int = -1) -> date | None:
    tree = parse_page(f"<html><body>{body}</body></html>".encode())
    assert tree is not None
    found = shown_day(read_blocks(tree), headline)
    return found.at.date() if found else None


def test_the_day_behind_the_headline_goes_before_those_of_other_stories() -> None:
    teasers = "<li>9 November 2026</li><li>8 November 2026</li>"
    assert read(f"<h1>T</h1><p>3 November 2026</p><ul>{teasers}</ul>", headline=0) == date(2026, 11, 3)
    assert read(f"<p>T</p><ul>{teasers}</ul>") is None


def test_the_only_day_of_a_page_is_its_own() -> None:
    assert read("<p>T</p><div>3 November 2026</div>") == date(2026, 11, 3)


def test_a_day_in_a_paragraph_is_part_of_the_story() -> None:
    assert read(f"<h1>T</h1><p>On 3 November 2026 {'the ferry came and went again ' * 8}</p>", headline=0) is None
