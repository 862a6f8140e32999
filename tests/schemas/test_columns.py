"""Records survive the way through Arrow, whatever they hold."""

import importlib
import pkgutil
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemas
from schemas.articles import Article, Duplicate
from schemas.columns import Column, arrow_schema, from_row, from_table, to_row, to_table
from schemas.failures import Drop, Failure, Fate, Reason, Stage
from schemas.fingerprints import Fingerprint
from schemas.links import FeedItem, Link, LinkKind
from schemas.pages import Page
from schemas.policies import ExtractPolicy, FeedPolicy, FetchPolicy, SandboxPolicy
from schemas.reports import Reported
from schemas.runs import Accounting, RunRecord
from schemas.selection import Selection
from schemas.sources import FeedHealth, SourceRead
from schemas.state import LinkState
from schemas.streams import Gathered, Stream
from schemas.tables import Table
from schemas.tags import Evidence, EvidenceSource, Role

NEVER_ROWS = {  # unions, dicts, settings
    Column, Fate, Accounting, RunRecord, Table, FetchPolicy, FeedPolicy, SandboxPolicy, ExtractPolicy,
    Selection, Stream, Gathered, Page, Reported,
}  # fmt: skip
READ_BY_PEOPLE = (Article, Duplicate, Failure, FeedHealth, SourceRead, Drop)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def _record_classes() -> list[type]:
    modules = [importlib.import_module(f"schemas.{each.name}") for each in pkgutil.iter_modules(schemas.__path__)]
    found = {each for module in modules for each in vars(module).values() if isinstance(each, type)}
    return sorted(
        (each for each in found if is_dataclass(each) and each not in NEVER_ROWS), key=lambda each: each.__name__
    )


SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=12),
    bytes: st.binary(max_size=8),
    bool: st.booleans(),
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False),
    datetime: st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)),
}


def _values(hint: Any) -> st.SearchStrategy[Any]:
    if get_origin(hint) is Annotated:
        return _values(get_args(hint)[0])
    if get_origin(hint) is UnionType:
        return st.none() | st.one_of(*(_values(each) for each in get_args(hint) if each is not NoneType))
    if get_origin(hint) is tuple:
        return st.lists(_values(get_args(hint)[0]), max_size=2).map(tuple)
    if is_dataclass(hint) and isinstance(hint, type):
        return _records(hint)
    return st.sampled_from(list(hint)) if issubclass(hint, StrEnum) else SIMPLE[hint]


def _records(record: type) -> st.SearchStrategy[Any]:
    hints = get_type_hints(record, include_extras=True)
    return st.fixed_dictionaries({each.name: _values(hints[each.name]) for each in fields(record)}).map(
        lambda named: record(**named)
    )


@pytest.mark.parametrize("record", _record_classes(), ids=lambda record: record.__name__)
def test_every_record_comes_back_from_a_table_as_it_went_in(record: type) -> None:
    @settings(max_examples=4, deadline=None, derandomize=True, database=None)
    @given(st.lists(_records(record), max_size=2))
    def round_trip(records: list[Any]) -> None:
        table = to_table(records, record)
        assert table.schema.equals(arrow_schema(record), check_metadata=True)
        assert from_table(table, record) == records

    round_trip()


@pytest.mark.parametrize("record", _record_classes(), ids=lambda record: record.__name__)
def test_columns_stand_in_the_order_of_the_fields(record: type) -> None:
    assert arrow_schema(record).names == [each.name for each in fields(record)]


@pytest.mark.parametrize("record", _record_classes(), ids=lambda record: record.__name__)
def test_what_may_be_none_is_nullable_and_nothing_else(record: type) -> None:
    hints = get_type_hints(record)
    for column in arrow_schema(record):
        assert column.nullable == (NoneType in get_args(hints[column.name])), column.name


@pytest.mark.parametrize("record", READ_BY_PEOPLE, ids=lambda record: record.__name__)
def test_every_column_that_people_read_is_described(record: type) -> None:
    def undescribed(columns: Any, path: str) -> list[str]:
        found = []
        for column in columns:
            inner = column.type.value_type if pa.types.is_list(column.type) else column.type
            found += [] if b"description" in (column.metadata or {}) else [path + column.name]
            found += undescribed(inner, f"{path}{column.name}.") if pa.types.is_struct(inner) else []
        return found

    assert undescribed(arrow_schema(record), "") == []


def test_a_unit_stands_beside_its_column() -> None:
    assert arrow_schema(Article).field("word_count").metadata == {
        b"description": b"Length of the text",
        b"unit": b"words",
    }
    assert b"unit" not in arrow_schema(Article).field("title").metadata


def test_a_struct_that_is_absent_is_null_and_comes_back_as_none() -> None:
    bare = LinkState(url_key="k", at=NOON)
    full = LinkState(
        url_key="k", at=NOON, reason=Reason.GONE, link=Link(url="u", source="s", item=FeedItem(feed_url="f"))
    )
    table = to_table([bare, full], LinkState)
    assert table["link"].is_null().to_pylist() == [True, False]
    assert from_table(table, LinkState) == [bare, full]


def test_tuples_are_lists_and_empty_ones_are_not_null() -> None:
    row = to_row(Link(url="u", source="s", seen_in=("a", "b")))
    assert row["seen_in"] == ["a", "b"]
    assert to_table([Link(url="u", source="s")], Link)["seen_in"].to_pylist() == [[]]
    assert from_row(row, Link).seen_in == ("a", "b")


def test_members_of_an_enum_are_plain_strings_and_come_back_as_members() -> None:
    row = to_row(Failure(url="u", stage=Stage.OPEN, reason=Reason.NOT_FOUND))
    assert (row["stage"], type(row["stage"])) == ("open", str)
    assert from_row(row, Failure).reason is Reason.NOT_FOUND


def test_a_word_outside_the_closed_set_is_refused() -> None:
    row = to_row(Failure(url="u", stage=Stage.OPEN, reason=Reason.NOT_FOUND))
    with pytest.raises(ValueError, match="bad_mood"):
        from_row(row | {"reason": "bad_mood"}, Failure)


def test_a_moment_of_another_zone_comes_back_as_the_same_moment_in_utc() -> None:
    kolkata = timezone(timedelta(hours=5, minutes=30))
    table = to_table([LinkState(url_key="k", at=NOON.astimezone(kolkata))], LinkState)
    (state,) = from_table(table, LinkState)
    assert (state.at, state.at.tzinfo) == (NOON, UTC)


def test_a_column_that_a_file_lacks_keeps_its_default() -> None:
    older = to_table([Link(url="u", source="s", kind=LinkKind.WARC, failed_before=3)], Link).drop_columns(
        ["failed_before"]
    )
    assert from_table(older, Link) == [Link(url="u", source="s", kind=LinkKind.WARC)]


def test_a_column_that_the_class_does_not_know_is_left_out() -> None:
    row = to_row(Link(url="u", source="s")) | {"mood": "good"}
    assert from_row(row, Link) == Link(url="u", source="s")


def test_no_records_are_a_table_with_all_columns() -> None:
    assert to_table([], Article).schema.equals(arrow_schema(Article))
    assert to_table([], Article).num_rows == 0


def test_nested_evidence_keeps_its_offsets() -> None:
    evidence = Evidence(source=EvidenceSource.TEXT, quote="Genf", start=0, end=4)
    assert from_row(to_row(evidence), Evidence) == evidence
    assert Role("about") is Role.ABOUT


def test_bytes_stay_bytes() -> None:
    print_ = Fingerprint(
        article_id="a", url_key=None, guid_key=None, content_hash="c", site=None, language=None, published_at=None,
        fetched_at=NOON, shingles=0, keys=b"\x00\xff", sample=b"", numbers=b"",
    )  # fmt: skip
    assert from_table(to_table([print_], Fingerprint), Fingerprint) == [print_]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Odd:
    amount: complex


def test_a_type_that_no_column_has_is_our_mistake_and_said_at_once() -> None:
    with pytest.raises(KeyError):
        arrow_schema(_Odd)
