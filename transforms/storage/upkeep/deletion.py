"""Deletion: takedown and retention. What is meant leaves every table, state and staging at once, without a grace."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pyarrow as pa

from schemas.pages import Draft
from schemas.runs import WrittenFile
from transforms.storage import layout
from transforms.storage.deleted import Deleted, hashed, record_deletion
from transforms.storage.files import Files
from transforms.storage.manifests import Kind, Manifest, commit, committed
from transforms.storage.recovery import folder_of, recover, sweep
from transforms.storage.staging import DRAFTS, run_of, stage_table, staging_files
from transforms.storage.tables import read_rows, read_table
from transforms.storage.upkeep.compaction import NEWEST, newest
from transforms.storage.upkeep.doomed import (
    IDS,
    URLS,
    Address,
    Doomed,
    Target,
    by_time,
    by_url,
    column,
    columns_of,
    doomed_rows,
    feeds_to_keep,
    is_doomed,
)
from transforms.storage.upkeep.rewriting import chosen_rows, write_rows

STORIES = ("articles", "duplicates")
OURS = re.compile(r"part-.+-[0-9a-f]{12}\.parquet")  # names that a commit gives


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """What a deletion did: rows by table, and what it could not look into."""

    rows: dict[str, int]
    keys: frozenset[str] = frozenset()  # of all addresses of the rows that went
    not_searched: tuple[str, ...] = ()


def delete(
    files: Files, target: Target, address: Address, run_id: str, now: datetime, *, at_once: bool = True
) -> Deletion:
    """Delete what is meant, so that it stays deleted.

    What must not come back is written down first: a deletion that is killed half-way is done again, and nothing
    comes back in between. Files of older snapshots go too, whatever grace they had, unless `at_once` is False.
    """
    recover(files, now, at_once=at_once)
    listed = committed(files)
    doomed = find_doomed(listed, target, address, files)
    record_deletion(_record(doomed), run_id, files)
    counts = {"drafts": _delete_drafts(doomed, files)}
    new: list[WrittenFile] = []
    gone: list[str] = []
    for group in _groups(listed):
        count = _delete_rows(group, doomed, files, run_id, new)
        gone += [each.path for each in group] if count else []
        counts[group[0].table] = counts.get(group[0].table, 0) + count
    if gone:
        commit(
            Manifest(run_id=run_id, kind=Kind.DELETE, at=now.isoformat(), files=tuple(new), removes=tuple(gone)), files
        )
        sweep(files, now)
    return Deletion(
        rows={name: count for name, count in counts.items() if count},
        keys=doomed.known_as | doomed.ids | doomed.past,
        not_searched=_empty_quarantine(files),
    )


def find_doomed(listed: Sequence[WrittenFile], target: Target, address: Address, files: Files) -> Doomed:
    """What follows from the rows that are meant: their ids, and the copies that lose their article."""
    doomed = Doomed(target=target, address=address, kept=_feeds_to_keep(listed, target, files))
    stories = {name: _ids(name, listed, doomed, files) for name in STORIES}
    taken = stories["articles"].taken | stories["duplicates"].taken | target.keys
    past = frozenset().union(*(each.past - each.stays for each in stories.values())) - taken
    known_as = stories["articles"].known_as | stories["duplicates"].known_as
    doomed = replace(doomed, ids=taken, past=past, known_as=known_as)
    return replace(doomed, unfolded=_unfolded(listed, doomed, files))


@dataclass(frozen=True, slots=True)
class _Ids:
    """Ids of one table: taken down by address, too old, and those of which a row stays."""

    taken: frozenset[str]
    past: frozenset[str]
    stays: frozenset[str]
    known_as: frozenset[str]  # keys of all addresses of rows that go


def _ids(name: str, listed: Sequence[WrittenFile], doomed: Doomed, files: Files) -> _Ids:
    taken: set[str] = set()
    past: set[str] = set()
    stays: set[str] = set()
    urls: set[str] = set()
    for table in _columns(name, listed, files):
        ids = np.array(column(table, IDS[name]).to_pylist(), dtype=object)
        meant, old = by_url(name, table, doomed.target, doomed.address), by_time(name, table, doomed)
        taken.update(ids[meant])
        past.update(ids[old])
        stays.update(ids[~meant & ~old])
        going = table.filter(pa.array(meant | old))
        urls.update(url for each in URLS[name] for url in column(going, each).to_pylist() if url)
    known_as = frozenset(place[0] for url in urls if (place := doomed.address(url)))
    return _Ids(frozenset(taken), frozenset(past), frozenset(stays), known_as)


def _unfolded(listed: Sequence[WrittenFile], doomed: Doomed, files: Files) -> frozenset[str]:
    copies: set[str] = set()
    for table in _columns("duplicates", listed, files):
        rows = zip(table["article_id"].to_pylist(), table["duplicate_of"].to_pylist(), strict=True)
        copies.update(id_ for id_, of in rows if of in doomed.ids or of in doomed.past)
    return frozenset(copies) - doomed.ids - doomed.past


def _feeds_to_keep(listed: Sequence[WrittenFile], target: Target, files: Files) -> frozenset[tuple[str, datetime]]:
    tables = list(_columns("feeds", listed, files)) if target.before else []
    return feeds_to_keep(pa.concat_tables(tables)) if tables else frozenset()


def _columns(name: str, listed: Sequence[WrittenFile], files: Files) -> Iterator[pa.Table]:
    return (read_table(each.path, files, columns_of(name)) for each in listed if each.table == name)


def _groups(listed: Sequence[WrittenFile]) -> list[list[WrittenFile]]:
    """Files that are written anew together: where the last committed row counts, none may come behind a newer one."""
    ordered = [each for each in listed if each.table in NEWEST and NEWEST[each.table][1] is None]
    single = [[each] for each in listed if each not in ordered and (each.table in URLS or each.table in IDS)]
    return [*single, *([ordered] if ordered else [])]


def _delete_rows(
    group: Sequence[WrittenFile], doomed: Doomed, files: Files, run_id: str, new: list[WrittenFile]
) -> int:
    """Write files anew without the rows that go; returns how many they are."""
    table, paths = group[0].table, [each.path for each in group]
    rows = (read_table(path, files, columns_of(table)) for path in paths)
    gone = np.concatenate([doomed_rows(table, each, doomed) for each in rows])
    count = int(gone.sum())
    if 0 < count < len(gone):
        stays = ~gone & newest(paths, table, files) if len(group) > 1 else ~gone
        rest = write_rows(
            chosen_rows(paths, stays, files), table, folder_of(paths[0]), files, run_id, len(gone) - count
        )
        new += [rest] if rest else []
    return count


def _delete_drafts(doomed: Doomed, files: Files) -> int:
    """The same for what killed runs left to the next one."""
    count = 0
    for path in staging_files(files, DRAFTS):
        stays = [not is_doomed(draft, doomed) for draft in read_rows(path, Draft, files)]
        if all(stays):
            continue
        if any(stays):
            stage_table(read_table(path, files).filter(pa.array(stays)), DRAFTS, files, run_of(path))
        files.delete(path)
        count += stays.count(False)
    return count


def _record(doomed: Doomed) -> Deleted:
    """Addresses under which it was known too: a link that led there is not even asked."""
    return Deleted(
        keys=frozenset(map(hashed, doomed.ids)),
        hosts=frozenset(map(hashed, doomed.target.hosts)),
        before=doomed.target.before,
    )


def _empty_quarantine(files: Files) -> tuple[str, ...]:
    """Files of ours that a repair put aside may hold what is meant, and go. Others are left, and named."""
    found = files.list(layout.QUARANTINE)
    for path in found:
        if OURS.fullmatch(path.rpartition("/")[2]):
            files.delete(path)
    return tuple(path for path in found if not OURS.fullmatch(path.rpartition("/")[2]))
