"""Which feeds an owner asks now."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.options import IngestOptions
from pipelines.streaming.poll_feeds import by_owner, due_feeds, errands_of, gone_quiet, owner_of
from schemas.sources import FeedHealth, FeedSource, SourceStatus
from schemas.streams import Order, Stream
from tests.fixtures.records import NOW, link, run_in
from transforms.pack_links import unpack

FEED = FeedSource(url="https://news.example/feed", source="feeds.opml")
MINUTE = timedelta(minutes=1)


def health(**more: Any) -> FeedHealth:
    return FeedHealth(**{"feed_url": FEED.url, "status": SourceStatus.READ, "fetched_at": NOW - 6 * MINUTE} | more)


def due(asked: timedelta | None = None, **known: Any) -> list[FeedSource]:
    order = Order(first=0, number=0, at=NOW, feeds=(FEED,))
    stream = Stream(run=run_in(Path("out")), every=5 * MINUTE, window=15 * MINUTE)
    options = IngestOptions(feeds=(FEED.url,), output="out", poll_every=stream.every)
    states, polls = {FEED.url: health(**known)} if known else {}, {FEED.url: NOW - asked} if asked else {}
    return due_feeds(order, states, polls, stream, options, NOW)


def test_a_feed_that_nobody_asked_is_due() -> None:
    assert due() == [FEED]


@pytest.mark.parametrize(("minutes", "expected"), [(4, []), (5, [FEED])])
def test_a_feed_is_not_asked_within_the_interval_whatever_became_of_the_last_try(
    minutes: int, expected: list[FeedSource]
) -> None:
    assert due(asked=minutes * MINUTE) == expected
    assert due(asked=minutes * MINUTE, status=SourceStatus.FAILED, retry_at=NOW - MINUTE) == expected


def test_a_feed_that_asked_for_more_time_gets_it() -> None:
    assert due(asked=6 * MINUTE, asked_until=NOW + MINUTE) == []


def test_a_feed_that_went_quiet_between_two_polls_is_told_and_then_no_more() -> None:
    polls = [
        health(newest_item_at=NOW, cadence_minutes=60, fetched_at=NOW + hours * 60 * MINUTE) for hours in (23, 25, 26)
    ]
    lively, quiet, still_quiet = ({FEED.url: each} for each in polls)
    assert [each.subject for each in gone_quiet(quiet, lively)] == [FEED.url]
    assert gone_quiet(still_quiet, quiet) == []
    assert gone_quiet(quiet, {}) == []


def test_a_host_has_one_owner_whatever_is_asked_of_it_and_a_feed_is_owned_once() -> None:
    twice = FeedSource(url=FEED.url, source="another.opml", title="Another")
    owned = by_owner([FEED, twice])
    assert owned == {owner_of("https://news.example/page"): (twice,)}


def test_errands_go_to_the_owners_of_the_pages() -> None:
    links = [link(f"https://{host}.example/{page}") for host in ("a", "b", "c", "d", "e") for page in (1, 2)]
    errands = errands_of(links, NOW)
    assert [owner for owner, _ in errands] == sorted({owner_of(each.url) for each in links})
    found = [each for owner, errand in errands for each in unpack([errand.links]) if owner_of(each.url) == owner]
    assert sorted(each.url for each in found) == sorted(each.url for each in links)
