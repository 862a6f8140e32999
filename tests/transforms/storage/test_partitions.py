import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, permutations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.articles import Article
from schemas.columns import to_table
from schemas.partitions import PARTITIONS
from tests.fixtures.committed import story_of
from tests.fixtures.records import NOW
from transforms.storage.partitions import folders

SAFE = re.compile(
    r"published_date=\d{4}-\d\d-\d\d|lang=([a-z]{2,3}|unknown)|topic=(medtop-\d{8}|unknown)|region=([A-Z]{2}|unknown)",
    re.ASCII,
)
HOSTILE = (
    "../../x", "a=b", "", " ", "x" * 300, "__HIVE_DEFAULT_PARTITION__", "🦕", "CN\n", "\nCN", "C/", "..", "Cn", "ＣＮ",
    "CHN", "null", "%43%4E", "C\x00", "medtop:", "medtop:1100000", "medtop:11000000/", "medtop:１１００００００",
    "medtop:11000000\n", "x:medtop:11000000", "e", "engl", "en-US", "zh_Hant", "dé", "unknown",
)  # fmt: skip
EVERY_CHOICE = [names for size in range(1, 5) for names in permutations(PARTITIONS, size)]
ONE = story_of(1)

Values = st.none() | st.sampled_from(HOSTILE) | st.text(max_size=12) | st.sampled_from(("CN", "en", "medtop:11000000"))
Moments = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC))


def placed(*names: str, **fields: object) -> str:
    """The folder of one article."""
    return folders(to_table([replace(ONE, **fields)], Article), names)[0]  # type: ignore[arg-type]  # any field


def test_by_default_an_article_lies_by_its_day_in_utc() -> None:
    assert placed("published_date", published_at=datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)) == (
        "published_date=2026-11-20"
    )


def test_without_a_date_of_publication_the_day_of_reading_counts() -> None:
    assert placed("published_date", published_at=None, fetched_at=NOW) == "published_date=2026-11-23"


def test_the_zone_of_the_machine_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    late = datetime(2026, 11, 20, 23, tzinfo=UTC)  # the next day in Kolkata
    assert placed("published_date", published_at=late) == "published_date=2026-11-20"


def test_primary_values_name_the_folder_the_first_one_outermost() -> None:
    fields = {"language": "en", "primary_topic": "medtop:11000000", "primary_region": "CN"}
    assert placed("region", "language", "topic", **fields) == "region=CN/lang=en/topic=medtop-11000000"


def test_what_is_not_known_says_so() -> None:
    fields = {"language": None, "primary_topic": None, "primary_region": None}
    assert placed("language", "topic", "region", **fields) == "lang=unknown/topic=unknown/region=unknown"


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_unknown(value: str) -> None:
    fields = {"language": value, "primary_topic": value, "primary_region": value}
    assert placed("language", "topic", "region", **fields) == "lang=unknown/topic=unknown/region=unknown"


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.tuples(Values, Values, Values, st.none() | Moments), min_size=1, max_size=4),
    st.sampled_from(EVERY_CHOICE),
)
def test_no_value_ever_leaves_the_closed_sets(
    rows: list[tuple[str | None, str | None, str | None, datetime | None]], names: tuple[str, ...]
) -> None:
    columns = zip(*rows, strict=True)
    language, topic, region, published = (list(each) for each in columns)
    table = pa.table(
        {
            "language": pa.array(language, pa.string()),
            "primary_topic": pa.array(topic, pa.string()),
            "primary_region": pa.array(region, pa.string()),
            "published_at": pa.array(published, pa.timestamp("us", tz="UTC")),
            "fetched_at": pa.array([NOW] * len(rows), pa.timestamp("us", tz="UTC")),
        }
    )
    found = folders(table, names)
    assert len(found) == len(rows)
    parts = [folder.split("/") for folder in found]
    assert all(len(each) == len(names) for each in parts)
    assert [part for part in chain.from_iterable(parts) if not SAFE.fullmatch(part)] == []
