"""Cases 29 to 40: addresses that nobody may be sent to, and secrets. Each has its number in the name."""

import socket
from dataclasses import replace

import pytest

from schemas.failures import Reason
from schemas.policies import FetchPolicy
from tests.fixtures.fetching import POLICY, Recorder, fetch, fetch_links, names, page_request, reason, reasons
from tests.fixtures.hostile_server import HostileServer, page, redirect
from transforms.web.client import Client
from transforms.web.dialing import connect
from transforms.web.fetcher import Fetcher
from transforms.web.fetches import Failed

FORMS = [
    "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://0x7f.1/", "http://127.1/", "http://0/",
    "http://[::]/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/", "http://[fe80::1%25lo]/", "http://localhost./", "http://１２７.0.0.1/",
    "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://example.com@127.0.0.1/", "http://169.254.169.254/",
    "http://[fd00:ec2::254]/", "http://100.100.100.200/", "http://168.63.129.16/", "http://192.0.0.192/",
    "http://metadata.google.internal/", "http://224.0.0.1/", "http://255.255.255.255/", "http://10.1.2.3/",
]  # fmt: skip
MALFORMED = [
    r"http://127.0.0.1\@example.com/", "http://exam\tple.com/", "http://exam\nple.com/", "http://exam ple.com/",
    "http://exam\x00ple.com/", "http:///x", "http://[::1", "http://news.example/" + "x" * 70_000, "http://", "//x/y",
]  # fmt: skip
STRICT = FetchPolicy(contact="desk@news.example", per_host_delay=0.0, retries=0)
KNOWN = names(**{"localhost.": ["127.0.0.1", "::1"], "mixed.example": ["127.0.0.1", "8.8.8.8"]})


@pytest.mark.parametrize("url", FORMS)
def test_case_29_no_form_of_a_private_address_is_asked(url: str) -> None:
    connector = Recorder()
    assert reasons(fetch_links(url, policy=STRICT, connector=connector, resolver=KNOWN)) == [Reason.BLOCKED_ADDRESS]
    assert connector.asked == []


@pytest.mark.parametrize("url", MALFORMED)
def test_case_29_and_40_what_is_no_url_is_bad(url: str) -> None:
    connector = Recorder()
    assert reasons(fetch_links(url, policy=STRICT, connector=connector, resolver=KNOWN)) == [Reason.BAD_URL]
    assert connector.asked == []


def redirected_to(server: HostileServer, target: str, policy: FetchPolicy = POLICY) -> tuple[Reason | None, list[str]]:
    """What becomes of a redirect that is followed by whoever owns it, and which other addresses were asked."""
    server.pages["/a"] = redirect(target)
    asked: list[str] = []

    def connector(address: str, port: int, timeout: float) -> socket.socket:
        if port != server.port:
            asked.append(address)
            raise ConnectionRefusedError
        return connect(address, port, timeout)

    client = Client(policy, connector=connector, resolver=KNOWN)
    with client, Fetcher(policy, client, owns=lambda _: True) as fetcher:
        fetcher.add(page_request(server.url("/a")))
        [got] = fetcher.results(wait=True)
    return reason(got), asked


def is_loopback(url: str) -> bool:
    """Whether a form is the server's own network, which these tests open."""
    return any(part in url for part in ("127", "7f", "2130706433", "0177", "localhost", "①"))


@pytest.mark.parametrize("url", [form for form in FORMS if not is_loopback(form)])
def test_case_30_nor_through_a_redirect(server: HostileServer, url: str) -> None:
    told, asked = redirected_to(server, url.encode().decode("latin-1"))
    assert told in (Reason.BLOCKED_ADDRESS, Reason.BLOCKED_PORT, Reason.DNS_ERROR, Reason.BAD_URL)
    assert asked == []


@pytest.mark.parametrize(
    "url", ["http://[::1]/", "http://2130706433:6379/", "http://10.0.0.1/", "http://[::ffff:10.0.0.1]/"]
)
def test_case_30_an_opened_network_opens_no_other(server: HostileServer, url: str) -> None:
    told, asked = redirected_to(server, url)
    assert told in (Reason.BLOCKED_ADDRESS, Reason.BLOCKED_PORT)
    assert asked == []


def test_case_33_of_public_and_private_addresses_only_the_public_is_asked() -> None:
    connector = Recorder()
    fetch_links("http://mixed.example/", policy=STRICT, connector=connector, resolver=KNOWN)
    assert {address for address, _ in connector.asked} == {"8.8.8.8"}


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/",
        "http://[fd00:ec2::254]/",
        "http://metadata.google.internal/",
        "http://[::ffff:a9fe:a9fe]/",
    ],
)
def test_case_34_metadata_stays_closed_whatever_is_opened(url: str) -> None:
    connector = Recorder()
    policy = replace(STRICT, allow_private_networks=("10.0.0.0/8", "169.254.0.0/16", "fd00::/8", "::/0", "0.0.0.0/0"))
    resolver = names(**{"metadata.google.internal": ["10.0.0.1"]})
    assert reasons(fetch_links(url, policy=policy, connector=connector, resolver=resolver)) == [Reason.BLOCKED_ADDRESS]
    assert connector.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://news.example/a", "gopher://news.example/", "data:text/html,<p>hi",
        "javascript:alert(1)", "blob:https://news.example/1", "view-source:http://news.example/", "ws://news.example/",
    ],
)  # fmt: skip
def test_case_35_other_schemes_are_refused(url: str) -> None:
    connector = Recorder()
    assert reasons(fetch_links(url, policy=STRICT, connector=connector)) == [Reason.BAD_SCHEME]
    assert connector.asked == []


def test_case_35_capitals_are_no_other_scheme(server: HostileServer) -> None:
    server.pages["/a"] = page()
    assert reasons(fetch_links(server.url("/a").replace("http:", "HTTP:"))) == [None]


@pytest.mark.parametrize(
    ("port", "expected"),
    [("22", "blocked_port"), ("25", "blocked_port"), ("6379", "blocked_port"), ("0", "blocked_port"),
     ("65536", "bad_url"), ("-1", "bad_url"), ("http", "bad_url")],
)  # fmt: skip
@pytest.mark.parametrize("host", ["8.8.8.8", "127.0.0.1", "news.example"])
def test_case_36_ports_that_are_not_the_webs(host: str, port: str, expected: str) -> None:
    connector = Recorder()
    resolver = names(**{"news.example": ["8.8.8.8"]})
    outcomes = fetch_links(f"http://{host}:{port}/", connector=connector, resolver=resolver)
    assert reasons(outcomes) == [expected]
    assert connector.asked == []


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_case_38_a_proxy_of_the_environment_is_not_used(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:1/")
    server.pages["/a"] = page()
    assert reasons(fetch(server.url("/a"))) == [None]


def test_case_39_no_failure_shows_a_password_or_token() -> None:
    connector = Recorder()
    url = "http://user:hunter2@8.8.8.8/a?token=hunter3&x=1"
    [got] = fetch_links(url, policy=STRICT, connector=connector)
    assert isinstance(got, Failed)
    assert "hunter" not in repr(got.failure)
    assert "x=1" in got.failure.url
