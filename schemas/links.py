"""Links: one thing to read each, the unit of accounting. And what a feed says of one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LinkKind(StrEnum):
    """Where the bytes behind a link lie. The order is the order of preference among links of one key."""

    FILE = "file"
    WARC = "warc"
    HTTP = "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """What a feed or news sitemap says about one of its links; a witness, never the text itself."""

    feed_url: str
    feed_title: str | None = None
    guid: str | None = None
    title: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    updated_at: datetime | None = None
    categories: tuple[str, ...] = ()
    language: str | None = None
    country: str | None = None  # ISO 3166-1 home country of the source, where the list of feeds names it


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedText:
    """A claim check for the full text of a feed's item, which rests on disk as long as the run goes on."""

    path: str
    offset: int  # in bytes
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Previous:
    """What an earlier run made of the same key: the revision that a changed text would follow."""

    content_hash: str
    revision: int
    first_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One thing to read. `url` is as it was given, without a password; `canonical_url` and `url_key` follow from it.

    `source` is the input that named it: a feed, a list, a sitemap, an archive, a folder.
    `version` is what tells that the thing behind a link has changed, as KIND:VALUE (`item:HASH`,
    `lastmod:TIME`, `warc:TIME`, `file:TIME-SIZE`); only versions of one kind compare.
    """

    url: str
    source: str
    kind: LinkKind = LinkKind.HTTP
    path: str | None = None  # of the archive or file
    offset: int | None = None  # of the record in its archive, in bytes
    canonical_url: str | None = None
    url_key: str | None = None
    version: str | None = None
    modified_at: datetime | None = None  # lastmod of a sitemap, WARC-Date, mtime
    item: FeedItem | None = None
    feed_text: FeedText | None = None  # stands in where the page is refused or shows a part only
    redirected_to: str | None = None  # another host's address that the first answer pointed to
    seen_in: tuple[str, ...] = ()  # other sources that named the same key
    previous: Previous | None = None  # set when a link that was read before is due again
    failed_before: int = 0  # runs in a row that failed on it


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChunk:
    """Links of one shard as they travel, packed: a tenth of their size, and one element where they are hundreds."""

    packed: bytes
