import random
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.articles import Article, Duplicate
from schemas.columns import arrow_schema, from_table, to_table
from schemas.failures import Failure
from schemas.fingerprints import Known
from schemas.sources import FeedHealth
from schemas.state import LinkState
from tests.fixtures.committed import story_of
from transforms.storage import row_groups
from transforms.storage.files import LocalFiles, StorageError
from transforms.storage.tables import (
    ROW_ORDER,
    in_order,
    parquet_bytes,
    read_rows,
    read_table,
    row_count,
    write_aside,
    write_checked,
)

ORDER = ROW_ORDER["articles"]
REGIONS = ("CH", "CN", "NZ", None)


def articles(count: int) -> pa.Table:
    """Rows whose regions and topics follow no order."""
    chance = random.Random(count)
    topics = ("medtop:01000000", "medtop:11000000", None)
    records = [
        replace(story_of(n), primary_region=chance.choice(REGIONS), primary_topic=chance.choice(topics))
        for n in range(count)
    ]
    return to_table(records, Article)


def opened(content: bytes) -> pq.ParquetFile:
    return pq.ParquetFile(BytesIO(content))


def written(count: int = 40) -> pq.ParquetFile:
    return opened(parquet_bytes(in_order(articles(count), ORDER), ORDER))


def leaf(file: pq.ParquetFile, path: str, group: int = 0) -> Any:
    """What the footer says of a column."""
    row_group = file.metadata.row_group(group)
    return next(each for n in range(row_group.num_columns) if (each := row_group.column(n)).path_in_schema == path)


def test_equal_tables_give_equal_bytes_however_they_are_cut_into_chunks() -> None:
    whole = articles(30)
    parted = pa.concat_tables([whole.slice(0, 7), whole.slice(7, 1), whole.slice(8)])
    anew = to_table(from_table(whole, Article), Article)
    assert len(parted["text"].chunks) == 3
    assert parquet_bytes(whole) == parquet_bytes(parted) == parquet_bytes(anew)


def test_the_same_rows_in_any_order_give_the_same_file(tmp_path: Path) -> None:
    whole, files = articles(30), LocalFiles(str(tmp_path))
    shuffled = whole.take(random.Random(1).sample(range(30), 30))
    one, other = (write_aside(each, "articles", "region=CH", files, "run") for each in (whole, shuffled))
    assert one == other
    assert len(files.list("_meta/staging/run/finished/articles")) == 1


def test_rows_lie_by_region_then_topic_then_id_and_unknown_ones_last() -> None:
    rows = written().read(columns=list(ORDER)).to_pylist()
    assert rows == sorted(rows, key=lambda row: [(row[name] is None, row[name]) for name in ORDER])
    assert rows[-1]["primary_region"] is None


def test_the_footer_names_the_order_by_the_columns_of_parquet_not_of_arrow() -> None:
    file = written()
    group = file.metadata.row_group(0)
    named = [group.column(each.column_index).path_in_schema for each in group.sorting_columns]
    assert named == list(ORDER)  # regions and topics are structs, so the numbers differ from those of the schema
    assert not any(each.descending or each.nulls_first for each in group.sorting_columns)


def test_a_table_without_an_order_claims_none() -> None:
    assert opened(parquet_bytes(articles(3))).metadata.row_group(0).sorting_columns == ()


def test_files_are_compressed_with_zstd_and_have_an_index_of_pages() -> None:
    text, region = leaf(written(), "text"), leaf(written(), "primary_region")
    assert text.compression == region.compression == "ZSTD"
    assert region.has_column_index
    assert region.has_offset_index
    assert text.has_offset_index


def test_a_flipped_bit_in_a_page_is_noticed() -> None:
    content = bytearray(parquet_bytes(articles(30)))
    offset = leaf(opened(bytes(content)), "article_id").data_page_offset
    content[offset + 200] ^= 1
    with pytest.raises(OSError, match="CRC"):
        pq.ParquetFile(BytesIO(bytes(content)), page_checksum_verification=True).read(columns=["article_id"])


@pytest.mark.parametrize("name", ["primary_region", "primary_topic", "published_at", "language", "article_id"])
def test_columns_that_people_filter_by_have_statistics(name: str) -> None:
    assert leaf(written(), name).is_stats_set


@pytest.mark.parametrize(
    "name", ["text", "description", "title", "url", "topics.list.element.evidence.list.element.quote"]
)
def test_long_texts_and_columns_in_no_order_have_none(name: str) -> None:
    assert not leaf(written(), name).is_stats_set


def test_ids_have_a_bloom_filter_that_fits_the_rows() -> None:
    small, large = leaf(written(40), "article_id"), leaf(written(400), "article_id")
    assert 0 < small.bloom_filter_length < large.bloom_filter_length < 2_000
    assert leaf(written(), "url").bloom_filter_length is None


def test_a_dictionary_is_kept_where_values_come_again_and_nowhere_else() -> None:
    file = written()
    assert leaf(file, "primary_region").has_dictionary_page
    assert leaf(file, "language").has_dictionary_page
    assert not leaf(file, "text").has_dictionary_page
    assert not leaf(file, "article_id").has_dictionary_page


@pytest.mark.parametrize("record", [Article, Duplicate, Failure, FeedHealth, LinkState, Known])
def test_types_and_words_about_columns_are_kept_in_the_file(record: type) -> None:
    schema = arrow_schema(record)
    found = opened(parquet_bytes(schema.empty_table())).schema_arrow
    assert found.equals(schema, check_metadata=True)
    assert not any(pa.types.is_null(each.type) for each in found)


def test_units_and_descriptions_can_be_read_from_the_file_alone() -> None:
    assert written().schema_arrow.field("word_count").metadata == {
        b"description": b"Length of the text",
        b"unit": b"words",
    }


def test_a_region_with_many_rows_has_a_row_group_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_groups, "SMALLEST_GROUP", 8)
    rows = [replace(story_of(n), primary_region=("CH", "CN", "NZ")[n // 10]) for n in range(30)]
    file = opened(parquet_bytes(in_order(to_table(rows, Article), ORDER), ORDER))
    regions = [file.read_row_group(n, ["primary_region"])["primary_region"].to_pylist() for n in range(3)]
    assert regions == [["CH"] * 10, ["CN"] * 10, ["NZ"] * 10]


def test_rows_come_back_as_they_went_in(tmp_path: Path) -> None:
    files, table = LocalFiles(str(tmp_path)), articles(5)
    file = write_aside(table, "articles", "", files, "run", fates=5)
    waiting = f"_meta/staging/run/finished/{file.path}"
    assert (file.rows, file.fates, file.bytes) == (5, 5, files.size(waiting))
    assert row_count(waiting, files) == 5
    assert list(read_rows(waiting, Article, files)) == from_table(in_order(table, ORDER), Article)
    assert read_table(waiting, files, ["revision"]).column_names == ["revision"]


def test_no_rows_are_a_file_with_all_columns() -> None:
    file = opened(parquet_bytes(in_order(articles(0), ORDER), ORDER))
    assert (file.metadata.num_rows, file.schema_arrow.names) == (0, arrow_schema(Article).names)


def test_a_file_that_holds_other_rows_than_were_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"x\.parquet holds 3 rows where 4 were written"):
        write_checked(parquet_bytes(articles(3)), 4, "x.parquet", LocalFiles(str(tmp_path)))
