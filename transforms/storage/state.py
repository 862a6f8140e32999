"""What the dataset remembers: links and their fates, feeds and their validators, fingerprints of all texts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.columns import arrow_schema, from_table
from schemas.links import Link
from schemas.sources import FeedHealth, SourceStatus
from schemas.state import LinkState, RobotsKnown
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


def load_robots(files: Files) -> dict[str, RobotsKnown]:
    """What the newest robots.txt of each origin says to us."""
    table = _newest(_load(files, "robots", RobotsKnown), "origin", "fetched_at")
    return {each.origin: each for each in from_table(table, RobotsKnown)}


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
