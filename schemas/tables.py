"""The tables that people read: what a row is, and how its folder is named."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.articles import Article, Duplicate
from schemas.failures import Failure
from schemas.partitions import DEFAULT, RUN_DATE, keys_of
from schemas.sources import FeedHealth
from schemas.stories import Merge


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table, its rows' record, and what its rows are."""

    record: type
    description: str


TABLES: Mapping[str, Table] = {
    "articles": Table(
        record=Article, description="One row for each distinct story text: the dataset that people read."
    ),
    "duplicates": Table(
        record=Duplicate, description="Every copy that was folded away, with its text, and into what and why."
    ),
    "merges": Table(record=Merge, description="Two stories that a later text showed to be one."),
    "failures": Table(record=Failure, description="Every input that did not become a row, and why."),
    "feeds": Table(
        record=FeedHealth, description="Each feed in each run: how it answered, and when it may be asked again."
    ),
}


def partition_keys(table: str, partition_by: tuple[str, ...] = DEFAULT) -> tuple[str, ...]:
    """Keys of a table's folders, the outermost first; only articles are parted as their user likes."""
    return keys_of(partition_by) if table == "articles" else (RUN_DATE,)


def is_date(key: str) -> bool:
    """Whether the values of a partition are dates; all others are short texts."""
    return key.endswith("_date")
