"""What the dataset remembers: links and their fates, feeds and their validators, fingerprints of all texts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.columns import arrow_schema, from_row, from_table
from schemas.fingerprints import Fingerprint, Known
from schemas.links import Link
from schemas.sources import FeedHealth, SourceStatus
from schemas.state import LinkState
from transforms.storage.files import Files
from transforms.storage.manifests import committed_paths
from transforms.storage.tables import read_table


class LinkStates:
    """The newest state of each URL key, found by binary search; about 150 bytes a key."""

    def __init__(self, table: pa.Table) -> None:
        newest = _newest(table, "url_key", "at")
        self._keys = np.array(newest["url_key"].to_pylist(), dtype="S32")
        self._rows = newest

    def find(self, url_key: str) -> LinkState | None:
        place = int(np.searchsorted(self._keys, url_key.encode()))
        if place == len(self._keys) or self._keys[place] != url_key.encode():
            return None
        return from_table(self._rows.slice(place, 1), LinkState)[0]

    def owed(self, now: datetime) -> Iterator[Link]:
        """Links that failed and are due again, in the order of their keys."""
        failed = self._rows.filter(pc.less_equal(self._rows["retry_at"], pa.scalar(now, self._rows["retry_at"].type)))
        for state in from_table(failed, LinkState):
            if state.link:
                yield replace(state.link, failed_before=state.failures)


def load_link_states(files: Files) -> LinkStates:
    """States of all links that committed runs know."""
    return LinkStates(_load(files, "links", LinkState))


def load_feed_states(files: Files) -> dict[str, FeedHealth]:
    """The newest row of each feed. After failures it keeps the validators of the last answer."""
    table = _load(files, "feeds", FeedHealth)
    newest = {each.feed_url: each for each in from_table(_newest(table, "feed_url", "fetched_at"), FeedHealth)}
    answered = table.filter(pc.not_equal(table["status"], SourceStatus.FAILED))
    for each in from_table(_newest(answered, "feed_url", "fetched_at"), FeedHealth):
        newest[each.feed_url] = replace(
            newest[each.feed_url], etag=each.etag, last_modified=each.last_modified, body_hash=each.body_hash
        )
    return newest


def load_known(files: Files, new: Sequence[Fingerprint], window: timedelta) -> list[Known]:
    """Committed fingerprints that could matter to new ones: an equal key, or published within the window."""
    wanted = _Wanted.of(new, window)
    rows = (wanted.among(read_table(path, files)) for path in committed_paths("fingerprints", files))
    return _without_old_revisions([from_row(row, Known) for table in rows for row in table.to_pylist()])


class _Wanted:
    """Which committed fingerprints to load, as one Arrow expression over a file."""

    def __init__(self, keys: dict[str, pa.Array], first: datetime | None, last: datetime | None) -> None:
        self._keys = keys
        self._first, self._last = first, last

    @classmethod
    def of(cls, new: Sequence[Fingerprint], window: timedelta) -> "_Wanted":
        names = ("article_id", "url_key", "guid_key", "content_hash")
        keys = {name: pa.array({getattr(each, name) for each in new} - {None}, pa.string()) for name in names}
        dates = [each.published_at or each.fetched_at for each in new]
        if not dates:
            return cls(keys, None, None)
        return cls(keys, min(dates) - window, max(dates) + window)

    def among(self, table: pa.Table) -> pa.Table:
        if self._first is None:
            return table.slice(0, 0)
        prints = table["fingerprint"].combine_chunks()
        wanted = self._in_window(prints)
        for name, keys in self._keys.items():
            wanted = pc.or_(wanted, pc.is_in(prints.field(name), keys))
        return table.filter(wanted)

    def _in_window(self, prints: pa.StructArray) -> pa.Array:
        dates = pc.coalesce(prints.field("published_at"), prints.field("fetched_at"))
        first, last = (pa.scalar(each, dates.type) for each in (self._first, self._last))
        return pc.and_(pc.greater_equal(dates, first), pc.less_equal(dates, last))


def _without_old_revisions(known: list[Known]) -> list[Known]:
    newest = {each.fingerprint.article_id: each for each in known}  # files come oldest run first
    return list(newest.values())


def _load(files: Files, name: str, record: type) -> pa.Table:
    empty = arrow_schema(record).empty_table()
    tables = [read_table(path, files) for path in committed_paths(name, files)]
    return pa.concat_tables([empty, *tables], promote_options="default")


def _newest(table: pa.Table, key: str, moment: str) -> pa.Table:
    """The newest row of each key, in the order of keys."""
    ordered = table.sort_by([(key, "ascending"), (moment, "ascending")])
    keys = ordered[key].combine_chunks()
    if len(keys) == 0:
        return ordered
    last = pc.fill_null(pc.not_equal(keys[:-1], keys[1:]), fill_value=True)
    return ordered.filter(pa.concat_arrays([last, pa.array([True])]))
