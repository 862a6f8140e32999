"""Which rows a deletion means, table by table."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.pages import Draft
from schemas.sources import SourceStatus
from transforms.storage.deleted import hosts_above
from transforms.storage.manifests import RUN_TIME

Address = Callable[[str], tuple[str, str] | None]  # URL key and host of a URL; None for what is none
Mask = np.ndarray[Any, Any]

URLS: Mapping[str, tuple[str, ...]] = {
    "articles": ("url", "canonical_url", "final_url"),
    "duplicates": ("url", "canonical_url"),
    "failures": ("url",),
    "drops": ("url", "detail"),
    "feeds": ("feed_url",),
    "sources": ("source",),
    "links": ("link.url",),
    "robots": ("origin",),
}
IDS = {
    "articles": "article_id",
    "duplicates": "article_id",
    "links": "url_key",
    "fingerprints": "fingerprint.article_id",
}
TIMES: Mapping[str, tuple[str, ...]] = {  # the first that is known says when a row is from
    "articles": ("published_at", "fetched_at"),
    "duplicates": ("published_at", "fetched_at"),
    "failures": ("at",),
    "feeds": ("fetched_at",),
}
RUN_IDS = ("drops", "sources")  # tables of which a row is from when its run is from


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What somebody wants deleted: URL keys, hosts with those below them, all that is from before a moment."""

    keys: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    before: datetime | None = None

    def means(self, url: str | None, address: Address) -> bool:
        """Whether a URL is among them, however it is spelled."""
        place = address(url) if url else None
        if place is None:
            return False
        return place[0] in self.keys or not self.hosts.isdisjoint(hosts_above(place[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Doomed:
    """A target, and what follows from the rows that it means."""

    target: Target
    address: Address
    ids: frozenset[str] = frozenset()  # of what was taken down
    past: frozenset[str] = frozenset()  # of articles and copies that are too old, all their revisions
    known_as: frozenset[str] = frozenset()  # keys of all addresses under which they were read
    unfolded: frozenset[str] = frozenset()  # of copies whose article goes: they may come back as articles
    kept: frozenset[tuple[str, datetime]] = field(default=frozenset())  # feeds and times: the newest state of each


def columns_of(table: str) -> list[str]:
    """Columns that say whether a row is meant."""
    names = [*URLS.get(table, ()), *TIMES.get(table, ())]
    names += [IDS[table]] if table in IDS else []
    names += ["run_id"] if table in RUN_IDS else []
    more = {"duplicates": ["duplicate_of"], "feeds": ["status"], "links": ["at"]}
    return [*names, *more.get(table, [])]


def doomed_rows(name: str, table: pa.Table, doomed: Doomed) -> Mask:
    """True for each row of a file that goes."""
    mask = by_url(name, table, doomed.target, doomed.address) | by_time(name, table, doomed)
    if name in IDS:
        mask |= _among(column(table, IDS[name]), _ids_that_go(name, doomed))
    if name == "duplicates":
        mask |= _among(table["duplicate_of"], doomed.ids | doomed.past)
    return mask


def by_url(name: str, table: pa.Table, target: Target, address: Address) -> Mask:
    """True where one of a row's addresses is meant."""
    mask: Mask = np.zeros(table.num_rows, dtype=bool)
    if not target.keys and not target.hosts:
        return mask
    for each in URLS.get(name, ()):
        values = column(table, each).to_pylist()
        hits = {value: target.means(value, address) for value in set(values)}
        mask |= np.fromiter((hits[value] for value in values), dtype=bool, count=len(values))
    return mask


def by_time(name: str, table: pa.Table, doomed: Doomed) -> Mask:
    """True where a row is from before the moment."""
    before = doomed.target.before
    if before is None:
        return np.zeros(table.num_rows, dtype=bool)
    if name in RUN_IDS:
        return _mask(pc.less(table["run_id"], f"{before:{RUN_TIME}}"))
    if name == "links":  # those that were read hold hashes only, and say that they are not to be read again
        failed = pc.is_valid(column(table, "link.url"))
        return _mask(pc.and_(failed, _earlier(table["at"], before)))
    if name not in TIMES:
        return np.zeros(table.num_rows, dtype=bool)
    past = _mask(_earlier(pc.coalesce(*(table[each] for each in TIMES[name])), before))
    return past & ~_newest_feeds(table, doomed) if name == "feeds" else past


def feeds_to_keep(table: pa.Table) -> frozenset[tuple[str, datetime]]:
    """Feed and time of the rows that are a feed's state: its newest, and the newest that has validators."""
    answered = table.filter(pc.not_equal(table["status"], SourceStatus.FAILED))
    kept: set[tuple[str, datetime]] = set()
    for rows in (table, answered):
        newest = rows.group_by("feed_url").aggregate([("fetched_at", "max")])
        kept.update(zip(newest["feed_url"].to_pylist(), newest["fetched_at_max"].to_pylist(), strict=True))
    return frozenset(kept)


def is_doomed(draft: Draft, doomed: Doomed) -> bool:
    """Whether a draft of a killed run is meant."""
    item, extraction = draft.link.item, draft.extraction
    urls = (draft.link.url, draft.link.canonical_url, draft.final_url, extraction.canonical_url)
    published = extraction.published_at or (item.published_at if item else None) or draft.fetched_at
    past = doomed.target.before is not None and published < doomed.target.before
    return past or any(doomed.target.means(url, doomed.address) for url in urls)


def column(table: pa.Table, name: str) -> pa.ChunkedArray:
    """A column, also one inside a struct: link.url."""
    first, *inside = name.split(".")
    return pc.struct_field(table[first], inside) if inside else table[first]


def _ids_that_go(name: str, doomed: Doomed) -> frozenset[str]:
    """Links that are only too old stay known, so that they are not read again in vain."""
    if name == "links":
        return doomed.ids | doomed.unfolded
    return doomed.ids | (doomed.past | doomed.unfolded if name == "fingerprints" else frozenset())


def _newest_feeds(table: pa.Table, doomed: Doomed) -> Mask:
    pairs: Iterable[tuple[str, datetime]] = zip(
        table["feed_url"].to_pylist(), table["fetched_at"].to_pylist(), strict=True
    )
    return np.fromiter((pair in doomed.kept for pair in pairs), dtype=bool, count=table.num_rows)


def _among(values: pa.ChunkedArray, wanted: Collection[str]) -> Mask:
    return _mask(pc.is_in(values, pa.array(sorted(wanted), pa.string())))


def _earlier(times: pa.ChunkedArray, before: datetime) -> pa.ChunkedArray:
    return pc.less(times, pa.scalar(before, times.type))


def _mask(values: pa.ChunkedArray) -> Mask:
    filled = pc.fill_null(values, fill_value=False)
    return filled.to_numpy(zero_copy_only=False) if isinstance(filled, pa.Array) else filled.to_numpy()
