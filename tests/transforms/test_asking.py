import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from schemas.links import Link
from schemas.policies import FetchPolicy
from schemas.runs import Run
from tests.fixtures.hostile_server import HostileServer, page
from transforms.asking import Asking, Desk
from transforms.interruption import ask_to_stop, forget_stop
from transforms.web.fetches import Fetched, Request

RUN = Run(run_id="r", output="out", started_at=datetime(2026, 11, 23, tzinfo=UTC))
POLICY = FetchPolicy(allow_private_networks=("127.0.0.0/8",), per_host_delay=0.0, retries=0, deadline=5.0)


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running
    forget_stop()


@pytest.fixture
def asking() -> Asking:
    return Asking(Desk.here(POLICY, RUN))


def request(server: HostileServer, path: str) -> Request:
    return Request(link=Link(url=server.url(path), source="s"), url=server.url(path), ask_robots=False)


def test_without_a_stop_every_request_has_an_outcome(server: HostileServer, asking: Asking) -> None:
    server.pages["/1"] = page()
    for path in ("/1", "/2"):
        asking.add(request(server, path))
    outcomes = list(asking.rest())
    assert sorted(each.request.link.url for each in outcomes) == [server.url("/1"), server.url("/2")]
    assert asking.unread() == []


def test_what_is_added_after_a_stop_is_given_back_and_not_asked(server: HostileServer, asking: Asking) -> None:
    ask_to_stop()
    asking.add(request(server, "/1"))
    assert list(asking.rest()) == []
    assert asking.unread() == [request(server, "/1")]
    assert server.log == []


def test_a_stop_lets_the_page_under_way_end_and_gives_back_the_rest(server: HostileServer, asking: Asking) -> None:
    answered = threading.Event()

    def slowly(sock: object) -> None:
        ask_to_stop_in_a_thread()
        sock.sendall(page("<p>done", "Connection: close"))  # type: ignore[attr-defined]
        answered.set()

    server.pages["/1"] = slowly
    for path in ("/1", "/2", "/3"):
        asking.add(request(server, path))
    outcomes = list(asking.rest())
    unread = asking.unread()
    assert answered.wait(5)
    assert [each.request.link.url for each in outcomes if isinstance(each, Fetched)] == [server.url("/1")]
    assert sorted(each.link.url for each in unread) == [server.url("/2"), server.url("/3")]
    assert server.paths() == ["/1"]


def ask_to_stop_in_a_thread() -> None:
    """As the signal handler does, while pages are under way; returns once nothing new begins."""
    asked = threading.Thread(target=ask_to_stop)
    asked.start()
    while not _begun():
        pass


def _begun() -> bool:
    from transforms.interruption import asked_to_stop

    return asked_to_stop()
