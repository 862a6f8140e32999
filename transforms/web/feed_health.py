"""How a feed does over time: what an answer or a failure means for when and where it is asked next."""

from dataclasses import replace
from datetime import timedelta

from schemas.failures import Failure, Reason
from schemas.sources import FeedHealth, SourceStatus
from schemas.state import eased, feed_retry_time, strain_after
from schemas.stories import QUIET_FEED, Notice
from transforms.web.fetches import Fetched, Request
from transforms.web.masking import without_credentials
from transforms.web.polling import asked_until, next_poll
from transforms.web.statuses import NOT_MODIFIED

MOVE_ANSWERS = 3  # identical permanent redirects until the new address counts: one may be a slip, or a hotel's door
NOT_FOUND_FOR = timedelta(days=30)  # after so long a feed that is not found counts as gone
GONE_FOR = timedelta(days=30)  # until one that is gone is asked once more, since 410 is answered by mistake, too
QUIET_TIMES = 10  # longer without an item than it takes it from one to the next: nights and weekends are less
QUIET_LEAST = timedelta(days=1)
NOT_THERE = frozenset({
    Reason.NOT_FOUND, Reason.GONE, Reason.NOT_A_FEED, Reason.DNS_ERROR, Reason.BLOCKED_ADDRESS, Reason.BLOCKED_PORT,
    Reason.FORBIDDEN, Reason.UNAUTHORIZED,
})  # fmt: skip


def after_answer(fetched: Fetched, status: SourceStatus, poll_every: float) -> FeedHealth:
    """Health of a feed that answered, as far as it is known without parsing.

    Validators that a 304 does not repeat are kept; a 200 without any drops them.
    """
    request, unmodified = fetched.request, fetched.status == NOT_MODIFIED
    before = request.before or FeedHealth(feed_url="", status=status, fetched_at=fetched.fetched_at)
    health = FeedHealth(
        feed_url=without_credentials(request.link.url),
        status=status,
        fetched_at=fetched.fetched_at,
        http_status=fetched.status,
        title=(request.link.item.feed_title if request.link.item else None) or before.title,
        etag=fetched.etag or (request.etag if unmodified else None),
        last_modified=fetched.last_modified or (request.last_modified if unmodified else None),
        body_hash=request.link.version,
        strain=eased(before.strain),
        asked_minutes=before.asked_minutes,
        skip_hours=before.skip_hours,
        skip_days=before.skip_days,
        newest_item_at=before.newest_item_at,
        cadence_minutes=before.cadence_minutes,
    )
    return with_next_poll(with_move(health, before, fetched.moved_to), fetched, poll_every)


def with_next_poll(health: FeedHealth, fetched: Fetched, poll_every: float) -> FeedHealth:
    """The same with the time of the next poll, by headers and what the document asks for."""
    until = asked_until(
        health.fetched_at,
        cache_control=fetched.cache_control,
        expires=fetched.expires,
        minutes=health.asked_minutes,
        skip_hours=health.skip_hours,
        skip_days=health.skip_days,
    )
    due = next_poll(health.feed_url, health.fetched_at, until, poll_every)
    return replace(health, asked_until=until, next_poll_at=due)


def with_move(health: FeedHealth, before: FeedHealth, moved_to: str | None) -> FeedHealth:
    """The same with the address that is asked next: a new one after three identical permanent redirects in a row."""
    if moved_to is None or without_credentials(moved_to) != moved_to:
        return replace(health, moved_to=before.moved_to)
    answers = before.move_answers + 1 if before.moving_to == moved_to else 1
    if answers >= MOVE_ANSWERS:
        return replace(health, moved_to=moved_to)
    return replace(health, moved_to=before.moved_to, moving_to=moved_to, move_answers=answers)


def after_failure(request: Request, failure: Failure) -> FeedHealth | None:
    """Health of a feed that failed; None where nobody knows when."""
    if failure.at is None:
        return None
    before = request.before or FeedHealth(feed_url="", status=SourceStatus.FAILED, fetched_at=failure.at)
    health = replace(
        before,
        feed_url=failure.url,
        status=SourceStatus.FAILED,
        fetched_at=failure.at,
        http_status=failure.status,
        reason=failure.reason,
        detail=failure.detail,
        items=0,
        over_item_cap=0,
        without_link=0,
        malformed=False,
        failures=request.link.failed_before + 1,
        strain=strain_after(failure.reason, before.strain),
        failing_since=before.failing_since or failure.at,
        asked_until=None,
        next_poll_at=None,
    )
    if before.moved_to and failure.reason in NOT_THERE:  # back to the address that the user gave
        return replace(health, moved_to=None, disabled_at=None, retry_at=failure.at)
    return _with_retry(health, failure)


def went_quiet(before: FeedHealth, health: FeedHealth) -> Notice | None:
    """A notice, once, of a feed that named items in a rhythm and has long named none; None for any other."""
    if not _is_quiet(health) or _is_quiet(before):
        return None
    silent = health.fetched_at - (health.newest_item_at or health.fetched_at)
    rhythm = f"{health.cadence_minutes} minutes"
    hours = int(silent.total_seconds() // 3600)
    return Notice(kind=QUIET_FEED, subject=health.feed_url, count=hours, examples=(rhythm,))


def _is_quiet(health: FeedHealth) -> bool:
    if health.newest_item_at is None or health.cadence_minutes is None:
        return False
    patience = max(QUIET_TIMES * timedelta(minutes=health.cadence_minutes), QUIET_LEAST)
    return health.fetched_at - health.newest_item_at > patience


def _with_retry(health: FeedHealth, failure: Failure) -> FeedHealth:
    at, since = health.fetched_at, health.failing_since or health.fetched_at
    lost = health.reason is Reason.NOT_FOUND and at - since >= NOT_FOUND_FOR
    if health.reason is Reason.GONE or lost:
        return replace(health, disabled_at=health.disabled_at or at, retry_at=at + GONE_FOR)
    retry_at = feed_retry_time(health.strain, at, failure.retry_at)
    return replace(health, disabled_at=None, retry_at=retry_at)
