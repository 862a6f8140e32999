"""Sources of links, and how each of them did in a run."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from schemas.columns import Column
from schemas.failures import Reason
from schemas.version import SCHEMA_VERSION


class SourceStatus(StrEnum):
    READ = "read"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    NOT_DUE = "not_due"  # it asked not to be polled yet, or --poll-every did
    DISABLED = "disabled"  # gone for good, or not found for a month
    BACKING_OFF = "backing_off"  # failed before, and it is too early to ask again
    INTERRUPTED = "interrupted"  # the run was stopped before


class SourceKind(StrEnum):
    FEED = "feed"
    FEED_LIST = "feed_list"
    URL_LIST = "url_list"
    SITEMAP = "sitemap"
    ARCHIVE = "archive"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSource:
    """A feed to ask, as a list names it."""

    url: str
    source: str  # the list, or the feed itself when the user named it
    title: str | None = None
    country: str | None = None  # ISO 3166-1, home of the publication
    category: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRead:
    """One source in one run: what it named, and what it named in vain."""

    source: Annotated[str, Column("The feed, list, sitemap, archive or folder")]
    kind: Annotated[SourceKind, Column("What it is")]
    status: Annotated[SourceStatus, Column("read, unchanged, failed, not_due, backing_off, disabled or interrupted")]
    links: Annotated[int, Column("Links that it named", "links")] = 0
    skipped: Annotated[int, Column("Entries that are no links: over the cap, no URL, no HTML page", "entries")] = 0
    detail: Annotated[str | None, Column("Why entries were skipped, or the source failed")] = None
    run_id: Annotated[str, Column("The run that read it")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """One feed in one run; a row of `feeds`. The newest row of a feed is its state for the next run."""

    feed_url: Annotated[str, Column("The feed as it was named")]
    status: Annotated[SourceStatus, Column("read, unchanged, failed, backing_off or interrupted")]
    fetched_at: Annotated[datetime, Column("When it was asked, UTC")]
    http_status: Annotated[int | None, Column("The answer's status")] = None
    reason: Annotated[Reason | None, Column("Why it failed")] = None
    detail: Annotated[str | None, Column("The same in a sentence")] = None
    title: Annotated[str | None, Column("Its own title")] = None
    format: Annotated[str | None, Column("As rss20, atom10, json11")] = None
    items: Annotated[int, Column("Items that were taken", "items")] = 0
    over_item_cap: Annotated[int, Column("Older items that were left out", "items")] = 0
    without_link: Annotated[int, Column("Items that name nothing to read", "items")] = 0
    malformed: Annotated[bool, Column("Its XML was broken; the good items were kept")] = False
    etag: Annotated[str | None, Column("Validator, verbatim")] = None
    last_modified: Annotated[str | None, Column("Validator, verbatim")] = None
    body_hash: Annotated[str | None, Column("Hash of the body; 16 hex digits")] = None
    failures: Annotated[int, Column("Runs in a row in which it failed", "runs")] = 0
    strain: Annotated[int, Column("Weight of its failures; each good answer halves it", "points")] = 0
    failing_since: Annotated[datetime | None, Column("The first of the failures in a row")] = None
    retry_at: Annotated[datetime | None, Column("After a failure: not asked again before then")] = None
    disabled_at: Annotated[datetime | None, Column("When it was found to be gone; asked once a month since")] = None
    asked_until: Annotated[datetime | None, Column("The feed asks not to be polled before then")] = None
    next_poll_at: Annotated[datetime | None, Column("The same with --poll-every of the run that asked")] = None
    asked_minutes: Annotated[int | None, Column("Pause that its ttl or sy:updatePeriod asks for", "minutes")] = None
    skip_hours: Annotated[tuple[int, ...], Column("Hours, UTC, in which it asks not to be polled")] = ()
    skip_days: Annotated[tuple[str, ...], Column("Days of the week, UTC, on which it asks not to be polled")] = ()
    moved_to: Annotated[str | None, Column("Address that is asked in its place, after three permanent redirects")] = (
        None
    )
    moving_to: Annotated[str | None, Column("Address of the last permanent redirect")] = None
    move_answers: Annotated[int, Column("How often in a row it was redirected there", "answers")] = 0
    newest_item_at: Annotated[datetime | None, Column("Date of its newest item")] = None
    cadence_minutes: Annotated[int | None, Column("Median time between two of its items", "minutes")] = None
    run_id: Annotated[str, Column("The run that asked")] = ""
    schema_version: Annotated[int, Column("Version of these columns")] = SCHEMA_VERSION
