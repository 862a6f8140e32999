from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.failures import Failure, Reason, Stage
from schemas.links import Link
from schemas.sources import FeedHealth, SourceStatus
from transforms.web.feed_health import after_answer, after_failure, went_quiet
from transforms.web.fetches import Fetched, Kind, Request

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL, NEW = "https://news.example/feed", "https://www.news.example/feed"


def request(before: FeedHealth | None = None) -> Request:
    return Request(link=Link(url=URL, source="feeds.opml"), url=URL, kind=Kind.FEED, ask_robots=False, before=before)


def answered(before: FeedHealth | None = None, **fields: Any) -> FeedHealth:
    given = {"request": request(before), "final_url": URL, "status": 200, "content_type": None, "robots_tag": None,
             "etag": None, "last_modified": None, "cache_control": None, "expires": None, "moved_to": None,
             "fetched_at": NOW, "body": b""}  # fmt: skip
    return after_answer(Fetched(**given | fields), SourceStatus.READ, 0.0)


def failed(reason: Reason, before: FeedHealth | None = None, at: datetime = NOW) -> FeedHealth:
    health = after_failure(request(before), Failure(url=URL, stage=Stage.READ, reason=reason, at=at))
    assert health is not None
    return health


def test_a_new_address_is_taken_after_three_identical_answers() -> None:
    health = None
    moves = []
    for _ in range(4):
        health = answered(health, moved_to=NEW)
        moves.append((health.moved_to, health.move_answers))
    assert moves == [(None, 1), (None, 2), (NEW, 0), (NEW, 1)]


def test_an_answer_from_elsewhere_begins_the_count_anew() -> None:
    first = answered(answered(moved_to=NEW), moved_to="https://hotel.example/login")
    assert (first.moved_to, first.move_answers) == (None, 1)
    assert answered(answered(moved_to=NEW)).move_answers == 0


def test_an_address_with_a_token_is_never_stored() -> None:
    health = answered(moved_to=f"{NEW}?token=hunter2")
    assert (health.moving_to, health.moved_to) == (None, None)


def test_a_new_address_that_fails_for_good_gives_way_to_the_old_one() -> None:
    moved = replace(answered(), moved_to=NEW)
    back = failed(Reason.NOT_FOUND, moved)
    assert (back.moved_to, back.retry_at, back.disabled_at) == (None, NOW, None)
    assert failed(Reason.HTTP_SERVER_ERROR, moved).moved_to == NEW


def test_a_feed_that_is_gone_is_disabled_for_a_month() -> None:
    gone = failed(Reason.GONE)
    assert (gone.disabled_at, gone.retry_at) == (NOW, NOW + timedelta(days=30))


def test_a_feed_that_is_not_found_backs_off_to_a_day_and_is_disabled_after_a_month() -> None:
    health, at = None, NOW
    pauses = []
    while health is None or health.disabled_at is None:
        health = failed(Reason.NOT_FOUND, health, at)
        assert health.retry_at is not None
        pauses.append(health.retry_at - at)
        at = health.retry_at
    assert pauses[:3] == [timedelta(minutes=30), timedelta(hours=4), timedelta(days=1)]
    assert 30 <= (at - NOW).days - 30 <= 32  # a month of failures, then the month in which it is disabled


def test_a_good_answer_ends_the_failures_and_halves_their_weight() -> None:
    sick = failed(Reason.NOT_FOUND, failed(Reason.NOT_FOUND))
    well = answered(sick)
    assert (sick.strain, well.strain) == (6, 3)
    assert (well.failures, well.failing_since, well.retry_at, well.reason) == (0, None, None, None)


def test_a_failure_keeps_what_is_known_of_the_feed() -> None:
    known = replace(answered(etag='"1"'), skip_hours=(3,), asked_minutes=60, moving_to=NEW, move_answers=2)
    sick = failed(Reason.CONNECTION_RESET, known)
    assert (sick.etag, sick.skip_hours, sick.asked_minutes, sick.move_answers) == ('"1"', (3,), 60, 2)


@pytest.mark.parametrize(("status", "etag"), [(304, '"1"'), (200, None)])
def test_a_304_keeps_validators_and_a_200_without_any_drops_them(status: int, etag: str | None) -> None:
    conditional = replace(request(), etag='"1"')
    assert answered(request=conditional, status=status).etag == etag


def quiet_after(**silence: int) -> FeedHealth:
    """A feed of hourly items, whose newest is that old."""
    newest = NOW - timedelta(**silence)
    return FeedHealth(feed_url=URL, status=SourceStatus.READ, fetched_at=NOW, newest_item_at=newest, cadence_minutes=60)


def test_a_feed_that_went_quiet_is_told_once() -> None:
    notice = went_quiet(quiet_after(hours=23), quiet_after(hours=25))
    assert notice is not None
    assert notice.sentence() == f"{URL} has named nothing new for 25 hours; before, it did every 60 minutes"
    assert went_quiet(quiet_after(hours=25), quiet_after(hours=26)) is None


def test_a_feed_without_a_rhythm_is_never_quiet() -> None:
    newest = replace(quiet_after(days=300), cadence_minutes=None)
    assert went_quiet(quiet_after(hours=1), newest) is None
    daily = replace(quiet_after(days=9), cadence_minutes=24 * 60)
    assert went_quiet(replace(daily, newest_item_at=NOW), daily) is None
