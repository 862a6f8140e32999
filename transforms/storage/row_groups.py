"""Row groups: where a sorted file is cut, so that a reader of one region skips the rows of all others.

    AT AU … CL | CN | CO … FR | GB … UA | US | US | UZ … ZW     docs/decisions/0008 has the figures

A value with many rows has row groups to itself; the others share some. Each group costs 9 kB of footer, which every
reader of the file pays for, so there are few.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from transforms.storage.files import StorageError

GROUPS = 12  # about as many in a sorted file, within these bounds
SMALLEST_GROUP, LARGEST_GROUP = 512, 8_192  # rows; half a MB and 7 MB of articles; a long run has twice as many


def group_size(rows: int, order: Sequence[str]) -> int:
    """Rows that a group is meant to have in a file of about so many rows."""
    return min(LARGEST_GROUP, max(SMALLEST_GROUP, rows // GROUPS)) if order else LARGEST_GROUP


def row_groups(tables: Iterable[pa.Table], order: Sequence[str], size: int) -> Iterator[pa.Table]:
    """The same rows, one table for each row group; how the rows came in tables makes no difference."""
    held: list[pa.Table] = []
    for table in tables:
        held.append(table)
        if sum(each.num_rows for each in held) >= 3 * size:
            *groups, rest = _parted(held, order, size, ended=False)
            yield from groups
            held = [rest]
    if any(each.num_rows for each in held):
        yield from _parted(held, order, size, ended=True)


def joined(tables: Sequence[pa.Table]) -> pa.Table:
    """Rows of several tables of the same columns."""
    try:
        return pa.concat_tables(tables)
    except pa.ArrowInvalid as error:
        raise StorageError("files of one table have different columns; newsbeam wrote at most one of them") from error


def _parted(tables: Sequence[pa.Table], order: Sequence[str], size: int, *, ended: bool) -> list[pa.Table]:
    """Finished groups; before the end also the rows that may go on, as the last one."""
    whole = joined(tables)
    runs = _runs(whole[order[0]]) if order else np.array([0, whole.num_rows])
    cuts = _cuts([int(each) for each in runs], size, ended=ended)
    if not ended or cuts[-1] < whole.num_rows:
        cuts.append(whole.num_rows)
    return [whole.slice(start, end - start) for start, end in pairwise(cuts)]


def _cuts(runs: Sequence[int], size: int, *, ended: bool) -> list[int]:
    """Where groups begin, and where the last finished one ends. The last run may go on, unless all has `ended`."""
    cuts = [0]
    for start, end in pairwise(runs):
        is_long = end - start >= size // 2
        if is_long:
            cuts += [start] if start - cuts[-1] > size // 4 else []  # fewer rows are not worth a group of their own
            cuts += range(cuts[-1] + 2 * size, end - size // 2 + 1, 2 * size)
        if (ended or end < runs[-1]) and (is_long or end - cuts[-1] >= size):
            cuts.append(end)
    return cuts


def _runs(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Where runs of one value begin, nulls included, and where the last one ends."""
    codes = column.combine_chunks().dictionary_encode(null_encoding="encode").indices.to_numpy()
    return np.concatenate([[0], np.flatnonzero(codes[1:] != codes[:-1]) + 1, [len(codes)]])
