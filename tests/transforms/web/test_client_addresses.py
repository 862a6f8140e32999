"""The client and addresses: what it refuses, and what it is pinned to."""

import socket
from pathlib import Path

import pytest

from schemas.failures import Reason
from schemas.policies import FetchPolicy
from tests.fixtures.certificates import certificate, trusting
from tests.fixtures.clients import HASTY, POLICY, MakeClient, reason
from tests.fixtures.fetching import Recorder, SlowNames, names
from tests.fixtures.hostile_server import HostileServer, page
from transforms.web.client import Client, FetchError, Response


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "http://[fd00:ec2::254]/", "http://metadata.google.internal/"]
)
def test_metadata_stays_closed_when_a_network_is_opened(make: MakeClient, url: str) -> None:
    connector = Recorder()
    policy = FetchPolicy(allow_private_networks=("10.0.0.0/8", "169.254.0.0/16", "fd00::/8"))
    assert reason(make(policy, connector=connector).get(url)) is Reason.BLOCKED_ADDRESS
    assert connector.asked == []


@pytest.mark.parametrize("port", [22, 25, 6379, 0])
def test_no_connection_is_made_to_a_forbidden_port(make: MakeClient, port: int) -> None:
    connector = Recorder()
    client = make(POLICY, connector=connector, resolver=names())
    assert reason(client.get(f"http://news.example:{port}/")) is Reason.BLOCKED_PORT
    assert connector.asked == []


def test_the_connection_is_pinned_to_the_address_that_was_checked(make: MakeClient) -> None:
    connector = Recorder()
    resolved = iter([["8.8.8.8", "10.0.0.1"], ["127.0.0.1"]])
    client = make(
        FetchPolicy(contact="desk@news.example"), connector=connector, resolver=lambda _host, _port: next(resolved)
    )
    assert reason(client.get("http://news.example/")) is Reason.CONNECT_REFUSED
    assert connector.asked == [("8.8.8.8", 80)]


def test_a_second_address_is_tried(make: MakeClient) -> None:
    connector = Recorder()
    client = make(
        FetchPolicy(contact="desk@news.example"),
        connector=connector,
        resolver=names(**{"news.example": ["8.8.8.8", "8.8.4.4"]}),
    )
    client.get("https://news.example/")
    assert connector.asked == [("8.8.8.8", 443), ("8.8.4.4", 443)]


def test_a_name_that_does_not_resolve(make: MakeClient) -> None:
    assert reason(make(POLICY, resolver=names()).get("http://news.example/")) is Reason.DNS_ERROR
    empty = make(POLICY, resolver=names(**{"news.example": []}))
    assert reason(empty.get("http://news.example/")) is Reason.DNS_ERROR
    assert reason(make(POLICY).get(f"http://{'a' * 70}.example/")) is Reason.DNS_ERROR


def test_slow_name_servers_are_inside_the_deadline(make: MakeClient) -> None:
    connector = Recorder()
    with SlowNames() as resolver:
        got = make(HASTY, resolver=resolver, connector=connector).get("http://news.example/")
        assert resolver.answers == 0  # nobody waited for it
    assert reason(got) is Reason.DNS_ERROR
    assert connector.asked == []


def test_nobody_listens(make: MakeClient) -> None:
    with HostileServer() as server:
        url = server.url()
    assert reason(make(POLICY).get(url)) is Reason.CONNECT_REFUSED


def test_a_host_that_does_not_answer(make: MakeClient) -> None:
    def silent(_address: str, _port: int, _timeout: float) -> socket.socket:
        raise TimeoutError

    assert reason(make(POLICY, connector=silent).get("http://8.8.8.8/")) is Reason.CONNECT_TIMEOUT


def test_proxies_of_the_environment_are_ignored(
    make: MakeClient, server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1/")
    server.pages["/"] = page()
    assert isinstance(make(POLICY).get(server.url()), Response)


def test_https_with_a_good_certificate(make: MakeClient, tmp_path: Path) -> None:
    with HostileServer(tls=certificate(tmp_path)) as server:
        server.pages["/"] = page("<p>hi")
        got = make(POLICY, tls=trusting(tmp_path)).get(server.url())
    assert isinstance(got, Response)
    assert got.body == b"<p>hi"


def test_certificates_that_are_not_right(make: MakeClient, tmp_path: Path) -> None:
    with HostileServer(tls=certificate(tmp_path)) as server:
        assert "self" in refused(make(POLICY), server)  # self-signed
    with HostileServer(tls=certificate(tmp_path, days=-1)) as server:
        assert "expired" in refused(make(POLICY, tls=trusting(tmp_path)), server)
    with HostileServer(tls=certificate(tmp_path, address="127.0.0.2")) as server:
        assert "127.0.0.1" in refused(make(POLICY, tls=trusting(tmp_path)), server)


def refused(client: Client, server: HostileServer) -> str:
    server.pages["/"] = page()
    got = client.get(server.url())
    assert reason(got) is Reason.TLS_ERROR
    assert server.log == []
    assert isinstance(got, FetchError)
    return got.detail


def test_https_on_a_port_that_speaks_http(make: MakeClient, server: HostileServer) -> None:
    server.pages["/"] = page()
    got = make(HASTY).get(server.url().replace("http:", "https:"))
    assert reason(got) in (Reason.TLS_ERROR, Reason.CONNECT_TIMEOUT)
