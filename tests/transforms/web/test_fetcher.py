import socket
from collections.abc import Sequence
from dataclasses import replace

import pytest

from schemas.failures import Reason
from tests.fixtures.clocks import FakeClock
from tests.fixtures.fetching import DELAY, PACED, fetch_links, gaps, page_link, reasons
from tests.fixtures.hostile_server import (
    HostileServer,
    answer,
    hang,
    page,
    redirect,
    then_reset,
)
from transforms.web.client import Client
from transforms.web.fetcher import Fetcher
from transforms.web.fetches import Failed, Fetched

ROBOTS_DENY = answer(200, b"User-agent: *\nDisallow: /private")


def test_a_page_is_read_and_robots_is_asked_first(server: HostileServer) -> None:
    server.pages["/a"] = page("<p>hi", "X-Robots-Tag: noai")
    [got] = fetch_links(server.url("/a"))
    assert isinstance(got, Fetched)
    read = got.page()
    assert (read.body, read.status, read.attempts, read.robots_tag) == (b"<p>hi", 200, 1, "noai")
    assert (read.final_url, read.link.source) == (server.url("/a"), "list.txt")
    assert server.paths() == ["/robots.txt", "/a"]


def test_the_canonical_form_is_asked_and_the_given_one_kept(server: HostileServer) -> None:
    server.pages["/a"] = page()
    [got] = fetch_links(server.url("/a?utm_source=x#top"))
    assert isinstance(got, Fetched)
    assert got.request.link.url.endswith("/a?utm_source=x#top")
    assert server.paths()[-1] == "/a"


def test_a_page_behind_robots_is_never_requested(server: HostileServer) -> None:
    server.pages.update({"/robots.txt": ROBOTS_DENY, "/private/a": page(), "/b": page()})
    outcomes = fetch_links(server.url("/private/a"), server.url("/b"))
    assert reasons(outcomes) == [Reason.ROBOTS_DENIED, None]
    assert server.paths() == ["/robots.txt", "/b"]


def test_a_redirect_into_a_forbidden_path_is_not_followed(server: HostileServer) -> None:
    server.pages.update({"/robots.txt": ROBOTS_DENY, "/a": redirect("/private/a")})
    assert reasons(fetch_links(server.url("/a"))) == [Reason.ROBOTS_DENIED]
    assert server.paths() == ["/robots.txt", "/a"]


def test_one_request_at_a_time_with_the_delay_between(server: HostileServer) -> None:
    server.answer_time = 0.01
    server.pages.update({f"/{n}": page() for n in range(12)} | {"/r": redirect("/0"), "/e": [answer(503), page()]})
    policy = replace(PACED, hosts_at_once=16, backoff=0.0)
    fetch_links(*(server.url(path) for path in server.pages), policy=policy)
    assert len(server.log) == 17  # robots.txt, 14 pages, where the redirect led, the second try
    assert min(gaps(server.log)) >= DELAY / 2  # the server's clock reads late when its thread waits for a core
    assert {each.connection for each in server.log} == {1}


@pytest.mark.parametrize("workers", [1, 4, 16])
def test_every_host_has_its_delay_whatever_the_number_of_workers(workers: int) -> None:
    servers = [HostileServer(address=f"127.0.0.{n}") for n in range(1, 5)]
    for each in servers:
        each.__enter__()
        each.pages["/a"] = page()
    urls = [each.url(f"/a?{n}") for n in range(6) for each in servers]
    outcomes = fetch_links(*urls, policy=replace(PACED, hosts_at_once=workers))
    for each in servers:
        each.__exit__()
    assert reasons(outcomes) == [None] * 24
    for each in servers:
        assert len(each.log) == 7
        assert min(gaps(each.log)) >= DELAY / 2  # the server's clock reads late when its thread waits for a core


def test_pages_of_a_host_come_in_their_order(server: HostileServer) -> None:
    server.pages.update({f"/{n}": page() for n in range(5)})
    fetch_links(*(server.url(f"/{n}") for n in range(5)), policy=replace(PACED, per_host_delay=0.0))
    assert server.paths() == ["/robots.txt", "/0", "/1", "/2", "/3", "/4"]


def test_many_hosts_are_asked_at_once_and_a_hung_one_costs_only_itself() -> None:
    servers = [HostileServer(address=f"127.0.0.{n}") for n in range(1, 7)]
    for each in servers:
        each.__enter__()
        each.pages["/a"] = page()
    servers[0].pages["/a"] = hang
    outcomes = fetch_links(*(each.url("/a") for each in servers), policy=replace(PACED, hosts_at_once=2, deadline=0.5))
    for each in servers:
        each.__exit__()
    assert reasons(outcomes) == [None] * 5 + [Reason.TIMEOUT_FIRST_BYTE]


def test_the_crawl_delay_is_kept_where_it_is_longer(server: HostileServer) -> None:
    server.pages.update({"/robots.txt": answer(200, b"User-agent: *\nCrawl-delay: 7"), "/a": page(), "/b": page()})
    clock = FakeClock()
    fetch_links(server.url("/a"), server.url("/b"), clock=clock)
    assert clock.at == 14.0


@pytest.mark.parametrize("value", ["-5", "nan", "0.001"])
def test_an_odd_or_short_crawl_delay_is_the_default(value: str, server: HostileServer) -> None:
    server.pages.update({"/robots.txt": answer(200, f"User-agent: *\nCrawl-delay: {value}".encode()), "/a": page()})
    clock = FakeClock()
    assert reasons(fetch_links(server.url("/a"), clock=clock)) == [None]
    assert clock.at == DELAY


def test_a_host_with_an_endless_crawl_delay_is_skipped(server: HostileServer) -> None:
    server.pages.update({"/robots.txt": answer(200, b"User-agent: *\nCrawl-delay: 1e9"), "/a": page()})
    assert reasons(fetch_links(server.url("/a"))) == [Reason.CRAWL_DELAY_TOO_LONG]
    assert server.paths() == ["/robots.txt"]


@pytest.mark.parametrize("code", [500, 503, 429])
def test_a_host_whose_robots_fails_is_closed(code: int, server: HostileServer) -> None:
    server.pages.update({"/robots.txt": answer(code), "/a": page(), "/b": page()})
    outcomes = fetch_links(server.url("/a"), server.url("/b"))
    assert reasons(outcomes) == [Reason.ROBOTS_UNREACHABLE] * 2
    assert server.paths() == ["/robots.txt"] * 3  # two retries
    assert isinstance(outcomes[0], Failed)
    assert outcomes[0].failure.retry_at is not None


def test_a_host_opens_again_when_its_robots_does(server: HostileServer) -> None:
    server.pages.update({"/robots.txt": [answer(500), answer(500), answer(500), answer(200)], "/a": page()})
    clock = FakeClock()
    with Client(PACED) as client, Fetcher(PACED, client, clock=clock) as fetcher:
        fetcher.add(page_link(server.url("/a")))
        first = list(fetcher.results(wait=True))
        clock.at += 3_600
        fetcher.add(page_link(server.url("/a")))
        second = list(fetcher.results(wait=True))
    assert reasons(first + second) == [Reason.ROBOTS_UNREACHABLE, None]


@pytest.mark.parametrize("code", [401, 403, 404])
def test_a_host_without_robots_is_open(code: int, server: HostileServer) -> None:
    server.pages.update({"/robots.txt": answer(code), "/a": page()})
    assert reasons(fetch_links(server.url("/a"))) == [None]


def test_robots_may_be_redirected_within_the_host_and_away(server: HostileServer) -> None:
    with HostileServer(address="127.0.0.2") as other:
        server.pages.update({"/robots.txt": redirect("/r"), "/r": redirect(other.url("/robots.txt"))})
        other.pages["/robots.txt"] = ROBOTS_DENY
        assert reasons(fetch_links(server.url("/private/a"))) == [Reason.ROBOTS_DENIED]
    assert server.paths() == ["/robots.txt", "/r"]
    assert min(gaps(server.log)) >= DELAY / 2  # the server's clock reads late when its thread waits for a core


def test_a_dead_host_is_not_hammered() -> None:
    with HostileServer() as server:
        urls = [server.url(f"/{n}") for n in range(20)]
    attempts: list[str] = []

    def connector(address: str, port: int, timeout: float) -> socket.socket:
        attempts.append(address)
        raise ConnectionRefusedError

    with Client(PACED, connector=connector) as client, Fetcher(PACED, client, chance=lambda: 0.0) as fetcher:
        for url in urls:
            fetcher.add(page_link(url))
        outcomes = list(fetcher.results(wait=True))
    assert reasons(outcomes) == [Reason.CONNECT_REFUSED] * 20
    assert len(attempts) == 3


def test_a_name_that_does_not_resolve_fails_all_its_links_once() -> None:
    asked: list[str] = []

    def resolver(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with Client(PACED, resolver=resolver) as client, Fetcher(PACED, client) as fetcher:
        for path in "abc":
            fetcher.add(page_link(f"http://gone.example/{path}"))
        outcomes = list(fetcher.results(wait=True))
    assert reasons(outcomes) == [Reason.DNS_ERROR] * 3
    assert asked == ["gone.example"]


@pytest.mark.parametrize("code", [500, 502, 503, 504])
def test_a_passing_error_heals(code: int, server: HostileServer) -> None:
    server.pages["/a"] = [answer(code), page("<p>hi")]
    [got] = fetch_links(server.url("/a"))
    assert isinstance(got, Fetched)
    assert got.page().attempts == 2


def test_a_lasting_error_is_told_after_two_retries(server: HostileServer) -> None:
    server.pages["/a"] = answer(502)
    [got] = fetch_links(server.url("/a"))
    assert isinstance(got, Failed)
    assert (got.failure.reason, got.failure.status, got.failure.attempts) == (Reason.HTTP_SERVER_ERROR, 502, 3)
    assert len(server.asked("/a")) == 3


def test_a_reset_is_tried_again(server: HostileServer) -> None:
    server.pages["/a"] = then_reset(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
    assert reasons(fetch_links(server.url("/a"))) == [Reason.CONNECTION_RESET]
    assert len(server.asked("/a")) == 3


def test_retry_after_holds_the_whole_host(server: HostileServer) -> None:
    server.pages.update({"/a": [answer(503, b"", "Retry-After: 2"), page()], "/b": page()})
    clock = FakeClock()
    outcomes = fetch_links(server.url("/a"), server.url("/b"), clock=clock)
    assert reasons(outcomes) == [None, None]
    assert server.paths() == ["/robots.txt", "/a", "/a", "/b"]
    assert clock.at == pytest.approx(DELAY + 2 + DELAY)
