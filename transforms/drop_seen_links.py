"""DropSeenLinks: of many links to one key the best goes on, and only when it is due."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import apache_beam as beam
from apache_beam.transforms.error_handling import ErrorHandler

from schemas.failures import Drop, DropReason, Stage
from schemas.links import Link, LinkChunk, LinkKind, Previous
from schemas.runs import Run
from schemas.state import LinkState
from transforms.filesystems import dataset_files
from transforms.holding import hold
from transforms.outcomes import SetAside, fate_of
from transforms.pack_links import PackLinks, shard, unpack
from transforms.storage.deleted import Deleted, dropped_as_deleted, load_deleted
from transforms.storage.staging import left_drafts, staged_keys
from transforms.storage.state import load_link_states
from transforms.web.urls import fold_host

KEY_SHARDS = 256  # links that are compared with each other at once: a million make 4,000 in each
NO_NETWORK_FIRST = (LinkKind.FILE, LinkKind.WARC, LinkKind.HTTP)


@dataclass
class DropSeenLinks(beam.PTransform):
    """One link for each URL key, dropped when an earlier run read it and nothing says that it changed."""

    run: Run
    refetch_after: timedelta | None
    ledger: ErrorHandler
    retry: bool = False  # what failed is due now, whatever its back-off says

    def expand(self, links: beam.PCollection) -> beam.PCollection:
        packed = links | "PackByUrl" >> PackLinks(shard_of_key, Stage.LOOK_UP)
        return packed | SetAside(_DropSeen(self.run, self.refetch_after, self.retry), Stage.LOOK_UP, self.ledger, Link)


def shard_of_key(link: Link) -> str:
    """The shard of the key that all spellings of a link share."""
    return f"urls-{shard(link.url_key or link.url, KEY_SHARDS):03d}"


def by_key(links: Iterable[Link]) -> list[tuple[str, list[Link]]]:
    """Links of one shard by their key, in the order of keys."""
    groups: dict[str, list[Link]] = {}
    for link in links:
        groups.setdefault(link.url_key or link.url, []).append(link)
    return sorted(groups.items())


def choose_link(links: Iterable[Link]) -> tuple[Link, list[Link]]:
    """The link that is read for a key, and the rest.

    First what needs no network, then the newest capture, then by source, URL and offset; what a feed names anew
    before what it owes from an earlier run; of two items by version and content. It takes what a feed says, its
    full text and the version from the first of the others that has any, and keeps the list of where the key was seen.
    """
    first, *rest = sorted(links, key=_preference)
    item = next((each.item for each in (first, *rest) if each.item), None)
    text = next((each.feed_text for each in (first, *rest) if each.feed_text), None)
    version = next((each.version for each in (first, *rest) if each.version), None)
    others = sorted({*first.seen_in, *(each.source for each in rest)} - {first.source})
    return replace(first, item=item, feed_text=text, version=version, seen_in=tuple(others)), rest


def judge_link(link: Link, state: LinkState | None, now: datetime, refetch_after: timedelta | None) -> Link | Drop:
    """The link if it is due, else why not."""
    if state is None:
        return link
    if state.reason is not None:
        return _after_failure(link, state, now)
    if _changed(link, state) or (refetch_after is not None and state.at + refetch_after <= now):
        return replace(link, previous=_previous(state))
    return Drop(url=link.url, reason=DropReason.SEEN, detail=f"read at {state.at:%Y-%m-%d %H:%M}")


class _DropSeen(beam.DoFn):
    def __init__(self, run: Run, refetch_after: timedelta | None, retry: bool) -> None:
        self._run, self._refetch_after, self._retry = run, refetch_after, retry

    def setup(self) -> None:
        hold(self._run)
        files = dataset_files(self._run.output)
        self._staged = staged_keys(left_drafts(self._run.run_id, files), files)  # first: a stream commits meanwhile
        self._states = load_link_states(files)
        self._deleted = load_deleted(files)

    def process(self, packed: tuple[str, Iterable[LinkChunk]]) -> Iterator[Any]:
        for key, links in by_key(unpack(packed[1])):
            yield from self._fates(key, links)

    def _fates(self, key: str, links: list[Link]) -> Iterator[Any]:
        link, others = choose_link(links)
        if is_deleted(link, self._deleted):
            yield from (fate_of(dropped_as_deleted(each), each) for each in (link, *others))
            return
        for other in others:
            yield fate_of(Drop(url=other.url, reason=DropReason.DUPLICATE_LINK, detail=link.url), other)
        judged = self._judged(link, key)
        yield judged if isinstance(judged, Link) else fate_of(judged, link)

    def _judged(self, link: Link, key: str) -> Link | Drop:
        if key in self._staged:
            detail = f"read by run {self._staged[key]}, which has not committed it; it is taken up from there"
            return Drop(url=link.url, reason=DropReason.DUPLICATE_LINK, detail=detail)
        state = self._states.find(key)
        if self._retry and state and state.reason is not None:
            return due_again(link, state)
        return judge_link(link, state, self._run.started_at, self._refetch_after)


def is_deleted(link: Link, deleted: Deleted) -> bool:
    """Whether a link was taken down, or is older than what is kept by what its feed says."""
    published = link.item.published_at if link.item else None
    if deleted.has_key(link.url_key) or deleted.is_past(published):
        return True
    return bool(link.canonical_url) and deleted.has_host(fold_host(urlsplit(link.canonical_url or "").hostname or ""))


def due_again(link: Link, state: LinkState) -> Link:
    """A link that failed, with what is known of it from before."""
    previous = _previous(state) if state.content_hash else None
    return replace(link, failed_before=state.failures, previous=previous)


def _preference(link: Link) -> tuple[int | float | str, ...]:
    captured = link.modified_at.timestamp() if link.modified_at else 0.0
    place = NO_NETWORK_FIRST.index(link.kind), -captured, link.source, link.url, link.offset or 0
    return *place, link.failed_before, link.version or "", repr(link.item), repr(link.feed_text)


def _after_failure(link: Link, state: LinkState, now: datetime) -> Link | Drop:
    if state.retry_at and state.retry_at > now and not _changed(link, state):
        detail = f"{state.reason} at {state.at:%Y-%m-%d %H:%M}; not before {state.retry_at:%Y-%m-%d %H:%M}"
        return Drop(url=link.url, reason=DropReason.BACKING_OFF, detail=detail)
    return due_again(link, state)


def _changed(link: Link, state: LinkState) -> bool:
    """Whether both carry a version of one kind, and they differ."""
    if not link.version or not state.version:
        return False
    same_kind = link.version.partition(":")[0] == state.version.partition(":")[0]
    return same_kind and link.version != state.version


def _previous(state: LinkState) -> Previous:
    return Previous(
        content_hash=state.content_hash or "",
        revision=state.revision,
        first_seen_at=state.first_seen_at or state.at,
    )
