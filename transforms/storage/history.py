"""Fingerprints of all committed texts, read so that the cost follows what is asked for and not their number.

    every row:            8 bytes for each of four exact keys
    rows of some times:   hashes, a row group at a time; groups of other times are not touched
    rows by number:       whole records

A row has a number: its place among the rows of all committed files, the oldest commit's first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from schemas.columns import arrow_schema, from_table
from schemas.fingerprints import Known
from transforms.storage.files import Files
from transforms.storage.manifests import committed
from transforms.storage.tables import opened, read_table

EXACT_KEYS = 4  # id, url_key, guid_key, content_hash
TIMES = ("published_at", "fetched_at")  # the first that is known says when a row is from
Numbers = NDArray[np.int64]
Spans = Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A row group: where it lies, and from when to when its rows may be."""

    path: str
    index: int
    start: int  # number of its first row
    rows: int
    first: datetime | None  # None where the file does not say
    last: datetime | None

    def meets(self, spans: Spans) -> bool:
        first, last = self.first, self.last
        return first is None or last is None or any(first <= end and begin <= last for begin, end in spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Some rows with their numbers; `fields` are columns of the fingerprint."""

    numbers: Numbers
    fields: pa.Table


class History:
    """What earlier runs committed. Opened once for a run; files that come later are not seen."""

    def __init__(self, files: Files) -> None:
        listed = committed(files)
        self._files = files
        self._paths = [each.path for each in listed if each.table == "fingerprints"]
        self._groups: list[Group] = []
        self._today = todays_stories([each.path for each in listed if each.table == "merges"], files)

    def exact_keys(self) -> Iterator[tuple[Numbers, NDArray[np.uint64]]]:
        """The exact keys of all rows, one line of four for each row."""
        for path in self._paths:
            with opened(path, self._files) as file:
                groups = list(_groups(path, file.metadata, self._rows))
                self._groups += groups
                for each in groups:
                    yield (
                        _numbers(each),
                        _exact(file.read_row_group(each.index, columns=["fingerprint.exact"], use_threads=False)),
                    )

    def published(self, spans: Spans, fields: Sequence[str]) -> Iterator[Rows]:
        """Rows from some spans of time, a row group at a time. Comes after `exact_keys`, which finds the groups."""
        names = [f"fingerprint.{name}" for name in dict.fromkeys((*TIMES, *fields))]
        for group, file in self._opened([each for each in self._groups if each.meets(spans)]):
            table = _flat(file.read_row_group(group.index, columns=names, use_threads=False))
            kept = _within(table, spans)
            if kept.any():
                yield Rows(numbers=_numbers(group)[kept], fields=table.filter(pa.array(kept)).select(list(fields)))

    def known(self, numbers: Numbers) -> list[Known]:
        """Rows by their ascending numbers, with the stories that they belong to today."""
        tables = [arrow_schema(Known).empty_table()]
        firsts = [int(np.searchsorted(numbers, each.start)) for each in self._groups]
        lasts = [int(np.searchsorted(numbers, each.start + each.rows)) for each in self._groups]
        asked = {each: (one, end) for each, one, end in zip(self._groups, firsts, lasts, strict=True) if end > one}
        for group, file in self._opened(list(asked)):
            one, end = asked[group]
            tables.append(
                file.read_row_group(group.index, use_threads=False).take(pa.array(numbers[one:end] - group.start))
            )
        records = from_table(pa.concat_tables(tables, promote_options="default"), Known)
        return [replace(each, cluster_id=self._today.get(each.cluster_id, each.cluster_id)) for each in records]

    @property
    def _rows(self) -> int:
        return self._groups[-1].start + self._groups[-1].rows if self._groups else 0

    def _opened(self, groups: Sequence[Group]) -> Iterator[tuple[Group, pq.ParquetFile]]:
        """Each group with its file, every file opened once."""
        by_path: dict[str, list[Group]] = {}
        for each in groups:
            by_path.setdefault(each.path, []).append(each)
        for path, wanted in by_path.items():
            with opened(path, self._files) as file:
                yield from ((group, file) for group in wanted)


def todays_stories(paths: Sequence[str], files: Files) -> dict[str, str]:
    """Stories that were merged, each with the one that it is a part of today."""
    steps: dict[str, set[str]] = {}
    for path in paths:
        table = read_table(path, files, ["old_id", "new_id"])
        for old, new in zip(table["old_id"].to_pylist(), table["new_id"].to_pylist(), strict=True):
            steps.setdefault(old, set()).add(new)
            steps.setdefault(new, set()).add(old)
    today: dict[str, str] = {}
    for smallest in sorted(steps):
        waiting = [smallest]
        while waiting:
            each = waiting.pop()
            if each not in today:
                today[each] = smallest
                waiting += steps[each]
    return today


def _groups(path: str, metadata: pq.FileMetaData, start: int) -> Iterator[Group]:
    places = {metadata.schema.column(at).path: at for at in range(metadata.num_columns)}
    for index in range(metadata.num_row_groups):
        group = metadata.row_group(index)
        told = [group.column(places[f"fingerprint.{name}"]).statistics for name in TIMES]
        bounds = [(each.min, each.max) for each in told if each is not None and each.has_min_max]
        whole = told[0] is not None and bounds and (told[0].null_count == 0 or len(bounds) == len(TIMES))
        yield Group(
            path=path,
            index=index,
            start=start,
            rows=group.num_rows,
            first=min(first for first, _ in bounds) if whole else None,
            last=max(last for _, last in bounds) if whole else None,
        )
        start += group.num_rows


def _numbers(group: Group) -> Numbers:
    return np.arange(group.start, group.start + group.rows)


def _exact(table: pa.Table) -> NDArray[np.uint64]:
    """Arrow keeps the bytes of a column in one piece, so they are numbers already."""
    column = _flat(table)["exact"].combine_chunks()
    offsets = np.frombuffer(column.buffers()[1], np.int32)[column.offset : column.offset + len(column) + 1]
    if len(column) == 0 or (np.diff(offsets) != EXACT_KEYS * 8).any():  # rows of a version that had no such column
        return np.zeros((len(column), EXACT_KEYS), np.uint64)
    values = np.frombuffer(column.buffers()[2], "<u8", EXACT_KEYS * len(column), offsets[0])
    return values.reshape(-1, EXACT_KEYS).astype(np.uint64, copy=False)


def _flat(table: pa.Table) -> pa.Table:
    """Columns of the fingerprint by their own names."""
    column = table["fingerprint"].combine_chunks()
    return pa.Table.from_arrays(column.flatten(), names=[each.name for each in column.type])


def _within(table: pa.Table, spans: Spans) -> NDArray[np.bool_]:
    moments = pc.coalesce(*(table[name] for name in TIMES))
    kept: NDArray[np.bool_] = np.zeros(table.num_rows, np.bool_)
    for begin, end in spans:
        first, last = (pa.scalar(each, moments.type) for each in (begin, end))
        kept |= pc.and_(pc.greater_equal(moments, first), pc.less_equal(moments, last)).to_numpy()
    return kept
