import gzip

import pytest

from schemas.failures import Reason
from schemas.policies import FetchPolicy
from tests.fixtures.clients import HASTY, POLICY, MakeClient, reason
from tests.fixtures.fetching import Recorder, names
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
from transforms.web.client import Follow, Redirect, Response

OK = b"HTTP/1.1 200 OK\r\n"


def test_a_page_comes_with_its_headers_and_body(make: MakeClient, server: HostileServer) -> None:
    server.pages["/a"] = page("<p>hi", "X-Robots-Tag: noai", "X-Robots-Tag: noindex")
    got = make(POLICY).get(server.url("/a"))
    assert isinstance(got, Response)
    assert (got.status, got.body, got.header("x-robots-tag")) == (200, b"<p>hi", "noai, noindex")
    assert got.header("absent") is None


def test_we_say_who_we_are_and_send_nothing_else(make: MakeClient, server: HostileServer) -> None:
    make(POLICY).get(server.url("/a?b=1"))
    asked = server.log[0]
    assert asked.path == "/a?b=1"
    assert set(asked.headers) == {"host", "user-agent", "accept", "accept-encoding"}
    assert "desk@news.example" in asked.headers["user-agent"]


SLOW_HEADERS = b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(1_000))


CASES: dict[str, tuple[Behaviour, Reason]] = {
    "never answers": (hang, Reason.TIMEOUT_FIRST_BYTE),
    "drips its headers": (dripping(SLOW_HEADERS), Reason.DEADLINE_EXCEEDED),
    "drips its body": (dripping(OK + b"Content-Length: 9999\r\n\r\n" + b"x" * 9999), Reason.DEADLINE_EXCEEDED),
    "resets in the body": (then_reset(OK + b"Content-Length: 9\r\n\r\nabc"), Reason.CONNECTION_RESET),
    "hangs up at once": (then_close(b""), Reason.CONNECTION_RESET),
    "hangs up in the header": (then_close(OK + b"Content-Le"), Reason.CONNECTION_RESET),
    "promises more than it sends": (then_close(OK + b"Content-Length: 9\r\n\r\nabc"), Reason.INCOMPLETE_BODY),
    "stops between chunks": (
        then_close(OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
        Reason.INCOMPLETE_BODY,
    ),
    "has a bad chunk size": (
        then_close(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n"),
        Reason.PROTOCOL_ERROR,
    ),
    "sends one-byte chunks for ever": (
        endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n" * 500),
        Reason.PROTOCOL_ERROR,
    ),
    "has a length that is none": (then_close(OK + b"Content-Length: -5\r\n\r\nabc"), Reason.PROTOCOL_ERROR),
    "has two lengths": (
        then_close(OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc"),
        Reason.PROTOCOL_ERROR,
    ),
    "sends 2,000 headers": (answer(200, b"x", *["X-A: a"] * 2_000), Reason.PROTOCOL_ERROR),
    "sends a header of 1 MB": (answer(200, b"x", "X-A: " + "a" * 1_000_000), Reason.PROTOCOL_ERROR),
    "has a NUL in a header": (answer(200, b"x", "X-A: a\0b"), Reason.PROTOCOL_ERROR),
    "has a bare CR in a header": (answer(200, b"x", "X-A: a\rb"), Reason.PROTOCOL_ERROR),
    "speaks HTTP/0.9": (then_close(b"<html>hi</html>"), Reason.PROTOCOL_ERROR),
    "speaks garbage": (then_close(b"\x00\x01\x02\x03\x04\x05"), Reason.PROTOCOL_ERROR),
    "speaks TLS": (then_close(b"\x15\x03\x01\x00\x02\x02\x46"), Reason.PROTOCOL_ERROR),
    "speaks SSH and waits": (endless(b"SSH-2.0-OpenSSH_9.7\r\n", b""), Reason.PROTOCOL_ERROR),
    "sends a status that is none": (then_close(b"HTTP/1.1 abc OK\r\n\r\n"), Reason.PROTOCOL_ERROR),
    "says continue for ever": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), Reason.PROTOCOL_ERROR),
    "switches protocols": (then_close(b"HTTP/1.1 101 Switching\r\n\r\n"), Reason.PROTOCOL_ERROR),
    "sends 100 MB": (endless(OK + b"Content-Length: 100000000\r\n\r\n", b"x" * 65_536), Reason.TOO_LARGE),
    "never ends": (endless(OK + b"\r\n", b"x" * 65_536), Reason.TOO_LARGE),
    "sends a bomb": (answer(200, gzip.compress(bytes(50_000_000)), "Content-Encoding: gzip"), Reason.TOO_LARGE),
    "cuts its gzip": (answer(200, gzip.compress(b"<p>" * 999)[:-9], "Content-Encoding: gzip"), Reason.DECODE_ERROR),
}


@pytest.mark.parametrize("case", CASES)
def test_a_server_that(make: MakeClient, case: str, server: HostileServer) -> None:
    server.pages["/"], expected = CASES[case]
    assert reason(make(HASTY).get(server.url())) is expected


@pytest.mark.parametrize("code", [204, 205, 206, 226, 299, 304, 401, 404, 429, 500, 599, 999])
def test_any_status_is_an_answer_without_a_body(make: MakeClient, code: int, server: HostileServer) -> None:
    server.pages["/"] = answer(code, b"" if code in (204, 304) else b"<p>an error page")
    got = make(POLICY).get(server.url())
    assert isinstance(got, Response)
    assert (got.status, got.body) == (code, b"")


def test_a_body_without_a_length_ends_with_the_connection(make: MakeClient, server: HostileServer) -> None:
    server.pages["/"] = then_close(b"HTTP/1.0 200 OK\r\n\r\n<p>hi")
    got = make(POLICY).get(server.url())
    assert isinstance(got, Response)
    assert got.body == b"<p>hi"


def test_interim_answers_are_skipped(make: MakeClient, server: HostileServer) -> None:
    server.pages["/"] = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + page("<p>hi")
    got = make(POLICY).get(server.url())
    assert isinstance(got, Response)
    assert got.body == b"<p>hi"


def test_a_connection_is_kept(make: MakeClient, server: HostileServer) -> None:
    server.pages.update({"/a": page(), "/b": answer(404, b"not here")})
    client = make(POLICY)
    for path in ("/a", "/b", "/a"):
        client.get(server.url(path))
    assert {each.connection for each in server.log} == {1}
    client.close()


def test_a_kept_connection_that_the_server_closed_is_replaced_without_a_word(
    make: MakeClient, server: HostileServer
) -> None:
    server.pages.update({"/a": page(), "/b": [then_close(b""), page("<p>b")]})
    client = make(POLICY)
    client.get(server.url("/a"))
    got = client.get(server.url("/b"))  # the server hangs up on the kept connection, as if it had been idle too long
    assert isinstance(got, Response)
    assert got.body == b"<p>b"
    assert server.connections == 2


def test_the_retry_is_made_once(make: MakeClient, server: HostileServer) -> None:
    server.pages.update({"/a": page(), "/b": then_close(b"")})
    client = make(POLICY)
    client.get(server.url("/a"))
    assert reason(client.get(server.url("/b"))) is Reason.CONNECTION_RESET
    assert len(server.asked("/b")) == 2


def test_bytes_after_the_answer_are_never_taken_for_the_next(make: MakeClient, server: HostileServer) -> None:
    server.pages.update({"/a": page("<p>a") + page("<p>smuggled"), "/b": page("<p>b")})
    client = make(POLICY)
    client.get(server.url("/a"))
    got = client.get(server.url("/b"))
    assert isinstance(got, Response)
    assert got.body == b"<p>b"


def test_redirects_are_followed_up_to_the_cap(make: MakeClient, server: HostileServer) -> None:
    server.pages.update({f"/{n}": redirect(f"/{n + 1}") for n in range(6)} | {"/6": page("<p>end")})
    five, six = make(POLICY).get(server.url("/1")), make(POLICY).get(server.url("/0"))
    assert isinstance(five, Response)
    assert (five.url, len(five.via)) == (server.url("/6"), 5)
    assert reason(six) is Reason.TOO_MANY_REDIRECTS


def test_a_redirect_to_itself_with_a_cookie_is_a_loop(make: MakeClient, server: HostileServer) -> None:
    server.pages["/"] = redirect("/", 302, "Set-Cookie: a=b")
    assert reason(make(POLICY).get(server.url())) is Reason.TOO_MANY_REDIRECTS
    assert len(server.log) == 1


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("file:///etc/passwd", Reason.BAD_SCHEME),
        ("http://[::1", Reason.BAD_URL),
        ("http://169.254.169.254/", Reason.BLOCKED_ADDRESS),
        ("http://10.0.0.1/", Reason.BLOCKED_ADDRESS),
        ("http://127.0.0.1:22/", Reason.BLOCKED_PORT),
    ],
)
def test_every_redirect_is_checked_again(
    make: MakeClient, target: str, expected: Reason, server: HostileServer
) -> None:
    server.pages["/"] = redirect(target)
    assert reason(make(POLICY).get(server.url())) is expected


def test_headers_are_made_anew_for_another_origin(make: MakeClient, server: HostileServer) -> None:
    with HostileServer(address="127.0.0.2") as other:
        server.pages.update({"/a": redirect("/b"), "/b": redirect(other.url("/c"))})
        other.pages["/c"] = page()
        make(POLICY).get(server.url("/a"), headers={"x-api-key": "secret"})
        assert [each.headers.get("x-api-key") for each in server.log] == ["secret", "secret"]
        assert "x-api-key" not in other.log[0].headers
        assert "referer" not in other.log[0].headers


def test_a_redirect_to_another_host_can_be_left_to_the_caller(make: MakeClient, server: HostileServer) -> None:
    server.pages.update({"/a": redirect("/b"), "/b": redirect("http://other.example/c", 301)})
    got = make(POLICY).get(server.url("/a"), follow=Follow.SAME_HOST_ONLY)
    assert got == Redirect(url=server.url("/b"), to_url="http://other.example/c", status=301, via=(server.url("/a"),))


def test_no_header_can_be_smuggled_in(make: MakeClient, server: HostileServer) -> None:
    server.pages["/"] = page()
    make(POLICY).get(server.url(), headers={"if-none-match": '"a"\r\nX-Evil: 1'})
    assert server.log[0].headers["if-none-match"] == '"a"X-Evil: 1'
    assert "x-evil" not in server.log[0].headers


FORBIDDEN = [
    "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://0x7f.1/", "http://127.1/", "http://0/",
    "http://[::]/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/", "http://[fe80::1%25lo]/", "http://localhost./", "http://１２７.0.0.1/",
    "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://example.com@127.0.0.1/", "http://169.254.169.254/",
    "http://[fd00:ec2::254]/", "http://100.100.100.200/", "http://168.63.129.16/", "http://192.0.0.192/",
    "http://metadata.google.internal/", "http://2130706433:41234/",
]  # fmt: skip


@pytest.mark.parametrize("url", FORBIDDEN)
def test_no_connection_is_made_to_a_forbidden_address(make: MakeClient, url: str) -> None:
    connector = Recorder()
    client = make(FetchPolicy(), connector=connector, resolver=names(**{"localhost.": ["127.0.0.1", "::1"]}))
    assert reason(client.get(url)) is Reason.BLOCKED_ADDRESS
    assert connector.asked == []
