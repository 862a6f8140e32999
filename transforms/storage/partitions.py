"""Folders of articles: the values of a partition come from closed sets, whatever a publisher says."""

from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from schemas.partitions import PARTITIONS, UNKNOWN

LANGUAGE = "^[a-z]{2,3}$"  # ISO 639
TOPIC = "^medtop:[0-9]{8}$"  # IPTC Media Topic
REGION = "^[A-Z]{2}$"  # ISO 3166-1 alpha-2


def folders(table: pa.Table, partition_by: Sequence[str]) -> list[str]:
    """The folder below `articles` in which each row lies."""
    parts = [_named(PARTITIONS[name].key, VALUES[name](table)) for name in partition_by]
    joined = pc.binary_join_element_wise(*parts, "/") if len(parts) > 1 else parts[0]
    return list(joined.to_pylist())


def _named(key: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(pa.scalar(key), values, "=")


def _dates(table: pa.Table) -> pa.ChunkedArray:
    return pc.strftime(pc.coalesce(table["published_at"], table["fetched_at"]), "%Y-%m-%d")


def _languages(table: pa.Table) -> pa.ChunkedArray:
    return _only(table["language"], LANGUAGE)


def _topics(table: pa.Table) -> pa.ChunkedArray:
    """Digits alone would be a number to some readers: 1000000 for 01000000."""
    return pc.replace_substring(_only(table["primary_topic"], TOPIC), ":", "-")


def _regions(table: pa.Table) -> pa.ChunkedArray:
    return _only(table["primary_region"], REGION)


def _only(values: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray:
    fits = pc.fill_null(pc.match_substring_regex(values, pattern), fill_value=False)
    return pc.if_else(fits, values, UNKNOWN)


VALUES: Mapping[str, Callable[[pa.Table], pa.ChunkedArray]] = {
    "published_date": _dates,
    "language": _languages,
    "topic": _topics,
    "region": _regions,
}
