"""Compaction: many small files become one for each partition, and state keeps only the rows that count.

Nobody notices: readers of a snapshot find the files that they know for a grace time; globs see the old files until
then, and the merged one from then on (`recovery.settle`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.runs import WrittenFile
from transforms.storage import layout
from transforms.storage.files import Files
from transforms.storage.manifests import Kind, Manifest, commit, live, manifest_paths, manifests
from transforms.storage.recovery import folder_of, settle, sweep, table_files
from transforms.storage.tables import read_table
from transforms.storage.upkeep.rewriting import chosen_rows, merge_rows, write_rows

Mask = np.ndarray[Any, Any]

# State of which only the newest row of a key counts: the key, and the column that says which is newest. Without
# one it is the row that was committed last.
NEWEST: Mapping[str, tuple[str, str | None]] = {
    "links": ("url_key", "at"),
    "fingerprints": ("fingerprint.article_id", None),
    "robots": ("origin", "fetched_at"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compacted:
    """What a compaction did."""

    merged: int  # files that became fewer
    into: int
    bytes_before: int
    bytes_after: int
    rows_superseded: int  # of state, which newer rows stand for


def compact(files: Files, run_id: str, now: datetime, grace: timedelta) -> Compacted | None:
    """Merge what can be merged in one commit; None where no partition has two files."""
    found = manifests(files)
    listed = live(found)
    groups = {place: group for place, group in partitions(listed).items() if len(group) > 1}
    if not groups:
        return None
    new = tuple(merged for place, group in groups.items() if (merged := _merged(*place, group, files, run_id)))
    gone = {each.path: each for group in groups.values() for each in group}
    removed = {path for manifest in found for path in manifest.removes}.intersection(table_files(files))
    manifest = Manifest(
        run_id=run_id,
        kind=Kind.COMPACT,
        at=now.isoformat(),
        files=new,
        keeps=tuple(each for each in listed if each.path not in gone),
        removes=tuple(sorted(removed.union(gone))),
        grace=int(grace.total_seconds()),
        folds=tuple(path.rpartition("/")[2].removesuffix(".json") for path in manifest_paths(files)),
    )
    commit(manifest, files)
    settle(files, now)
    sweep(files, now)
    return _report(list(gone.values()), new)


def partitions(listed: Sequence[WrittenFile]) -> dict[tuple[str, str], list[WrittenFile]]:
    """Files by table and folder, as they will lie once all has settled."""
    groups: dict[tuple[str, str], list[WrittenFile]] = {}
    for each in listed:
        groups.setdefault((each.table, folder_of(layout.settled(each.path))), []).append(each)
    return groups


def _merged(table: str, folder: str, group: Sequence[WrittenFile], files: Files, run_id: str) -> WrittenFile | None:
    paths, count = [each.path for each in group], sum(each.rows for each in group)
    if table in layout.DATA_TABLES:  # globs go on finding the old ones for the grace time
        rows, folder = merge_rows(paths, table, files, run_id), layout.merged(folder)
    elif table in NEWEST:
        rows = chosen_rows(paths, newest(paths, table, files), files)
    else:
        rows = merge_rows(paths, table, files, run_id)
    return write_rows(rows, table, folder, files, run_id, count)


def newest(paths: Sequence[str], table: str, files: Files) -> Mask:
    """True for the rows of files, one after the other, that count: of each key the newest, of equally new the last."""
    key, moment = NEWEST[table]
    columns = [key, *([moment] if moment else [])]
    rows = pa.concat_tables([_flat(read_table(path, files, columns), key) for path in paths])
    order = pc.sort_indices(rows, sort_keys=[(name, "ascending") for name in rows.column_names]).to_numpy()
    keys = rows["key"].combine_chunks().take(pa.array(order))
    last = np.append(pc.not_equal(keys[:-1], keys[1:]).to_numpy(zero_copy_only=False), True)
    chosen: Mask = np.zeros(rows.num_rows, dtype=bool)
    chosen[order[last[: len(order)]]] = True
    return chosen


def _flat(table: pa.Table, key: str) -> pa.Table:
    """The key under one name, also where it lies inside a struct; then what orders the rows."""
    column, *inside = key.split(".")
    values = pc.struct_field(table[column], inside) if inside else table[column]
    others = {name: table[name] for name in table.column_names if name != column}
    return pa.table({"key": values, **others})


def _report(gone: Sequence[WrittenFile], new: Sequence[WrittenFile]) -> Compacted:
    return Compacted(
        merged=len(gone),
        into=len(new),
        bytes_before=sum(each.bytes for each in gone),
        bytes_after=sum(each.bytes for each in new),
        rows_superseded=sum(each.rows for each in gone) - sum(each.rows for each in new),
    )
