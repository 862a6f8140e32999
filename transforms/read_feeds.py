"""ReadFeeds: feeds become links."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import apache_beam as beam
import xxhash
from apache_beam.transforms.error_handling import ErrorHandler

from schemas.failures import Failure, Fate, Reason, Stage, Subject
from schemas.links import FeedItem, FeedText, Link
from schemas.policies import FeedPolicy, FetchPolicy, SandboxPolicy
from schemas.runs import Run
from schemas.sources import FeedHealth, FeedSource, SourceKind, SourceRead, SourceStatus
from transforms.ask_sources import AskSources, source_failed
from transforms.filesystems import dataset_files
from transforms.inputs.feed_entries import FeedEntry, ParsedFeed
from transforms.outcomes import AttemptEach, SetAside
from transforms.read_lists import unread
from transforms.sandboxed import Sandboxed
from transforms.storage.feed_texts import stage_texts
from transforms.storage.state import load_feed_states, load_link_states
from transforms.web.feed_health import after_answer, with_next_poll
from transforms.web.fetches import Fetched, Kind, Request
from transforms.web.masking import without_credentials, without_userinfo
from transforms.web.polling import next_poll
from transforms.web.statuses import NOT_MODIFIED
from transforms.web.urls import BadUrl, canonicalize_url

TARGET = "transforms.inputs.feeds:parse_feed"
MAX_FEED_BYTES = 20_000_000

Found = Link | Fate | FeedHealth | SourceRead


@dataclass
class ReadFeeds(beam.PTransform):
    """Links that the feeds name, and those of earlier runs that failed and are due again."""

    policy: FetchPolicy
    sandbox: SandboxPolicy
    run: Run
    reading: FeedPolicy
    ledger: ErrorHandler
    keep_texts: bool = True  # full texts of items are staged, for pages that will be refused
    newer: tuple[FeedHealth, ...] = ()  # what is known beyond the dataset

    def expand(self, feeds: beam.PCollection) -> beam.PCollection:
        once = feeds | "KeyByUrl" >> beam.Map(key_by_url) | "GroupByUrl" >> beam.GroupByKey() | beam.Map(first_named)
        known = partial(Known, self.run, self.reading, self.newer)
        parse = _ParseFeeds(self.sandbox, self.reading, self.ledger, self.run if self.keep_texts else None)
        named = (
            once
            | "Request" >> AttemptEach(request_feed, Stage.READ, self.ledger, Request, known)
            | AskSources(self.policy, self.run, parse, self.ledger)
        )
        owed = once | "Owed" >> beam.ParDo(_Owed(self.run)).with_output_types(Link)
        links = (named, owed) | beam.Flatten()
        links.element_type = Link
        return links


@dataclass
class _ParseFeeds(beam.PTransform):
    """Links in the answers that hold anything new."""

    sandbox: SandboxPolicy
    reading: FeedPolicy
    ledger: ErrorHandler
    staging: Run | None

    def expand(self, answers: beam.PCollection) -> beam.PCollection:
        unchanged = partial(drop_unchanged, reading=self.reading)
        settle = partial(settle_feed, reading=self.reading, staging=self.staging)
        read = partial(arguments, max_items=self.reading.max_items)
        parse = Sandboxed(TARGET, self.sandbox, read, settle, without_body)
        return (
            answers
            | "DropUnchanged" >> AttemptEach(unchanged, Stage.READ, self.ledger, Fetched)
            | "Parse" >> SetAside(parse, Stage.READ, self.ledger, Link)
        )


def key_by_url(feed: FeedSource) -> tuple[str, FeedSource]:
    """The feed under its URL, so that two lists which name it ask it once; a password in it is never sent."""
    url = without_userinfo(feed.url)
    return url, replace(feed, url=url)


def first_named(keyed: tuple[str, Iterable[FeedSource]]) -> FeedSource:
    """The feed as the first list by name tells of it."""
    return min(keyed[1], key=lambda feed: (feed.source, feed.title or "", feed.country or ""))


class Known:
    """What a worker needs to know before it asks: how feeds did last time, and what time it is."""

    def __init__(self, run: Run, reading: FeedPolicy, newer: Iterable[FeedHealth] = ()) -> None:
        self.now, self.reading = run.started_at, reading
        self.states = load_feed_states(dataset_files(run.output)) | {each.feed_url: each for each in newer}


def request_feed(feed: FeedSource, known: Known) -> Iterator[Request | Fate | SourceRead]:
    """A conditional request. A feed that the user named is read without asking robots.txt; its pages ask."""
    name = without_credentials(feed.url)
    before = known.states.get(name)
    idle = not_due(before, known.now, known.reading) if before else None
    if idle is not None:
        yield idle
        return
    try:
        url = canonicalize_url((before.moved_to if before else None) or feed.url)
    except BadUrl as bad:
        yield from unread(name, SourceKind.FEED, bad.reason, bad.detail)
        return
    yield Request(
        link=_link_to_feed(feed, before),
        url=url,
        kind=Kind.FEED,
        ask_robots=False,
        etag=before.etag if before else None,
        last_modified=before.last_modified if before else None,
        before=before,
        max_bytes=MAX_FEED_BYTES,
    )


def not_due(before: FeedHealth, now: datetime, reading: FeedPolicy) -> SourceRead | None:
    """Why a feed is not asked now; None where it is."""
    if before.retry_at and before.retry_at > now:
        status = SourceStatus.DISABLED if before.disabled_at else SourceStatus.BACKING_OFF
        detail = f"{before.reason} at {_minute(before.fetched_at)}; not before {_minute(before.retry_at)}"
        return SourceRead(source=before.feed_url, kind=SourceKind.FEED, status=status, detail=detail)
    due = next_poll(before.feed_url, before.fetched_at, before.asked_until, reading.poll_every)
    if before.status is SourceStatus.FAILED or due <= now:
        return None
    detail = f"asked at {_minute(before.fetched_at)}; not before {_minute(due)}"
    return SourceRead(source=before.feed_url, kind=SourceKind.FEED, status=SourceStatus.NOT_DUE, detail=detail)


def drop_unchanged(fetched: Fetched, reading: FeedPolicy) -> Iterator[Fetched | FeedHealth | SourceRead]:
    """The answer, unless the server or its body's hash says that nothing is new."""
    if fetched.status != NOT_MODIFIED and body_version(fetched.body) != fetched.request.link.version:
        yield fetched
        return
    health = after_answer(fetched, SourceStatus.UNCHANGED, reading.poll_every)
    yield health
    yield SourceRead(
        source=_name(fetched),
        kind=SourceKind.FEED,
        status=SourceStatus.UNCHANGED,
        detail="; ".join(["nothing new since last time", *_moved(health)]),
    )


def arguments(fetched: Fetched, max_items: int) -> tuple[Any, ...]:
    """What a worker is given of an answer."""
    return fetched.body, fetched.final_url, fetched.content_type, max_items, _item(fetched).country


def without_body(fetched: Fetched) -> Fetched:
    """What is kept of an answer while a worker has its body: the hash, in place of the last one."""
    link = replace(fetched.request.link, version=body_version(fetched.body))
    return replace(fetched, body=b"", request=replace(fetched.request, link=link))


def settle_feed(fetched: Fetched, answer: Any, reading: FeedPolicy, staging: Run | None = None) -> Iterator[Found]:
    """Links of a parsed feed with its health, or the failure of the feed. Full texts come to rest for `staging`."""
    if not isinstance(answer, ParsedFeed):
        yield from source_failed(fetched.request, _failure(fetched, answer))
        return
    texts = staged_texts(answer.entries, staging)
    for entry in answer.entries:
        yield link_of_entry(entry, _item(fetched), texts.get(entry.markup))
    health = with_next_poll(_health(fetched, answer, reading), fetched, reading.poll_every)
    yield health
    skipped = answer.over_cap + answer.without_link
    counts = [f"{answer.over_cap} over the cap, {answer.without_link} without a link"] if skipped else []
    yield SourceRead(
        source=_name(fetched),
        kind=SourceKind.FEED,
        status=SourceStatus.READ,
        links=len(answer.entries),
        skipped=skipped,
        detail="; ".join([*counts, *_moved(health)]) or None,
    )


def staged_texts(entries: Sequence[FeedEntry], staging: Run | None) -> dict[str | None, FeedText]:
    """Claim checks for the full texts of a feed; no text travels with its link."""
    markups = list(dict.fromkeys(entry.markup for entry in entries if entry.markup))
    if staging is None or not markups:
        return {}
    return dict(zip(markups, stage_texts(markups, dataset_files(staging.output), staging.run_id), strict=True))


def link_of_entry(entry: FeedEntry, feed: FeedItem, text: FeedText | None = None) -> Link:
    """A link to what an item names. Title and country of the feed come from the user's list where it has them."""
    name = without_credentials(feed.feed_url)
    item = replace(
        entry.item,
        feed_url=name,
        guid=without_userinfo(entry.item.guid) if entry.item.guid else None,  # often the address itself
        feed_title=feed.feed_title or entry.item.feed_title,
        country=feed.country or entry.item.country,
        language=entry.item.language or feed.language,
    )
    return Link(url=entry.url, source=name, version=entry.version, item=item, feed_text=text)


def body_version(body: bytes) -> str:
    """Hash of a body, as a version; some servers repeat a validator for new content."""
    return f"body:{xxhash.xxh3_64_hexdigest(body)}"


class _Owed(beam.DoFn):
    """Links of a feed that failed in earlier runs: it may not name them again, least of all when it is unchanged."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def setup(self) -> None:
        self._owed: dict[str, list[Link]] = {}
        for link in load_link_states(dataset_files(self._run.output)).owed(self._run.started_at):
            self._owed.setdefault(link.source, []).append(link)

    def process(self, feed: FeedSource) -> Iterator[Link]:
        yield from self._owed.get(without_credentials(feed.url), ())


def _link_to_feed(feed: FeedSource, before: FeedHealth | None) -> Link:
    item = FeedItem(feed_url=feed.url, feed_title=feed.title, country=feed.country, language=feed.language)
    return Link(
        url=feed.url,
        source=feed.source,
        item=item,
        version=before.body_hash if before else None,
        failed_before=before.failures if before else 0,
    )


def _item(fetched: Fetched) -> FeedItem:
    return fetched.request.link.item or FeedItem(feed_url=fetched.request.link.url)


def _name(fetched: Fetched) -> str:
    return without_credentials(fetched.request.link.url)


def _health(fetched: Fetched, answer: ParsedFeed, reading: FeedPolicy) -> FeedHealth:
    """Health of a feed that was read, with what its document says of itself."""
    health = after_answer(fetched, SourceStatus.READ, reading.poll_every)
    return replace(
        health,
        title=answer.title,
        format=answer.format,
        items=len(answer.entries),
        over_item_cap=answer.over_cap,
        without_link=answer.without_link,
        malformed=answer.malformed,
        asked_minutes=answer.asked_minutes,
        skip_hours=answer.skip_hours,
        skip_days=answer.skip_days,
        newest_item_at=answer.newest_at,
        cadence_minutes=answer.cadence_minutes,
    )


def _moved(health: FeedHealth) -> list[str]:
    """What the user should know of a new address."""
    if health.moved_to and health.moved_to != health.feed_url:
        return [f"it moved to {health.moved_to}, which is asked from now on: change it in your list"]
    return []


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _failure(fetched: Fetched, answer: Any) -> Failure:
    """Why a feed could not be parsed: no feed, killed, or a bug of ours."""
    return Failure(
        url=_name(fetched),
        stage=Stage.READ,
        reason=getattr(answer, "reason", Reason.INTERNAL_ERROR),
        detail=getattr(answer, "detail", None) or f"{type(answer).__name__}: {answer}",
        subject=Subject.SOURCE,
        source=fetched.request.link.source,
        status=fetched.status,
        attempts=fetched.request.attempts,
        at=fetched.fetched_at,
    )
