"""ReadFeedLists and ReadUrlLists: files that name feeds or pages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam
from apache_beam.transforms.error_handling import ErrorHandler

from schemas.failures import Failure, Fate, Reason, Stage, Subject
from schemas.links import FeedItem, Link
from schemas.sources import FeedSource, SourceKind, SourceRead, SourceStatus
from transforms.filesystems import open_input
from transforms.inputs.feed_lists import NotAList, parse_feed_list
from transforms.inputs.url_lists import UrlEntry, parse_url_list
from transforms.outcomes import AttemptEach


@dataclass
class ReadFeedLists(beam.PTransform):
    """Feeds that the files name, whatever their format."""

    ledger: ErrorHandler

    def expand(self, paths: beam.PCollection) -> beam.PCollection:
        return paths | AttemptEach(read_feed_list, Stage.READ, self.ledger, FeedSource)


@dataclass
class ReadUrlLists(beam.PTransform):
    """Links that the files name."""

    ledger: ErrorHandler

    def expand(self, paths: beam.PCollection) -> beam.PCollection:
        return paths | AttemptEach(read_url_list, Stage.READ, self.ledger, Link)


def read_feed_list(path: str) -> Iterator[FeedSource | Fate | SourceRead]:
    """The feeds of one list; those that cannot be asked are failures of a source."""
    try:
        with open_input(path) as file:
            content = file.read()
        listed = parse_feed_list(content, path)
    except (OSError, NotAList) as error:
        yield from unread(path, SourceKind.FEED_LIST, reason_of(error), str(error))
        return
    if not listed.feeds and not listed.refused:
        yield from unread(path, SourceKind.FEED_LIST, Reason.EMPTY_SOURCE, "the list names no feed")
        return
    for entry in listed.feeds:
        yield FeedSource(
            url=entry.url,
            source=path,
            title=entry.title,
            country=entry.country,
            category=entry.category,
            language=entry.language,
        )
    for url, why in listed.refused:
        yield from unread(url, SourceKind.FEED, Reason.BAD_URL, why, source=path)
    yield SourceRead(source=path, kind=SourceKind.FEED_LIST, status=SourceStatus.READ, skipped=len(listed.refused))


def read_url_list(path: str) -> Iterator[Link | Fate | SourceRead]:
    """The links of one list, as they come; a list may be larger than memory."""
    count = 0
    try:
        with open_input(path) as lines:
            for entry in parse_url_list(lines, path):
                count += 1
                yield link_of_entry(entry, path)
    except (OSError, NotAList) as error:
        yield from unread(path, SourceKind.URL_LIST, reason_of(error), str(error))
        return
    if count == 0:
        yield from unread(path, SourceKind.URL_LIST, Reason.EMPTY_SOURCE, "the list names no URL")
        return
    yield SourceRead(source=path, kind=SourceKind.URL_LIST, status=SourceStatus.READ, links=count)


def link_of_entry(entry: UrlEntry, path: str) -> Link:
    """A link with what the list says beside the URL."""
    item = None
    if entry.title or entry.published_at:
        item = FeedItem(feed_url=path, title=entry.title, published_at=entry.published_at)
    version = f"lastmod:{entry.lastmod.isoformat()}" if entry.lastmod else None
    return Link(url=entry.url, source=path, version=version, modified_at=entry.lastmod, item=item)


def unread(
    name: str, kind: SourceKind, reason: Reason, detail: str, source: str | None = None
) -> Iterable[Fate | SourceRead]:
    """A source that could not be read: its failure, and its count. `source` is the list that names it."""
    yield source_failure(name, reason, detail, source or name)
    yield SourceRead(source=name, kind=kind, status=SourceStatus.FAILED, detail=detail)


def source_failure(name: str, reason: Reason, detail: str, source: str) -> Fate:
    """A failure that no link has to answer for."""
    return Fate(
        record=Failure(url=name, stage=Stage.READ, reason=reason, detail=detail, subject=Subject.SOURCE, source=source)
    )


def reason_of(error: Exception) -> Reason:
    """Why a source could not be read."""
    if isinstance(error, FileNotFoundError):
        return Reason.MISSING_FILE
    return getattr(error, "reason", Reason.UNREADABLE_FILE)
