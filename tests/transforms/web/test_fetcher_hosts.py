"""The fetcher and its hosts: pauses, redirects, stops."""

import gzip
import socket
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from schemas.failures import Reason, Stage, Subject
from tests.fixtures.clocks import START, FakeClock
from tests.fixtures.fetching import DELAY, PACED, feed_request, fetch_links, page_link, reasons
from tests.fixtures.hostile_server import (
    HostileServer,
    answer,
    hang,
    page,
    redirect,
)
from transforms.web.client import Client
from transforms.web.fetcher import Fetcher
from transforms.web.fetches import Failed, Fetched, Outcome, Redirected

ROBOTS_DENY = answer(200, b"User-agent: *\nDisallow: /private")


@pytest.mark.parametrize("value", ["-5", "abc", "Mon, 01 Jan 2001 00:00:00 GMT"])
def test_an_odd_retry_after_is_a_back_off(value: str, server: HostileServer) -> None:
    server.pages["/a"] = [answer(503, b"", f"Retry-After: {value}"), page()]
    assert reasons(fetch_links(server.url("/a"))) == [None]


@pytest.mark.parametrize("code", [429, 503])
def test_a_host_that_closes_for_long_leaves_its_links_for_later(code: int, server: HostileServer) -> None:
    server.pages.update({"/a": answer(code, b"", "Retry-After: 1000000000"), "/b": page()})
    clock = FakeClock()
    outcomes = fetch_links(server.url("/a"), server.url("/b"), clock=clock)
    assert reasons(outcomes) == [Reason.HOST_PAUSED] * 2
    assert server.paths() == ["/robots.txt", "/a"]
    for each in outcomes:
        assert isinstance(each, Failed)
        assert each.failure.retry_at == START + timedelta(days=1, seconds=DELAY)


def test_a_host_cannot_spend_more_than_its_share_of_waiting(server: HostileServer) -> None:
    server.pages["/a"] = answer(503, b"", "Retry-After: 1")
    clock = FakeClock()
    urls = [server.url(f"/a?{n}") for n in range(4)]
    outcomes = fetch_links(*urls, clock=clock)
    assert Reason.HOST_PAUSED in reasons(outcomes)
    assert clock.at < PACED.max_host_wait + 1


def test_a_host_that_goes_on_limiting_is_left_alone(server: HostileServer) -> None:
    server.pages.update({"/a": answer(429), "/b": page()})
    assert reasons(fetch_links(server.url("/a"), server.url("/b"))) == [Reason.RATE_LIMITED, Reason.HOST_PAUSED]
    assert len(server.asked("/a")) == 3


def test_a_redirect_to_another_host_comes_out(server: HostileServer) -> None:
    server.pages["/a"] = redirect("http://other.example/b?c=1", 301)
    [got] = fetch_links(server.url("/a"))
    assert isinstance(got, Redirected)
    assert (got.from_url, got.request.url, got.status) == (server.url("/a"), "http://other.example/b?c=1", 301)
    assert (got.request.link.url, got.request.via) == (server.url("/a"), (server.url("/a"),))


def test_a_redirect_to_an_owned_host_is_followed_here(server: HostileServer) -> None:
    with HostileServer(address="127.0.0.2") as other, Client(PACED) as client:
        server.pages["/a"] = redirect(other.url("/b"), 308)
        other.pages.update({"/robots.txt": ROBOTS_DENY, "/b": page("<p>b")})
        with Fetcher(PACED, client, owns=lambda host: host.startswith("127.0.0.2:")) as fetcher:
            fetcher.add(page_link(server.url("/a")))
            [got] = fetcher.results(wait=True)
        assert isinstance(got, Fetched)
        assert (got.body, got.final_url, got.moved_to) == (b"<p>b", other.url("/b"), other.url("/b"))
        assert other.paths() == ["/robots.txt", "/b"]


def test_loops_and_long_chains_end(server: HostileServer) -> None:
    server.pages.update({"/a": redirect("/b"), "/b": redirect("/a")})
    server.pages.update({f"/{n}": redirect(f"/{n + 1}") for n in range(9)})
    outcomes = fetch_links(server.url("/a"), server.url("/0"))
    assert reasons(outcomes) == [Reason.TOO_MANY_REDIRECTS] * 2
    assert len(server.log) == 1 + 2 + 6


def test_feeds_are_read_without_robots_and_with_their_validators(server: HostileServer) -> None:
    server.pages.update({"/robots.txt": answer(200, b"User-agent: *\nDisallow: /"), "/f": answer(304)})
    [got] = fetch_links(feed_request(server.url("/f"), etag='W/"ä-1"', last_modified="Mon, 02 Nov 2026 10:00:00 GMT"))
    assert isinstance(got, Fetched)
    assert (got.status, got.body) == (304, b"")
    [asked] = server.log
    assert asked.headers["if-none-match"] == 'W/"ä-1"'
    assert asked.headers["if-modified-since"] == "Mon, 02 Nov 2026 10:00:00 GMT"
    assert "rss" in asked.headers["accept"]


def test_what_a_feed_reader_needs_comes_along(server: HostileServer) -> None:
    headers = ['ETag: "1"', "Last-Modified: then", "Cache-Control: max-age=60", "Expires: soon"]
    server.pages.update({"/old": redirect("/f", 301), "/f": answer(200, b"<rss/>", *headers)})
    [got] = fetch_links(feed_request(server.url("/old")))
    assert isinstance(got, Fetched)
    assert (got.etag, got.last_modified, got.cache_control, got.expires) == ('"1"', "then", "max-age=60", "soon")
    assert got.moved_to == server.url("/f")


def test_a_feed_that_is_a_gzip_file_is_unpacked(server: HostileServer) -> None:
    server.pages.update({"/f": answer(200, gzip.compress(b"<rss/>")), "/bomb": answer(200, gzip.compress(bytes(9**8)))})
    outcomes = fetch_links(feed_request(server.url("/f")), feed_request(server.url("/bomb")))
    assert isinstance(outcomes[0], Fetched)
    assert outcomes[0].body == b"<rss/>"
    assert reasons(outcomes) == [None, Reason.TOO_LARGE]


def test_a_failed_feed_is_a_failed_source(server: HostileServer) -> None:
    [got] = fetch_links(feed_request(server.url("/gone")))
    assert isinstance(got, Failed)
    failure = got.failure
    assert (failure.subject, failure.stage, failure.reason) == (Subject.SOURCE, Stage.READ, Reason.NOT_FOUND)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (answer(200, b"%PDF-1.7", "Content-Type: text/html"), Reason.UNSUPPORTED_TYPE),
        (answer(200, b"PK\x03\x04", "Content-Type: text/html"), Reason.UNSUPPORTED_TYPE),
        (answer(200, b" \n "), Reason.EMPTY_BODY),
        (answer(200, b""), Reason.EMPTY_BODY),
        (answer(304), Reason.UNEXPECTED_STATUS),
        (answer(206, b"<p>"), Reason.UNEXPECTED_STATUS),
        (answer(302), Reason.UNEXPECTED_STATUS),
        (answer(410), Reason.GONE),
        (answer(451), Reason.LEGAL),
    ],
)
def test_an_answer_that_is_no_page(said: bytes, reason: Reason, server: HostileServer) -> None:
    server.pages["/a"] = said
    assert reasons(fetch_links(server.url("/a"))) == [reason]


def test_a_failure_row_says_what_is_needed_and_no_secret(server: HostileServer) -> None:
    url = server.url("/a?token=hunter2").replace("//", "//user:hunter2@")
    [got] = fetch_links(url)
    assert isinstance(got, Failed)
    assert "hunter2" not in repr(got.failure)
    assert (got.failure.host, got.failure.source, got.failure.status) == (
        f"127.0.0.1:{server.port}",
        "list.txt",
        404,
    )
    assert got.failure.at is not None


def test_a_bad_url_is_a_failure_like_any_other() -> None:
    assert reasons(fetch_links("http://[::1", "file:///etc/passwd")) == [Reason.BAD_URL, Reason.BAD_SCHEME]


def test_ports_of_an_address_are_hosts_of_their_own() -> None:
    with HostileServer() as one, HostileServer() as other:
        one.pages["/a"] = other.pages["/a"] = page()
        fetch_links(one.url("/a"), other.url("/a"))
        assert one.paths() == other.paths() == ["/robots.txt", "/a"]


def test_results_can_be_taken_while_links_are_added(server: HostileServer) -> None:
    server.pages.update({f"/{n}": page() for n in range(30)})
    policy = replace(PACED, per_host_delay=0.0)
    taken: list[Outcome] = []
    with Client(policy) as client, Fetcher(policy, client) as fetcher:
        for n in range(30):
            fetcher.add(page_link(server.url(f"/{n}")))
            taken += fetcher.results(wait=False)
        taken += fetcher.results(wait=True)
        assert list(fetcher.results(wait=True)) == []
    assert len(taken) == 30


def test_requests_stop_while_nobody_takes_results(server: HostileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.web.schedule.READY_BYTES", 50_000)
    policy = replace(PACED, per_host_delay=0.0)
    full = threading.Event()
    server.pages["/a"] = page("x" * 20_000)
    server.pages["/third"] = lambda sock: (sock.sendall(page("x" * 20_000)), full.set())
    with Client(policy) as client, Fetcher(policy, client) as fetcher:
        for path in ("/a?1", "/a?2", "/third", *(f"/a?{n}" for n in range(3, 20))):
            fetcher.add(page_link(server.url(path)))  # never waits, however full it is
        assert full.wait(5)
        unread = fetcher.stop()
        assert len(unread) == 17
        assert len(list(fetcher.results(wait=True))) == 3


def test_taking_results_lets_requests_go_on(server: HostileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.web.schedule.READY_BYTES", 1)
    server.pages["/a"] = page()
    urls = [server.url(f"/a?{n}") for n in range(20)]
    assert reasons(fetch_links(*urls, policy=replace(PACED, per_host_delay=0.0))) == [None] * 20


def test_stop_gives_back_what_was_not_asked(server: HostileServer) -> None:
    server.pages.update({"/a": page(), "/hang": hang, "/b": page()})
    with Client(PACED) as client, Fetcher(PACED, client) as fetcher:
        for path in ("/a", "/hang", "/b"):
            fetcher.add(page_link(server.url(path)))
        [first] = [next(fetcher.results(wait=True))]
        unread = fetcher.stop(grace=0.1)
        rest = list(fetcher.results(wait=True))
    assert isinstance(first, Fetched)
    assert [each.url for each in unread] == [server.url("/hang"), server.url("/b")]
    assert rest == []
    assert "/b" not in server.paths()


def test_a_stopped_fetcher_takes_nothing_more(server: HostileServer) -> None:
    with Client(PACED) as client, Fetcher(PACED, client) as fetcher:
        fetcher.stop()
        with pytest.raises(RuntimeError, match="stopped"):
            fetcher.add(page_link(server.url("/a")))


def test_a_bug_in_a_worker_reaches_the_caller() -> None:
    def broken(_host: str, _port: int, _timeout: float) -> socket.socket:
        raise ZeroDivisionError

    with Client(PACED, connector=broken) as client, Fetcher(PACED, client) as fetcher:
        fetcher.add(page_link("http://8.8.8.8/"))
        with pytest.raises(RuntimeError, match="worker"):
            list(fetcher.results(wait=True))
