"""The client and addresses: what it refuses, and what it is pinned to."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from schemas.failures import Reason
from schemas.policies import FetchPolicy
from tests.fixtures.hostile_server import (
    HostileServer,
    page,
)
from transforms.web.client import Client, FetchError, Response

POLICY = FetchPolicy(allow_private_networks=("127.0.0.0/8",), contact="desk@news.example")


HASTY = replace(POLICY, deadline=0.3)


MakeClient = Callable[..., Client]


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


@pytest.fixture
def make() -> Iterator[MakeClient]:
    """Makes clients and closes them."""
    made: list[Client] = []

    def make_client(policy: FetchPolicy, **ports: Any) -> Client:
        made.append(Client(policy, **ports))
        return made[-1]

    yield make_client
    for each in made:
        each.close()


class Recorder:
    """A connector that writes down where it should go, and goes nowhere."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def __call__(self, address: str, port: int, timeout: float) -> socket.socket:
        self.asked.append((address, port))
        raise ConnectionRefusedError


def names(**known: Sequence[str]) -> object:
    def resolver(host: str, port: int) -> Sequence[str]:
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return known[host]

    return resolver


def reason(result: object) -> Reason:
    assert isinstance(result, FetchError), result
    return result.reason


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
    def slow(_host: str, _port: int) -> Sequence[str]:
        time.sleep(2)
        return ["8.8.8.8"]

    connector = Recorder()
    started = time.monotonic()
    got = make(HASTY, resolver=slow, connector=connector).get("http://news.example/")
    assert reason(got) is Reason.DNS_ERROR
    assert time.monotonic() - started < 2
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


def certificate(folder: Path, address: str = "127.0.0.1", days: int = 1) -> ssl.SSLContext:
    """A server's context with a certificate that it signed itself, and the file to trust it by: `folder`/cert.pem."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "newsbeam test")])
    end = datetime.now(UTC) + timedelta(days=days)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(end - timedelta(days=9))
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(built.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def trusting(folder: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(folder / "cert.pem"))


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
