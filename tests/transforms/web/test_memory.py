from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.failures import Reason
from schemas.state import RobotsKnown
from tests.fixtures.fetching import POLICY, gaps, page_request, reasons
from tests.fixtures.hostile_server import HostileServer, answer, page, redirect
from transforms.web.client import Client
from transforms.web.fetcher import Fetcher
from transforms.web.fetches import Outcome, Request
from transforms.web.memory import Memory, Witnessed

DELAY = 0.06
PACED = replace(POLICY, per_host_delay=DELAY, backoff=0.0)
CLOSED = b"User-agent: *\nDisallow: /"


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        running.pages["/a"] = page()
        yield running


MADE: list[Memory] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Close the connections that a process would keep."""
    yield
    while MADE:
        MADE.pop().session.idle.close()


def remembering(**fields: Any) -> Memory:
    MADE.append(Memory(PACED, **fields))
    return MADE[-1]


def fetch(memory: Memory, *urls: str) -> list[Outcome]:
    """One fetcher of its own, as each bundle has one."""
    with Client(memory.policy, session=memory.session) as client, Fetcher(memory.policy, client, memory=memory) as one:
        for url in urls:
            one.add(replace(page_request(url), ask_robots=True))
        return list(one.results(wait=True))


def known(server: HostileServer, age: timedelta, rules: str | None) -> Memory:
    origin = server.url("")
    robots = RobotsKnown(origin=origin, fetched_at=datetime.now(UTC) - age, rules=rules)
    return remembering(robots={origin: robots})


def test_fetchers_that_follow_each_other_keep_one_delay_and_one_robots_txt(server: HostileServer) -> None:
    memory = remembering()
    for _ in range(3):
        assert reasons(fetch(memory, server.url("/a"))) == [None]
    assert server.paths() == ["/robots.txt", "/a", "/a", "/a"]
    assert min(gaps(server.log)) >= DELAY / 2  # the server's clock reads late when its thread waits for a core
    assert {each.connection for each in server.log} == {1}


def test_fetchers_at_the_same_time_take_turns(server: HostileServer) -> None:
    memory = remembering()
    clients = Client(PACED, session=memory.session), Client(PACED, session=memory.session)
    with Fetcher(PACED, clients[0], memory=memory) as one, Fetcher(PACED, clients[1], memory=memory) as other:
        for number in range(4):
            for each in (one, other):
                each.add(page_request(server.url(f"/a?{number}")))
        assert reasons([*one.results(wait=True), *other.results(wait=True)]) == [None] * 8
    assert min(gaps(server.log)) >= DELAY / 2  # the server's clock reads late when its thread waits for a core


def test_where_other_processes_ask_too_the_first_request_waits(server: HostileServer) -> None:
    at = datetime.now(UTC).timestamp()
    fetch(remembering(shared=True), server.url("/a"))
    assert datetime.now(UTC).timestamp() - at >= 2 * DELAY


def test_a_robots_txt_on_another_host_is_asked_in_that_hosts_turn(server: HostileServer) -> None:
    with HostileServer(address="127.0.0.2") as other:
        server.pages["/robots.txt"] = redirect(other.url("/robots.txt"))
        other.pages.update({"/robots.txt": answer(200, b"User-agent: *\nDisallow: /b"), "/a": page()})
        urls = [other.url(f"/a?{number}") for number in range(5)]
        outcomes = fetch(remembering(), *urls[:2], server.url("/b"), *urls[2:])
        assert sorted(map(str, reasons(outcomes))) == ["None"] * 5 + [Reason.ROBOTS_DENIED]
        assert len(other.asked("/robots.txt")) == 2
        assert min(gaps(other.log)) >= DELAY / 2  # the server's clock reads late when its thread waits for a core


def test_two_hosts_whose_robots_txt_point_at_each_other_do_not_wait_for_ever(server: HostileServer) -> None:
    with HostileServer(address="127.0.0.2") as other:
        server.pages["/robots.txt"] = redirect(other.url("/r"))
        other.pages.update({"/robots.txt": redirect(server.url("/r")), "/a": page()})
        assert reasons(fetch(remembering(), server.url("/a"), other.url("/a"))) == [None, None]


def test_a_robots_txt_of_today_is_not_asked_again(server: HostileServer) -> None:
    memory = known(server, timedelta(hours=23), rules="disallow: /")
    assert reasons(fetch(memory, server.url("/a"))) == [Reason.ROBOTS_DENIED]
    assert server.log == []
    assert memory.take_learned() == []


def test_a_robots_txt_of_yesterday_is_asked_again(server: HostileServer) -> None:
    memory = known(server, timedelta(hours=25), rules="disallow: /")
    assert reasons(fetch(memory, server.url("/a"))) == [None]
    assert [each.rules for each in memory.take_learned()] == [None]


@pytest.mark.parametrize(
    ("age", "expected"), [(timedelta(days=2), Reason.ROBOTS_DENIED), (timedelta(days=31), Reason.ROBOTS_UNREACHABLE)]
)
def test_an_old_copy_serves_for_a_month_while_a_new_one_fails(
    server: HostileServer, age: timedelta, expected: Reason
) -> None:
    server.pages["/robots.txt"] = answer(500)
    assert reasons(fetch(known(server, age, rules="disallow: /"), server.url("/a"))) == [expected]


def test_a_robots_txt_from_the_future_is_not_believed(server: HostileServer) -> None:
    assert reasons(fetch(known(server, timedelta(hours=-2), rules="disallow: /"), server.url("/a"))) == [None]


def test_what_was_learned_is_told_once(server: HostileServer) -> None:
    server.pages["/robots.txt"] = answer(200, CLOSED)
    memory = remembering()
    fetch(memory, server.url("/a"))
    assert [(each.origin, each.rules) for each in memory.take_learned()] == [(server.url(""), "disallow: /")]
    assert memory.take_learned() == []


def test_a_witness_sees_every_exchange_with_what_robots_txt_said(server: HostileServer) -> None:
    seen: list[Witnessed] = []
    server.pages["/b"] = redirect("/a")
    fetch(remembering(witness=seen.append), server.url("/b"))
    asked: list[tuple[Request | None, str]] = [(each.request, each.answer.url) for each in seen]
    assert [url for _, url in asked] == [server.url(path) for path in ("/robots.txt", "/b", "/a")]
    assert [request is None for request, _ in asked] == [True, False, False]
    assert seen[1].robots == "there is none, so all is open"
