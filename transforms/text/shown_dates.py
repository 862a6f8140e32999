"""Days as readers see them: in their own words, digits and calendars."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from transforms.text.blocks import Block
from transforms.text.dates import Moment, parse_moment

MAX_LINE = 120  # letters of a block that may hold the date, with a byline or a place beside it
NEAR_HEADLINE = 12  # blocks behind the headline in which the date stands where several days are named
BUDDHIST_FROM, BUDDHIST = 2_400, 543  # no other calendar is there yet
ERAS = {"令和": 2018, "平成": 1988}  # the year before the first
HAN_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
HAN_DATE = re.compile("[〇零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日")
DIGIT = re.compile(r"\d")
HAN_NUMBER = re.compile("[一二三四五六七八九十]{1,3}(?=[月日])")
EAST_ASIAN = re.compile(
    r"(?:(?P<era>令和|平成)\s*)?(?P<year>\d{1,4}|元)\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]?"
)
YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<year>(?:19|20|25)\d\d)\s?(?P<mark>[-./])\s?(?P<month>\d\d?)\s?(?P=mark)\s?(?P<day>\d\d?)(?!\d)"
)
WORDS_BEFORE = re.compile(r"(?:입력|수정|등록|発行|更新|发布|updated|published|posted)\W*\Z", re.IGNORECASE)


class _Digits(dict[int, int | str]):
    """Digits of any script as those of ASCII, all else as it is."""

    def __missing__(self, code: int) -> int | str:
        value = unicodedata.decimal(chr(code), None)
        self[code] = code if value is None else str(value)
        return self[code]


DIGITS = _Digits()


def shown_day(blocks: Sequence[Block], headline: int) -> Moment | None:
    """The day that the page shows: the first behind its headline, else the only one that stands in a short block."""
    short = [(place, block.text) for place, block in enumerate(blocks) if block.letters <= MAX_LINE]
    found = [(place, moment) for place, text in short if (moment := day_in(text))]
    near = [moment for place, moment in found if headline <= place <= headline + NEAR_HEADLINE]
    if headline >= 0 and near:
        return near[0]
    return found[0][1] if len({moment.clock for _, moment in found}) == 1 else None


def day_in(line: str) -> Moment | None:
    """The first day that a line names."""
    for match in _matches(_plain(line)):
        if moment := _moment(match):
            return moment
    return None


def before_date(line: str) -> str:
    """What stands in front of a day: a byline, where one shares its line with the date. Else the line itself."""
    text = _plain(line)
    if len(text) != len(line):  # places are those of the line only while it keeps its length
        return line
    starts = [match.start() for match in _matches(text) if _moment(match)]
    kept = WORDS_BEFORE.sub("", line[: min(starts)]).strip(" ,;|–—-·•") if starts else ""
    return kept or line


def _matches(text: str) -> Iterator[re.Match[str]]:
    """The first match of each pattern; all of them want digits, which most lines have none of."""
    if DIGIT.search(text):
        yield from filter(None, (pattern.search(text) for pattern in _patterns()))


def _plain(line: str) -> str:
    text = line.translate(DIGITS)
    return HAN_DATE.sub(_han, text) if "年" in text else text


def _han(match: re.Match[str]) -> str:
    numbers = HAN_NUMBER.sub(lambda each: str(_number(each[0])), match[0][4:])
    return match[0][:4].translate(HAN_DIGITS) + numbers


def _number(han: str) -> int:
    """Up to 31: tens in front of the ten, ones behind it."""
    tens, ten, ones = han.rpartition("十")
    return int(ones.translate(HAN_DIGITS) or 0) + (int(tens.translate(HAN_DIGITS) or 1) * 10 if ten else 0)


def _moment(match: re.Match[str]) -> Moment | None:
    said = match.groupdict()
    year = _year(said["year"], said.get("era"))
    month = _months()[said["name"].casefold()] if said.get("name") else int(said["month"])
    return parse_moment(f"{year:04}-{month:02}-{int(said['day']):02}")


def _year(text: str, era: str | None) -> int:
    year = 1 if text == "元" else int(text)
    if era:
        return ERAS[era] + year
    return year - BUDDHIST if year >= BUDDHIST_FROM else year


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    names = "|".join(map(re.escape, sorted(_months(), key=lambda name: (-len(name), name))))
    days = "|".join(map(re.escape, sorted(_table()[0], key=lambda name: (-len(name), name))))
    weekday = rf"(?:(?<!\w)(?:{days})(?:ที่)?[.,،]?\s+(?:den\s+|le\s+)?)?"
    year = r"(?P<year>(?:19|20|25)\d\d)(?!\d)"
    day = r"(?<!\d)(?P<day>\d\d?)"
    other = rf"(?:\s*/\s*(?:{names}))?"
    return (
        EAST_ASIAN,
        YEAR_FIRST,
        re.compile(
            rf"{weekday}{day}(?:st|nd|rd|th|er|º)?\.?\s+(?:de\s+|of\s+)?(?P<name>{names})\.?{other},?\s+"
            rf"(?:de\s+|พ\.ศ\.\s*)?{year}",
            re.IGNORECASE,
        ),
        re.compile(rf"{weekday}(?<!\w)(?P<name>{names})\.?\s+{day}(?:st|nd|rd|th)?,?\s+{year}", re.IGNORECASE),
    )


@cache
def _months() -> dict[str, int]:
    return {name: number for number, names in _table().items() if number for name in names}


@cache
def _table() -> dict[int, list[str]]:
    table = files("transforms.text").joinpath("data/months.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {int(number): names.split("|") for number, names in rows}
