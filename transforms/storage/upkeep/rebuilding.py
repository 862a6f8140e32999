"""State made anew from the rows that it speaks of, where files of either were lost."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.columns import to_table
from schemas.fingerprints import Fingerprint, Known
from schemas.runs import WrittenFile
from schemas.state import LinkState
from transforms.storage.files import Files
from transforms.storage.recovery import folder_of
from transforms.storage.tables import read_table, write_aside
from transforms.storage.upkeep.compaction import Mask, newest
from transforms.storage.upkeep.doomed import column
from transforms.storage.upkeep.rewriting import chosen_rows, read_batches, write_rows

Sketch = Callable[[Mapping[str, Any]], Fingerprint]  # of a row of articles or duplicates

STORIES = ("articles", "duplicates")
KEYS = {"links": "url_key", "fingerprints": "fingerprint.article_id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """State that agrees with articles and duplicates again: files that go, files that come, and how much that was."""

    removes: tuple[str, ...] = ()
    files: tuple[WrittenFile, ...] = ()
    forgotten: int = 0  # links whose rows were lost: they are read again where their feeds still name them
    links: int = 0
    fingerprints: int = 0


def rebuild(listed: Sequence[WrittenFile], sketch: Sketch, files: Files, run_id: str) -> Rebuilt:
    """Forget links whose rows are lost, and learn again what rows say that state has lost."""
    rows = _ids(listed, STORIES, "article_id", files)
    known = _ids(listed, ("fingerprints",), KEYS["fingerprints"], files)
    links = _ids(listed, ("links",), KEYS["links"], files)
    lost, unsketched = known - rows, rows - known
    removes, kept = _forget(lost, listed, files, run_id)
    states = [each for table in _stories(listed, files) for each in _states(table, rows - links)]
    sketches = [each for table in _stories(listed, files) for each in _known(table, unsketched, sketch)]
    new = [write_aside(to_table(states, LinkState), "links", "", files, run_id)] if states else []
    new += [write_aside(to_table(sketches, Known), "fingerprints", "", files, run_id)] if sketches else []
    return Rebuilt(
        removes=tuple(removes),
        files=(*kept, *new),
        forgotten=len(lost & links),
        links=len({each.url_key for each in states}),
        fingerprints=len({each.fingerprint.article_id for each in sketches}),
    )


def _ids(listed: Sequence[WrittenFile], tables: Sequence[str], name: str, files: Files) -> frozenset[str]:
    chosen = (each.path for each in listed if each.table in tables)
    return frozenset(id_ for path in chosen for id_ in column(read_table(path, files, [name]), name).to_pylist())


def _stories(listed: Sequence[WrittenFile], files: Files) -> Iterator[pa.Table]:
    for each in sorted(listed, key=lambda each: each.table, reverse=True):  # articles last: their revisions count
        if each.table in STORIES:
            yield from read_batches(each.path, files)


def _forget(
    lost: frozenset[str], listed: Sequence[WrittenFile], files: Files, run_id: str
) -> tuple[list[str], list[WrittenFile]]:
    removes: list[str] = []
    kept: list[WrittenFile] = []
    for table in KEYS if lost else ():
        group = [each for each in listed if each.table == table]
        stays = _not_among(lost, group, files)
        if stays.all():
            continue
        paths = [each.path for each in group]
        rows = chosen_rows(paths, stays & newest(paths, table, files), files)
        rest = write_rows(rows, table, folder_of(paths[0]), files, run_id, len(stays))
        removes += paths
        kept += [rest] if rest else []
    return removes, kept


def _not_among(lost: frozenset[str], group: Sequence[WrittenFile], files: Files) -> Mask:
    if not group:
        return np.ones(0, dtype=bool)
    name = KEYS[group[0].table]
    ids = [value for each in group for value in column(read_table(each.path, files, [name]), name).to_pylist()]
    return np.fromiter((value not in lost for value in ids), dtype=bool, count=len(ids))


def _states(table: pa.Table, wanted: frozenset[str]) -> Iterator[LinkState]:
    """Links of the web that were read: an article's id is the key of its link there. Files are read again."""
    for row in _rows(table, wanted):
        if row["url"].lower().startswith(("http://", "https://")):
            yield LinkState(
                url_key=row["article_id"],
                at=row["fetched_at"],
                content_hash=row["content_hash"],
                revision=row.get("revision", 1),
                first_seen_at=row.get("first_seen_at", row["fetched_at"]),
            )


def _known(table: pa.Table, wanted: frozenset[str], sketch: Sketch) -> Iterator[Known]:
    for row in _rows(table, wanted):
        yield Known(
            fingerprint=sketch(row),
            cluster_id=row["cluster_id"],
            cluster_size=row.get("cluster_size", 1),
            duplicate_of=row.get("duplicate_of"),
        )


def _rows(table: pa.Table, wanted: frozenset[str]) -> list[dict[str, Any]]:
    if not wanted:
        return []
    return table.filter(pc.is_in(table["article_id"], pa.array(sorted(wanted), pa.string()))).to_pylist()
