"""robots.txt as RFC 9309 says: who may ask for what, and how often."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from protego import Protego

from schemas.failures import Reason
from transforms.web.client import FetchError, Response
from transforms.web.statuses import RATE_LIMITED

PRODUCT_TOKEN = "newsbeam"  # noqa: S105  # a name of RFC 9309, not a secret
MAX_ROBOTS_BYTES = 500 * 1024  # RFC 9309, 2.5
MAX_ROBOTS_REDIRECTS = 5  # RFC 9309, 2.3.1.2
ROBOTS_TTL = 86_400.0  # seconds; RFC 9309, 2.4
STALE_ROBOTS = 30 * 86_400.0  # seconds that an old copy serves where a new one cannot be had; RFC 9309, 2.3.1.4
MAX_LINE = 16_663  # characters, as Google's reader cuts: eight of the longest URLs of old browsers

AGENT, ALLOW, DISALLOW, CRAWL_DELAY = "user-agent", "allow", "disallow", "crawl-delay"
SPELLINGS = {
    AGENT: (AGENT, "useragent", "user agent"),
    ALLOW: (ALLOW,),
    DISALLOW: (DISALLOW, "dissallow", "dissalow", "disalow", "diasllow", "disallaw"),
    CRAWL_DELAY: (CRAWL_DELAY, "crawldelay", "crawl delay"),
}
FIELDS = {spelling: field for field, spellings in SPELLINGS.items() for spelling in spellings}

# A host whose robots.txt fails in one of these ways fails for its pages in the same way.
DEAD_HOST = frozenset({
    Reason.DNS_ERROR, Reason.CONNECT_REFUSED, Reason.CONNECT_TIMEOUT, Reason.TLS_ERROR, Reason.PROTOCOL_ERROR,
    Reason.BLOCKED_ADDRESS, Reason.BLOCKED_PORT, Reason.BAD_URL, Reason.BAD_SCHEME,
})  # fmt: skip


class Matcher(Protocol):
    """Matches a URL's path against the rules of one group."""

    def can_fetch(self, url: str, user_agent: str, /) -> bool: ...


class RobotsState(StrEnum):
    OPEN = "open"  # there are no rules: all may be asked
    RULES = "rules"
    UNREACHABLE = "unreachable"  # the host counts as closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """What one robots.txt says to us. `reason` and `detail` tell why it is unreachable."""

    state: RobotsState
    matcher: Matcher | None = None
    crawl_delay: float | None = None
    rules: str | None = None  # the lines that are for us, as `restored_robots` takes them; None: all is open
    reason: Reason | None = None
    detail: str | None = None

    def allows(self, url: str) -> bool:
        """Whether a URL may be asked; robots.txt itself always may."""
        return self.state is RobotsState.OPEN or (self.matcher is not None and self.matcher.can_fetch(url, "*"))


OPEN = Robots(state=RobotsState.OPEN)


def parse_robots(body: bytes, product_token: str = PRODUCT_TOKEN) -> Robots:
    """Read a robots.txt: all groups for the product token, exactly matched, else all groups for `*`."""
    text = body[:MAX_ROBOTS_BYTES].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    rules = _rules_for(product_token.lower(), text)
    return restored_robots("\n".join(f"{field}: {value}" for field, value in rules))


def restored_robots(rules: str | None) -> Robots:
    """The robots.txt of which these lines were kept."""
    if rules is None:
        return OPEN
    fields = [line.partition(": ") for line in rules.split("\n")]
    delays = [delay for field, _, value in fields if field == CRAWL_DELAY and (delay := _delay(value)) is not None]
    lines = [f"{field}: {value}" for field, _, value in fields if field != CRAWL_DELAY]
    matcher = Protego.parse("\n".join(["user-agent: *", *lines]))
    return Robots(state=RobotsState.RULES, matcher=matcher, crawl_delay=max(delays, default=None), rules=rules)


def robots_of(answer: Response | FetchError) -> Robots:
    """What an answer to a request for robots.txt means: 4xx opens, 429, 5xx and network failure close."""
    if isinstance(answer, FetchError):
        if answer.reason is Reason.TOO_MANY_REDIRECTS:
            return OPEN  # RFC 9309, 2.3.1.2: counts as unavailable
        reason = answer.reason if answer.reason in DEAD_HOST else Reason.ROBOTS_UNREACHABLE
        return _unreachable(reason, answer.detail)
    if 200 <= answer.status < 300:
        return parse_robots(answer.body)
    if answer.status == RATE_LIMITED or answer.status >= 500:
        return _unreachable(Reason.ROBOTS_UNREACHABLE, f"it answers {answer.status}")
    return OPEN


def _unreachable(reason: Reason, detail: str) -> Robots:
    return Robots(state=RobotsState.UNREACHABLE, reason=reason, detail=f"robots.txt: {detail}")


def _rules_for(token: str, text: str) -> list[tuple[str, str]]:
    """The merged rules of the groups that name a token, else of those that name everybody."""
    own: list[tuple[str, str]] = []
    everybody: list[tuple[str, str]] = []
    named = in_own = in_everybody = False
    previous = ""
    for field, value in _lines(text):
        if field == AGENT:
            if previous != AGENT:
                in_own = in_everybody = False
            in_own = in_own or _token(value) == token
            in_everybody = in_everybody or value.split(maxsplit=1)[:1] == ["*"]
            named = named or in_own
        elif value:
            own += [(field, value)] if in_own else []
            everybody += [(field, value)] if in_everybody else []
        previous = field
    return own if named else everybody


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Fields that are known, with their values, without comments."""
    for line in text.splitlines():
        plain = line[:MAX_LINE].partition("#")[0].strip()
        name, mark, value = plain.partition(":")
        if not mark:
            name, _, value = plain.partition(" ")  # a colon forgotten, as other readers forgive
        field = FIELDS.get(name.strip().lower())
        if field is not None:
            yield field, value.strip()


def _token(value: str) -> str:
    """The product token that a line names: its letters, - and _ up to the first other character."""
    end = next((index for index, each in enumerate(value) if not (each.isalpha() or each in "-_")), len(value))
    return value[:end].lower()


def _delay(value: str) -> float | None:
    """Seconds of a crawl-delay; None for what is no such number."""
    try:
        delay = float(value)
    except ValueError:
        return None
    return delay if math.isfinite(delay) and delay >= 0 else None
