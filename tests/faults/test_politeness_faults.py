"""Cases 41 to 52: robots.txt and the pace. Each has its number in the name."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from schemas.failures import Reason
from tests.fixtures.fetching import HASTY, POLICY, feed_request, fetch, fetch_links, gaps, reasons
from tests.fixtures.hostile_server import Behaviour, HostileServer, answer, hang, page
from transforms.web.robots import MAX_ROBOTS_BYTES, parse_robots
from transforms.web.urls import host_of


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        running.pages["/a"] = page()
        yield running


@pytest.mark.parametrize("behaviour", [answer(500), answer(503), answer(429), hang], ids=["500", "503", "429", "hang"])
def test_case_43_a_host_whose_robots_txt_fails_is_closed(server: HostileServer, behaviour: Behaviour) -> None:
    server.pages["/robots.txt"] = behaviour
    assert reasons(fetch_links(server.url("/a"), policy=HASTY)) == [Reason.ROBOTS_UNREACHABLE]
    assert set(server.paths()) == {"/robots.txt"}


@pytest.mark.parametrize("code", [401, 403, 404, 410])
def test_case_44_a_host_without_robots_txt_is_open(server: HostileServer, code: int) -> None:
    server.pages["/robots.txt"] = answer(code)
    assert reasons(fetch_links(server.url("/a"))) == [None]


@pytest.mark.parametrize(
    "text",
    [
        b"User-agent: *\n" + b"# padding\n" * 60_000 + b"Disallow: /a\n" + b"x" * 6 * 1024 * 1024,
        b"User-agent: someone\nDisallow: /\n" * 100_000,
    ],
    ids=["a rule after 500 KiB of 6 MiB", "100,000 groups"],
)
def test_case_45_a_giant_robots_txt_is_read_up_to_its_cap(server: HostileServer, text: bytes) -> None:
    server.pages["/robots.txt"] = answer(200, text)
    start = time.process_time()
    assert reasons(fetch_links(server.url("/a"), policy=replace(POLICY, deadline=5.0))) == [None]
    assert time.process_time() - start < 1.0 + 1.0  # of CPU, also of the server here; asked for: 1 s
    assert len(text) > MAX_ROBOTS_BYTES


@pytest.mark.parametrize(
    ("value", "delay"), [("2", 2.0), ("0.5", 0.5), ("1e9", 1e9), ("-5", None), ("nan", None), ("soon", None)]
)
def test_case_47_crawl_delays(value: str, delay: float | None) -> None:
    assert parse_robots(f"User-agent: *\nCrawl-delay: {value}".encode()).crawl_delay == delay


def test_case_47_the_server_sees_the_gap_that_it_asked_for(server: HostileServer) -> None:
    server.pages["/robots.txt"] = answer(200, b"User-agent: *\nCrawl-delay: 0.2")
    fetch_links(server.url("/a"), server.url("/a?2"))
    assert min(gaps(server.log)) >= 0.2


def test_case_47_a_host_with_an_endless_crawl_delay_is_skipped_with_a_reason(server: HostileServer) -> None:
    server.pages["/robots.txt"] = answer(200, b"User-agent: *\nCrawl-delay: 1e9")
    assert reasons(fetch_links(server.url("/a"))) == [Reason.CRAWL_DELAY_TOO_LONG]


@pytest.mark.parametrize("workers", [1, 4, 16])
def test_case_48_one_request_at_a_time_to_a_host(server: HostileServer, workers: int) -> None:
    delay = 0.01
    server.answer_time = 0.005
    policy = replace(POLICY, per_host_delay=delay, hosts_at_once=workers)
    urls = [server.url(f"/a?{number}") for number in range(50)]
    assert reasons(fetch_links(*urls, policy=policy)) == [None] * 50
    assert len(server.log) == 51
    assert min(gaps(server.log)) >= delay  # also says that no two were made at once


@pytest.mark.parametrize("workers", [4, 16])
def test_case_48_hosts_are_as_fast_as_if_the_slow_ones_were_absent(workers: int) -> None:
    servers = [HostileServer(address=f"127.0.0.{number}") for number in range(2, 8)]
    for each in servers:
        each.__enter__()
        each.pages["/a"] = page()
    slow, fast = servers[:2], servers[2:]
    for each in slow:
        each.answer_time = 0.25
    urls = [each.url(f"/a?{number}") for number in range(2) for each in servers]
    start = time.monotonic()
    assert reasons(fetch_links(*urls, policy=replace(POLICY, hosts_at_once=workers))) == [None] * len(urls)
    for each in servers:
        each.__exit__()
    ended = max(asked.end or 0.0 for each in fast for asked in each.log) - start
    assert ended < 0.25  # before the first answer of a slow one
    assert all(min(gaps(each.log)) >= 0 for each in servers)


def test_case_50_the_host_is_the_name_with_its_port() -> None:
    hosts = [host_of(f"{url}/a") for url in ("http://h.example", "https://h.example", "http://h.example:8080")]
    assert hosts == ["h.example", "h.example", "h.example:8080"]
    assert host_of("http://www.h.example/") == "www.h.example"


def test_case_52_what_a_feed_server_sees(server: HostileServer) -> None:
    server.pages["/f"] = answer(304)
    fetch(feed_request(server.url("/f"), etag='W/"ä-1"', last_modified="Mon, 02 Nov 2026 10:00:00 GMT"))
    [asked] = server.log
    assert asked.headers["if-none-match"] == 'W/"ä-1"'
    assert asked.headers["if-modified-since"] == "Mon, 02 Nov 2026 10:00:00 GMT"
    assert "newsbeam/" in asked.headers["user-agent"]
    assert "desk@news.example" in asked.headers["user-agent"]
    assert "gzip" in asked.headers["accept-encoding"]
    assert not {"cookie", "referer", "authorization", "from"} & set(asked.headers)
