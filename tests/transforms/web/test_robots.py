import pytest

from schemas.failures import Reason
from transforms.web.client import FetchError, Response
from transforms.web.robots import MAX_ROBOTS_BYTES, Robots, RobotsState, parse_robots, robots_of

SITE = "https://news.example"


def allows(robots: str, path: str) -> bool:
    return parse_robots(robots.encode()).allows(SITE + path)


@pytest.mark.parametrize(
    ("robots", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /\nAllow: /news", "/news/a", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),  # of equal lengths, allow wins
        ("User-agent: *\nDisallow: /a*b$", "/axxb", False),
        ("User-agent: *\nDisallow: /a*b$", "/axxbc", True),
        ("User-agent: *\nDisallow: /A", "/a", True),
        ("User-agent: *\nDisallow: /?id=", "/?id=3", False),
        ("User-agent: *\nDisallow: /ä", "/%C3%A4", False),
        ("User-agent: *\nDisallow: / # all of it", "/a", False),
        ("User-agent: *\r\nDisallow: /\r\n", "/a", False),
        ("USER-AGENT: *\nDISALLOW: /", "/a", False),
        ("\ufeffUser-agent: *\nDisallow: /", "/a", False),
        ("User-agent: newsbeam\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: NewsBeam/2.0\nAllow: /", "/a", True),
        ("User-agent: newsbeam\nDisallow: /a\n\nUser-agent: x\n\nUser-agent: newsbeam\nDisallow: /b", "/b", False),
        ("User-agent: news\nDisallow: /", "/a", True),
        ("User-agent: newsbeam-images\nDisallow: /", "/a", True),
        ("User-agent: x\nUser-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nSitemap: https://news.example/s.xml\nDisallow: /", "/a", False),
        ("User-agent: *\nCrawl-delay: 5\n\nUser-agent: x\nDisallow: /", "/a", True),
        ("Disallow: /", "/a", True),
        ("<html><title>404</title>User-agent: *\nDisallow: /", "/a", True),
        ("User-agent *\nDisallow /", "/a", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
    ],
)
def test_rules(robots: str, path: str, allowed: bool) -> None:
    assert allows(robots, path) is allowed


@pytest.mark.parametrize(
    ("value", "delay"),
    [("2", 2.0), ("0.5", 0.5), ("1e9", 1e9), ("-5", None), ("nan", None), ("inf", None), ("soon", None), ("", None)],
)
def test_crawl_delay(value: str, delay: float | None) -> None:
    assert parse_robots(f"User-agent: *\nCrawl-delay: {value}\n".encode()).crawl_delay == delay


def test_the_crawl_delay_of_others_is_not_ours() -> None:
    assert parse_robots(b"User-agent: x\nCrawl-delay: 9\n\nUser-agent: *\nCrawl-delay: 2").crawl_delay == 2.0


def test_rules_after_500_kib_do_not_count() -> None:
    filler = b"#" * (MAX_ROBOTS_BYTES - len(b"User-agent: *\n\n")) + b"\n"
    assert parse_robots(b"User-agent: *\n" + filler + b"Disallow: /").allows(f"{SITE}/a")


def test_a_hundred_thousand_groups_are_read() -> None:
    groups = b"".join(b"User-agent: a%d\nDisallow: /\n" % n for n in range(100_000))
    assert parse_robots(b"User-agent: *\nDisallow: /x\n" + groups).allows(f"{SITE}/a")


def answered(status: int, body: bytes = b"") -> Robots:
    return robots_of(Response(url=f"{SITE}/robots.txt", status=status, headers=(), body=body))


def refused(reason: Reason) -> Robots:
    return robots_of(FetchError(url=f"{SITE}/robots.txt", reason=reason, detail="why"))


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410, 451])
def test_no_robots_file_opens(status: int) -> None:
    assert answered(status).state is RobotsState.OPEN


@pytest.mark.parametrize("status", [429, 500, 503, 599, 999])
def test_a_failing_robots_file_closes(status: int) -> None:
    robots = answered(status)
    assert (robots.state, robots.reason) == (RobotsState.UNREACHABLE, Reason.ROBOTS_UNREACHABLE)
    assert not robots.allows(f"{SITE}/a")


def test_an_empty_robots_file_opens() -> None:
    assert answered(204).allows(f"{SITE}/a")


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (Reason.TIMEOUT_FIRST_BYTE, Reason.ROBOTS_UNREACHABLE),
        (Reason.CONNECTION_RESET, Reason.ROBOTS_UNREACHABLE),
        (Reason.CONNECT_REFUSED, Reason.CONNECT_REFUSED),
        (Reason.DNS_ERROR, Reason.DNS_ERROR),
        (Reason.BLOCKED_ADDRESS, Reason.BLOCKED_ADDRESS),
    ],
)
def test_a_host_that_is_away_is_told_as_such(trouble: Reason, told: Reason) -> None:
    robots = refused(trouble)
    assert (robots.state, robots.reason) == (RobotsState.UNREACHABLE, told)


def test_endless_redirects_of_robots_open() -> None:
    assert refused(Reason.TOO_MANY_REDIRECTS).state is RobotsState.OPEN
