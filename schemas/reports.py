"""What the report of a run shows: numbers and names, ready to be drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from schemas.runs import RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """An article of the dataset as the report counts it; one of the newest, of whatever run."""

    run_id: str
    article_id: str
    cluster_id: str
    url: str
    host: str | None
    title: str | None
    published_at: datetime | None
    language: str | None
    primary_topic: str | None
    primary_region: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A copy that was folded away, as the report counts it."""

    run_id: str
    article_id: str
    cluster_id: str
    url: str
    host: str | None
    title: str | None
    published_at: datetime | None
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A link or source of this run that failed."""

    url: str
    subject: str
    reason: str
    detail: str | None
    retry_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCount:
    """What a source named in this run."""

    source: str
    kind: str
    status: str
    links: int
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSeen:
    """How a feed did when it was asked."""

    feed_url: str
    run_id: str
    status: str
    fetched_at: datetime
    http_status: int | None
    reason: str | None
    title: str | None
    items: int
    newest_item_at: datetime | None
    cadence_minutes: int | None
    next_poll_at: datetime | None
    retry_at: datetime | None
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """All that the report of a run is made of."""

    record: RunRecord
    before: RunRecord | None  # the run before it, where its record is still there
    articles_in_all: int  # rows of the dataset, all revisions
    recent: tuple[Recent, ...]
    copies: tuple[Copied, ...]
    failures: tuple[Failed, ...]
    sources: tuple[SourceCount, ...]
    feeds: tuple[FeedSeen, ...]  # the newest row of each feed, as of this run
    feeds_before: tuple[FeedSeen, ...]  # the same as of the run before
    topic_names: Mapping[str, str] = field(default_factory=dict)
    remedies: Mapping[str, str] = field(default_factory=dict)  # of the reasons of failures
