"""SelectLinks and LimitLinks: only what the run was asked for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

import apache_beam as beam
from apache_beam.transforms.error_handling import ErrorHandler

from schemas.failures import Drop, DropReason, Stage
from schemas.links import Link
from schemas.selection import Selection
from transforms.metering import Weigh
from transforms.outcomes import Attempt, SetAside, fate_of
from transforms.web.urls import host_of

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass
class SelectLinks(beam.PTransform):
    """Drop links that the patterns refuse, and those that their feed dates before `since`."""

    selection: Selection
    ledger: ErrorHandler

    def expand(self, links: beam.PCollection) -> beam.PCollection:
        return links | Attempt(partial(select_link, selection=self.selection), Stage.SELECT, self.ledger)


@dataclass
class LimitLinks(beam.PTransform):
    """Keep the newest `max_pages` links, by the date that their source gives; ties by URL key."""

    selection: Selection
    ledger: ErrorHandler

    def expand(self, links: beam.PCollection) -> beam.PCollection:
        if self.selection.max_pages is None:
            return links
        weighed = links | "Weigh" >> beam.ParDo(Weigh(Stage.LIMIT)).with_output_types(Link)
        gathered = weighed | beam.WithKeys("all") | beam.GroupByKey()
        return gathered | SetAside(_Limit(self.selection.max_pages), Stage.LIMIT, self.ledger, Link)


def select_link(link: Link, selection: Selection) -> Link | Drop:
    """The link, or why it is not wanted."""
    if refusal := _refusal(link, selection):
        return Drop(url=link.url, reason=DropReason.EXCLUDED, detail=refusal)
    moment = stated_time(link)
    if selection.since and moment and moment < selection.since:
        return Drop(url=link.url, reason=DropReason.TOO_OLD, detail=f"dated {moment:%Y-%m-%d} by {link.source}")
    return link


def stated_time(link: Link) -> datetime | None:
    """When the source says that the thing behind a link was published or changed."""
    return (link.item and link.item.published_at) or link.modified_at


def limit_links(links: Iterable[Link], most: int) -> tuple[list[Link], list[Link]]:
    """The newest links, and the rest."""
    ordered = sorted(links, key=lambda link: link.url_key or "")
    ordered.sort(key=lambda link: stated_time(link) or LONG_AGO, reverse=True)
    return ordered[:most], ordered[most:]


def _refusal(link: Link, selection: Selection) -> str | None:
    for pattern in selection.exclude:
        if _matches(link, pattern):
            return f"matches --exclude {pattern}"
    if selection.include and not any(_matches(link, pattern) for pattern in selection.include):
        return "matches no --include"
    return None


def _matches(link: Link, pattern: str) -> bool:
    url = link.canonical_url or link.url
    host = host_of(url) if link.canonical_url else ""
    hosts = (host, host.rsplit(":", 1)[0])
    named = pattern.lower()  # as host_of writes hosts
    return (
        fnmatchcase(url, pattern)
        or any(fnmatchcase(each, named) for each in hosts)
        or any(each.endswith(f".{named}") for each in hosts)
    )


class _Limit(beam.DoFn):
    def __init__(self, most: int) -> None:
        self._most = most

    def process(self, keyed: tuple[str, Iterable[Link]]) -> Iterator[Any]:
        kept, rest = limit_links(keyed[1], self._most)
        yield from kept
        for link in rest:
            drop = Drop(url=link.url, reason=DropReason.LIMIT, detail=f"over --max-pages {self._most}")
            yield fate_of(drop, link)
