"""Cases 1 to 28: servers and transports that do what they should not. Each has its number in the name."""

import gzip
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import brotli
import pytest
import zstandard

from schemas.failures import Reason
from schemas.policies import FetchPolicy
from tests.fixtures.certificates import certificate, trusting
from tests.fixtures.fetching import (
    HASTY,
    POLICY,
    SlowNames,
    body,
    feed_request,
    fetch,
    fetch_links,
    gaps,
    names,
    reason,
    reasons,
)
from tests.fixtures.hostile_server import (
    Behaviour,
    HostileServer,
    answer,
    dripping,
    endless,
    hang,
    page,
    redirect,
    then_close,
    then_reset,
)
from transforms.web.client import Client
from transforms.web.fetcher import Fetcher
from transforms.web.fetches import Failed, Fetched

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
BOMB = bytes(64 * 1024 * 1024)  # more than ten times the cap; the full 512 MiB are in test_bombs.py


def said(server: HostileServer, behaviour: Behaviour, policy: FetchPolicy = HASTY) -> Reason | None:
    """What becomes of one page that behaves like this; nothing but its own deadline is spent on it."""
    server.pages["/a"] = behaviour
    start = time.monotonic()
    outcome = fetch(server.url("/a"), policy=replace(policy, retries=0))[0]
    assert time.monotonic() - start <= policy.deadline + 1
    return reason(outcome)


def test_case_01_connection_refused_is_tried_three_times() -> None:
    attempts: list[str] = []

    def connector(address: str, port: int, timeout: float) -> socket.socket:
        attempts.append(address)
        raise ConnectionRefusedError

    assert reasons(fetch("http://127.0.0.1:8080/a", connector=connector)) == [Reason.CONNECT_REFUSED]
    assert len(attempts) == 3


def test_case_02_a_server_that_never_answers(server: HostileServer) -> None:
    assert said(server, hang) is Reason.TIMEOUT_FIRST_BYTE


def test_case_04_a_body_that_drips(server: HostileServer) -> None:
    assert said(server, dripping(OK + b"Content-Length: 9999\r\n\r\n" + b"x" * 9999, 0.02)) is Reason.DEADLINE_EXCEEDED


def test_case_04_headers_that_drip(server: HostileServer) -> None:
    assert said(server, dripping(OK + b"X: " + b"x" * 9999, 0.02)) is Reason.DEADLINE_EXCEEDED


def test_case_05_a_reset_in_the_middle_is_tried_again(server: HostileServer) -> None:
    server.pages["/a"] = then_reset(OK + b"Content-Length: 9\r\n\r\nabc")
    assert reasons(fetch(server.url("/a"))) == [Reason.CONNECTION_RESET]
    assert len(server.asked("/a")) == 3


def test_case_06_fewer_bytes_than_announced(server: HostileServer) -> None:
    assert said(server, then_close(OK + b"Content-Length: 100\r\n\r\nabc")) is Reason.INCOMPLETE_BODY


def test_case_06_a_last_chunk_that_never_comes(server: HostileServer) -> None:
    cut = then_close(OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
    assert said(server, cut) is Reason.INCOMPLETE_BODY


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (then_close(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc"), {Reason.PROTOCOL_ERROR}),
        (
            endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
            {Reason.PROTOCOL_ERROR, Reason.DEADLINE_EXCEEDED},
        ),
        (then_close(OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\nabcde"), {Reason.PROTOCOL_ERROR}),
        (then_close(OK + b"Content-Length: -5\r\n\r\nabcde"), {Reason.PROTOCOL_ERROR}),
    ],
)
def test_case_08_bad_and_endless_chunks(server: HostileServer, behaviour: Behaviour, expected: set[Reason]) -> None:
    assert said(server, behaviour) in expected


def test_case_09_a_plain_body_without_end_is_cut_at_the_cap(server: HostileServer) -> None:
    policy = replace(HASTY, max_body=100_000, deadline=3.0)
    assert said(server, endless(OK + b"\r\n", b"x" * 65_536), policy) is Reason.TOO_LARGE
    assert (
        said(server, then_close(OK + b"Content-Length: 104857600\r\n\r\n" + b"x" * 200_000), policy) is Reason.TOO_LARGE
    )


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate", "gzip, br"])
def test_case_10_bombs_are_too_large(server: HostileServer, coding: str) -> None:
    packed = {
        "gzip": lambda: gzip.compress(BOMB, 1),
        "br": lambda: brotli.compress(BOMB, quality=1),
        "zstd": lambda: zstandard.compress(BOMB),
        "deflate": lambda: gzip.compress(BOMB, 1)[10:-8],
        "gzip, br": lambda: brotli.compress(gzip.compress(BOMB, 1), quality=1),
    }[coding]()
    policy = replace(HASTY, deadline=5.0)
    assert said(server, answer(200, packed, f"Content-Encoding: {coding}"), policy) is Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("content", "coding", "expected"),
    [
        (b"<p>never packed", "gzip", None),
        (gzip.compress(b"<p>" + b"hello " * 99)[:-30], "gzip", Reason.DECODE_ERROR),
        (b"\x00\x01\x02 no text", "gzip", Reason.DECODE_ERROR),
        (b"<p>hello", "utf-8", None),
        (b"<p>hello", "gzip, gzip, gzip", Reason.DECODE_ERROR),
    ],
)
def test_case_14_codings_that_do_not_fit(
    server: HostileServer, content: bytes, coding: str, expected: Reason | None
) -> None:
    assert said(server, answer(200, content, f"Content-Encoding: {coding}")) is expected


@pytest.mark.parametrize(
    "lines",
    [
        [f"X-{number}: 1" for number in range(2_000)],
        ["X: " + "x" * 1_000_000],
        ["X: a\rb"],
        ["X: a\x00b"],
        ["X : a"],
        ["a line that is no header"],
    ],
    ids=["2000 headers", "1 MB header", "CR", "NUL", "space before the colon", "no colon"],
)
def test_case_15_headers_that_nobody_should_send(server: HostileServer, lines: Sequence[str]) -> None:
    assert said(server, answer(200, b"<p>hi", *lines)) is Reason.PROTOCOL_ERROR


@pytest.mark.parametrize(
    "start",
    [
        b"<html>HTTP/0.9 had no head</html>",
        b"\x00\xff garbage \x80" * 9,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"220 mail.example ESMTP\r\n",
    ],
    ids=["HTTP/0.9", "garbage", "TLS", "SSH", "SMTP"],
)
def test_case_16_what_is_not_http(server: HostileServer, start: bytes) -> None:
    assert said(server, then_close(start)) is Reason.PROTOCOL_ERROR


def refused(folder: Path, tls: ssl.SSLContext, trust: ssl.SSLContext | None) -> str:
    """Why a server with this context is not asked; nothing but a handshake reaches it."""
    with HostileServer(tls=tls) as server:
        server.pages["/a"] = page()
        [got] = fetch(server.url("/a"), tls=trust)
        assert server.log == []
    assert isinstance(got, Failed)
    assert got.failure.reason is Reason.TLS_ERROR
    return got.failure.detail or ""


def test_case_17_certificates_that_are_not_right(tmp_path: Path) -> None:
    assert "self" in refused(tmp_path, certificate(tmp_path), None)
    expired = certificate(tmp_path, days=-1)
    assert "expired" in refused(tmp_path, expired, trusting(tmp_path))
    of_another = certificate(tmp_path, address="127.0.0.2")
    assert "127.0.0.1" in refused(tmp_path, of_another, trusting(tmp_path))


def test_case_17_tls_before_1_2_is_refused(tmp_path: Path) -> None:
    old = certificate(tmp_path)
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    assert refused(tmp_path, old, trusting(tmp_path))


def test_case_17_the_certificate_is_checked_again_after_a_redirect(tmp_path: Path) -> None:
    with HostileServer(tls=certificate(tmp_path)) as wrong, HostileServer() as server:
        # The certificate is for 127.0.0.1, and the redirect goes to a name.
        server.pages["/a"] = redirect(f"https://localhost:{wrong.port}/a")
        wrong.pages["/a"] = page()
        client = Client(POLICY, tls=trusting(tmp_path), resolver=names(localhost=["127.0.0.1"]))
        with client, Fetcher(POLICY, client, owns=lambda _: True) as fetcher:
            fetcher.add(feed_request(server.url("/a")))
            [got] = fetcher.results(wait=True)
    assert reason(got) is Reason.TLS_ERROR
    assert wrong.log == []


@pytest.mark.parametrize("code", [socket.EAI_NONAME, socket.EAI_AGAIN, socket.EAI_FAIL])
def test_case_18_names_that_do_not_resolve(code: int) -> None:
    def resolver(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(code, "no answer")

    assert reasons(fetch("http://gone.example/a", resolver=resolver)) == [Reason.DNS_ERROR]


def test_case_18_a_name_without_an_address() -> None:
    assert reasons(fetch("http://gone.example/a", resolver=lambda host, port: [])) == [Reason.DNS_ERROR]


def test_case_18_slow_name_servers_are_inside_the_deadline() -> None:
    with SlowNames() as resolver:
        assert reasons(fetch("http://slow.example/a", policy=HASTY, resolver=resolver)) == [Reason.DNS_ERROR]
        assert resolver.answers == 0  # nobody waited for it


@pytest.mark.parametrize("code", [500, 502, 503, 504])
def test_case_20_an_error_that_passes(server: HostileServer, code: int) -> None:
    server.pages["/a"] = [answer(code), page("<p>hi")]
    [got] = fetch(server.url("/a"))
    assert isinstance(got, Fetched)
    assert got.page().attempts == 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.3", None),
        ("-5", None),
        ("abc", None),
        ("Mon, 01 Jan 2001 00:00:00 GMT", None),
        ("1000000000", "host_paused"),
    ],
)
def test_case_21_retry_after_closes_the_host(server: HostileServer, value: str, expected: str | None) -> None:
    server.pages.update({"/a": [answer(503, b"", f"Retry-After: {value}"), page()], "/b": page()})
    outcomes = fetch(server.url("/a"), server.url("/b"))
    assert reasons(outcomes) == [expected, expected]
    if value == "0.3":
        assert server.log[1].start - (server.log[0].end or 0) >= 0.3
    for each in outcomes:
        assert expected is None or (isinstance(each, Failed) and each.failure.retry_at is not None)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (401, Reason.UNAUTHORIZED),
        (403, Reason.FORBIDDEN),
        (404, Reason.NOT_FOUND),
        (410, Reason.GONE),
        (451, Reason.LEGAL),
    ],
)
def test_case_23_every_refusal_has_its_reason(server: HostileServer, code: int, expected: Reason) -> None:
    assert said(server, answer(code)) is expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (304, Reason.UNEXPECTED_STATUS), (206, Reason.UNEXPECTED_STATUS), (204, Reason.UNEXPECTED_STATUS),
        (205, Reason.UNEXPECTED_STATUS), (226, Reason.UNEXPECTED_STATUS), (299, Reason.UNEXPECTED_STATUS),
        (999, Reason.UNEXPECTED_STATUS), (418, Reason.HTTP_CLIENT_ERROR), (599, Reason.HTTP_SERVER_ERROR),
    ],
)  # fmt: skip
def test_case_24_odd_statuses(server: HostileServer, code: int, expected: Reason) -> None:
    assert said(server, answer(code)) is expected


def test_case_25_five_redirects_are_followed_and_six_are_not(server: HostileServer) -> None:
    server.pages.update({f"/{n}": redirect(f"/{n + 1}") for n in range(6)} | {"/6": page("<p>end")})
    assert reasons(fetch(server.url("/1"), server.url("/0"))) == [None, Reason.TOO_MANY_REDIRECTS]


def test_case_25_loops_end_also_with_a_cookie(server: HostileServer) -> None:
    server.pages["/x"] = redirect("/y")
    server.pages["/y"] = redirect("/x")
    assert said(server, redirect("/a", 302, "Set-Cookie: a=b")) is Reason.TOO_MANY_REDIRECTS
    assert reasons(fetch(server.url("/x"))) == [Reason.TOO_MANY_REDIRECTS]


def test_case_28_a_kept_connection_that_was_closed_is_replaced_after_the_delay(server: HostileServer) -> None:
    delay = 0.05
    server.pages.update({"/a": page(), "/b": [then_close(b""), page("<p>b")]})
    policy = replace(POLICY, per_host_delay=delay, retries=0)
    outcomes = fetch(server.url("/a"), server.url("/b"), policy=policy)
    assert [body(each) for each in outcomes] == [b"<p>hello", b"<p>b"]
    assert isinstance(outcomes[1], Fetched)
    assert outcomes[1].page().attempts == 1  # the connection that broke was no try
    assert server.connections == 2
    assert min(gaps(server.log)) >= delay


def test_case_28_what_a_fresh_connection_breaks_is_no_such_thing(server: HostileServer) -> None:
    server.pages["/a"] = then_close(b"")
    assert reasons(fetch(server.url("/a"), policy=replace(POLICY, retries=0))) == [Reason.CONNECTION_RESET]
    assert len(server.asked("/a")) == 1


def test_the_links_of_other_hosts_are_there_whatever_one_does(server: HostileServer) -> None:
    with HostileServer(address="127.0.0.2") as good:
        good.pages["/a"] = page("<p>good")
        server.pages["/a"] = hang
        outcomes = fetch_links(server.url("/a"), good.url("/a"), policy=HASTY)
    assert sorted(map(str, reasons(outcomes))) == ["None", "timeout_first_byte"]
