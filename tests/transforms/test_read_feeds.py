from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.failures import Fate, Reason, Subject
from schemas.links import FeedItem, Link
from schemas.policies import FeedPolicy, FetchPolicy, SandboxPolicy
from schemas.runs import Run
from schemas.sources import FeedHealth, FeedSource, SourceRead, SourceStatus
from schemas.state import LinkState
from tests.fixtures.archives import rss, rss_item
from tests.fixtures.datasets import commit
from tests.fixtures.hostile_server import HostileServer, answer
from tests.fixtures.records import NOW, link, run_in
from tests.fixtures.verbs import Done, run_verb
from transforms.inputs.feed_entries import FeedEntry, NotAFeed, ParsedFeed
from transforms.read_feeds import (
    Known,
    ReadFeeds,
    arguments,
    body_version,
    drop_unchanged,
    first_named,
    link_of_entry,
    request_feed,
    settle_feed,
    without_body,
)
from transforms.sandbox.pool import Killed
from transforms.web.fetches import Fetched, Kind, Request

URL = "https://news.example/feed"
POLICY = FetchPolicy(allow_private_networks=("127.0.0.0/8",), per_host_delay=0.0, retries=0, deadline=5.0)
READING = FeedPolicy(max_items=100)
FEED = FeedSource(url=URL, source="feeds.opml", title="My name for it", country="NZ", language="en")
BODY = b"<rss/>"
EARLIER = NOW - timedelta(hours=1)


def asking(folder: Path, *states: FeedHealth) -> Known:
    if states:
        commit(states, FeedHealth, "feeds", earlier_run(folder))
    return Known(run_in(folder), READING)


def earlier_run(folder: Path) -> Run:
    return run_in(folder, "20261123T110000Z-000000", EARLIER)


def health(**fields: Any) -> FeedHealth:
    return FeedHealth(**{"feed_url": URL, "status": SourceStatus.READ, "fetched_at": EARLIER} | fields)


def request(folder: Path, *states: FeedHealth) -> Request:
    (made,) = request_feed(FEED, asking(folder, *states))
    assert isinstance(made, Request)
    return made


@pytest.fixture
def fetched(tmp_path: Path) -> Fetched:
    return Fetched(
        request=request(tmp_path), final_url=URL, status=200, content_type="application/rss+xml", robots_tag=None,
        etag='"1"', last_modified=None, cache_control=None, expires=None, moved_to=None, fetched_at=NOW, body=BODY,
    )  # fmt: skip


def test_a_feed_is_asked_without_robots_and_with_its_validators(tmp_path: Path) -> None:
    asked = request(tmp_path, health(etag='W/"7"', last_modified="yesterday", body_hash="body:1"))
    assert (asked.kind, asked.ask_robots) == (Kind.FEED, False)
    assert (asked.etag, asked.last_modified, asked.link.version) == ('W/"7"', "yesterday", "body:1")


def test_a_feed_that_nobody_knows_is_asked_plainly(tmp_path: Path) -> None:
    assert request(tmp_path).is_conditional is False


def test_a_feed_that_failed_waits_for_its_time(tmp_path: Path) -> None:
    failed = health(status=SourceStatus.FAILED, reason=Reason.NOT_FOUND, failures=2)
    (waiting,) = request_feed(FEED, asking(tmp_path, replace(failed, retry_at=NOW + timedelta(minutes=1))))
    assert isinstance(waiting, SourceRead)
    assert (waiting.source, waiting.status) == (URL, SourceStatus.BACKING_OFF)
    assert waiting.detail == "not_found at 2026-11-23 11:00; not before 2026-11-23 12:01"


def test_a_feed_that_failed_is_asked_with_the_validators_of_its_last_answer(tmp_path: Path) -> None:
    good = health(etag='"1"', fetched_at=EARLIER - timedelta(hours=1))
    failed = health(status=SourceStatus.FAILED, reason=Reason.NOT_FOUND, failures=2, retry_at=NOW)
    asked = request(tmp_path, good, failed)
    assert (asked.etag, asked.link.failed_before) == ('"1"', 2)


def test_a_feed_without_an_address_is_a_failed_source(tmp_path: Path) -> None:
    failure, count = request_feed(replace(FEED, url="https://"), asking(tmp_path))
    assert isinstance(failure, Fate)
    assert isinstance(count, SourceRead)
    assert (failure.record.reason, failure.record.subject) == (Reason.BAD_URL, Subject.SOURCE)  # type: ignore[union-attr]
    assert count.status is SourceStatus.FAILED


def test_of_two_lists_that_name_a_feed_the_first_by_name_counts() -> None:
    other = replace(FEED, source="another.opml", title="Its other name")
    assert first_named((URL, [FEED, other])) == first_named((URL, [other, FEED])) == other


def test_an_unchanged_feed_is_told_and_not_parsed(fetched: Fetched) -> None:
    told, count = drop_unchanged(
        replace(fetched, status=304, body=b"", etag=None, request=_with(fetched, etag='"1"')), READING
    )
    assert isinstance(told, FeedHealth)
    assert (told.status, told.http_status, told.etag) == (SourceStatus.UNCHANGED, 304, '"1"')
    assert isinstance(count, SourceRead)
    assert count.status is SourceStatus.UNCHANGED


def test_a_server_without_validators_may_send_the_same_again(fetched: Fetched) -> None:
    known = replace(fetched.request.link, version=body_version(BODY))
    told, _ = drop_unchanged(replace(fetched, request=_with(fetched, link=known)), READING)
    assert isinstance(told, FeedHealth)
    assert (told.status, told.body_hash) == (SourceStatus.UNCHANGED, body_version(BODY))


def test_a_changed_feed_goes_on(fetched: Fetched) -> None:
    known = replace(fetched.request.link, version=body_version(b"another body"))
    changed = replace(fetched, request=_with(fetched, link=known))
    assert list(drop_unchanged(changed, READING)) == [changed]


def _with(fetched: Fetched, **fields: Any) -> Request:
    return replace(fetched.request, **fields)


def test_a_worker_gets_the_body_and_we_keep_its_hash(fetched: Fetched) -> None:
    assert arguments(fetched, 5) == (BODY, URL, "application/rss+xml", 5, "NZ")
    kept = without_body(fetched)
    assert (kept.body, kept.request.link.version) == (b"", body_version(BODY))


def parsed(*urls: str, **fields: Any) -> ParsedFeed:
    entries = tuple(FeedEntry(url=url, item=FeedItem(feed_url=""), version="item:1") for url in urls)
    given = {"title": "Its own name", "format": "rss20", "language": None, "entries": entries, "over_cap": 0}
    return ParsedFeed(**given | {"malformed": False, "without_link": 0} | fields)


def test_items_become_links_and_the_feed_has_its_health(fetched: Fetched) -> None:
    one, told, count = settle_feed(
        without_body(fetched), parsed("https://news.example/1", over_cap=2, without_link=3), READING
    )
    assert isinstance(one, Link)
    assert (one.url, one.source, one.version) == ("https://news.example/1", URL, "item:1")
    assert isinstance(told, FeedHealth)
    assert (told.title, told.format, told.items, told.over_item_cap, told.without_link) == (
        "Its own name",
        "rss20",
        1,
        2,
        3,
    )
    assert (told.etag, told.body_hash) == ('"1"', body_version(BODY))
    assert isinstance(count, SourceRead)
    assert (count.links, count.skipped, count.detail) == (1, 5, "2 over the cap, 3 without a link")


def test_what_the_user_says_of_a_feed_counts_more_than_what_it_says(fetched: Fetched) -> None:
    mine = fetched.request.link.item or FeedItem(feed_url="")
    said = FeedItem(feed_url="", feed_title="Its own name", country="AU", language="mi", title="T")
    item = link_of_entry(FeedEntry(url="u", item=said, version="v"), mine).item
    assert item == FeedItem(feed_url=URL, feed_title="My name for it", country="NZ", language="mi", title="T")
    bare = link_of_entry(FeedEntry(url="u", item=said, version="v"), FeedItem(feed_url=URL)).item
    assert bare is not None
    assert (bare.feed_title, bare.country) == ("Its own name", "AU")


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (NotAFeed("an HTML page"), Reason.NOT_A_FEED),
        (Killed(reason=Reason.EXTRACT_TIMEOUT, detail="killed"), Reason.EXTRACT_TIMEOUT),
        (ZeroDivisionError("x"), Reason.INTERNAL_ERROR),
    ],
)
def test_a_feed_that_cannot_be_parsed_is_a_failed_source(fetched: Fetched, told: Any, reason: Reason) -> None:
    failure, count, sick = settle_feed(fetched, told, READING)
    assert isinstance(failure, Fate)
    assert (failure.record.reason, failure.record.subject, failure.record.url) == (reason, Subject.SOURCE, URL)  # type: ignore[union-attr]
    assert isinstance(count, SourceRead)
    assert isinstance(sick, FeedHealth)
    assert (count.status, sick.failures) == (SourceStatus.FAILED, 1)


def test_a_password_of_a_feed_is_shown_nowhere(fetched: Fetched, tmp_path: Path) -> None:
    secret = replace(FEED, url="https://user:secret@news.example/feed")
    (asked,) = request_feed(secret, asking(tmp_path))
    assert isinstance(asked, Request)
    told = [
        each
        for each in settle_feed(replace(fetched, request=asked), parsed(), READING)
        if isinstance(each, FeedHealth | SourceRead)
    ]
    assert len(told) == 2
    assert "secret" not in repr(told)


def read(server: HostileServer, folder: Path, *paths: str) -> Done:
    feeds = [FeedSource(url=server.url(path), source=server.url(path)) for path in paths]
    sandbox = SandboxPolicy(processes=1)
    return run_verb(lambda ledger: ReadFeeds(POLICY, sandbox, run_in(folder), READING, ledger), feeds)


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        running.pages["/feed"] = answer(
            200, rss(rss_item("https://news.example/1"), rss_item("https://news.example/2"))
        )
        running.pages["/page"] = answer(200, b"<!doctype html><html><body>no feed</body></html>")
        yield running


def test_feeds_become_links_and_each_is_asked_once(server: HostileServer, tmp_path: Path) -> None:
    done = read(server, tmp_path, "/feed", "/feed", "/page")
    assert sorted(each.url for each in done.outputs) == ["https://news.example/1", "https://news.example/2"]
    assert done.reasons == [Reason.NOT_A_FEED]
    assert sorted(server.paths()) == ["/feed", "/page"]
    states = sorted(each.status for each in done.entries if isinstance(each, SourceRead))
    assert states == [SourceStatus.FAILED, SourceStatus.READ]


def test_a_feed_that_is_unchanged_still_names_what_failed_before(server: HostileServer, tmp_path: Path) -> None:
    server.pages["/feed"] = answer(304)
    source = server.url("/feed")
    due, waiting, other = (
        LinkState(
            url_key=f"{number:032x}",
            at=EARLIER,
            reason=Reason.HTTP_SERVER_ERROR,
            failures=number,
            retry_at=retry_at,
            link=link(f"https://news.example/{number}", source=named_by, url_key=f"{number:032x}"),
        )
        for number, retry_at, named_by in (
            (1, NOW, source),
            (2, NOW + timedelta(minutes=1), source),
            (3, NOW, "another feed"),
        )
    )
    run = earlier_run(tmp_path)
    commit([due, waiting, other], LinkState, "links", run)
    commit([health(feed_url=source, etag='"1"')], FeedHealth, "feeds", replace(run, run_id="20261123T110001Z-000000"))
    done = read(server, tmp_path, "/feed")
    assert [(each.url, each.failed_before) for each in done.outputs] == [("https://news.example/1", 1)]
    assert [each.status for each in done.entries if isinstance(each, FeedHealth)] == [SourceStatus.UNCHANGED]
