"""What a process knows of hosts, whoever asks them. It outlives bundles and verbs, so that a host meets one asker."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.failures import Reason
from schemas.policies import FetchPolicy
from schemas.state import RobotsKnown
from transforms.web.client import FetchError, Response, Session
from transforms.web.fetches import Failed, Request, failed
from transforms.web.pace import Clock, SystemClock
from transforms.web.robots import ROBOTS_TTL, STALE_ROBOTS, Robots, RobotsState, restored_robots
from transforms.web.statuses import RATE_LIMITED
from transforms.web.urls import origin_of

CLOSED_FOR = 600.0  # seconds until a host that failed as a whole is asked again
MAX_TIMEOUTS = 3  # in a row; after these the rest of the host's links would only wait as long

# Trouble of the host and not of one page: what else waits for the origin would meet the same.
HOST_TROUBLE = frozenset({
    Reason.DNS_ERROR, Reason.CONNECT_REFUSED, Reason.CONNECT_TIMEOUT, Reason.TLS_ERROR, Reason.BLOCKED_ADDRESS,
    Reason.BLOCKED_PORT,
})  # fmt: skip
REFUSED = frozenset({Reason.BLOCKED_ADDRESS, Reason.BLOCKED_PORT})  # by us
TIMEOUTS = frozenset({Reason.TIMEOUT_FIRST_BYTE, Reason.DEADLINE_EXCEEDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """One exchange for whoever keeps a record of all: `request` is None where a robots.txt was asked for."""

    request: Request | None
    answer: Response | FetchError
    robots: str  # what robots.txt had to say to it, in a few words
    at: datetime


@dataclass(slots=True, kw_only=True)
class Standing:
    """What is known of one origin. `until` is when its robots.txt, or its being away, is looked at anew."""

    origin: str
    robots_url: str
    robots_via: tuple[str, ...] = ()
    robots_tries: int = 0
    robots_turn: float | None = None  # the turn that another host gave us, to which robots.txt redirects
    robots: Robots | None = None
    away: FetchError | None = None
    until: float = 0.0


class Memory:
    """All hosts that a process met in one run, the connections to them, and what earlier runs knew of robots.txt.

    With `shared` other processes ask hosts too: then nobody here knows when a host was asked last, and each Fetcher
    waits a delay before its first request to it. Nothing of this can be pickled.
    """

    def __init__(
        self,
        policy: FetchPolicy,
        *,
        robots: Mapping[str, RobotsKnown] | None = None,
        session: Session | None = None,
        witness: Callable[[Witnessed], None] | None = None,
        clock: Clock | None = None,
        shared: bool = False,
    ) -> None:
        self.policy = policy
        self.session = session or Session()
        self.witness = witness
        self.clock = clock or SystemClock()
        self.shared = shared
        self._robots = dict(robots or {})
        self._learned: dict[str, RobotsKnown] = {}
        self._hosts: dict[str, KnownHost] = {}
        self._lock = threading.Lock()

    def host(self, key: str) -> "KnownHost":
        """What is known of a host; the same object for all who ask."""
        with self._lock:
            return self._hosts.get(key) or self._hosts.setdefault(key, KnownHost(self))

    def robots(self, origin: str) -> RobotsKnown | None:
        """The last robots.txt of an origin that somebody could read."""
        return self._robots.get(origin)

    def learn(self, known: RobotsKnown) -> None:
        with self._lock:
            self._robots[known.origin] = self._learned[known.origin] = known

    def take_learned(self) -> list[RobotsKnown]:
        """What was read of robots.txt since the last call, in the order of origins."""
        with self._lock:
            learned, self._learned = self._learned, {}
        return [learned[origin] for origin in sorted(learned)]


class KnownHost:
    """One host, as everybody in the process knows it. Whoever asks it holds `turn` meanwhile."""

    def __init__(self, memory: Memory) -> None:
        self.turn = threading.Lock()
        self.ready_at = 0.0  # monotonic; no request before
        self._memory = memory
        self._policy = memory.policy
        self._standings: dict[str, Standing] = {}
        self._closed_until: float | None = None
        self._closed_detail = ""
        self._timeouts = 0

    def standing(self, url: str, now: float) -> Standing:
        """What is known of a URL's origin; forgotten when it is due to be looked at anew."""
        origin = origin_of(url)
        known = self._standings.get(origin)
        if known is None or (known.until and known.until <= now):
            known = self._standings[origin] = self._remembered(origin, now)
        return known

    def refusal(self, request: Request, now: float, at: datetime) -> Failed | None:
        """Say why a request is not made at all; None where it is, or where robots.txt must be asked first."""
        if self._closed_until is not None:
            if self._closed_until > now:
                retry_at = at + timedelta(seconds=self._closed_until - now)
                return failed(request, Reason.HOST_PAUSED, self._closed_detail, at=at, retry_at=retry_at)
            self._closed_until = None
        standing = self.standing(request.url, now)
        retry_at = at + timedelta(seconds=max(standing.until - now, 0.0))
        if standing.away is not None:
            refused = standing.away.reason in REFUSED
            detail = standing.away.detail if refused else f"the host is away: {standing.away.detail}"
            return failed(request, standing.away.reason, detail, at=at, retry_at=retry_at)
        if not request.ask_robots or standing.robots is None:
            return None
        if standing.robots.state is RobotsState.UNREACHABLE:
            reason = standing.robots.reason or Reason.ROBOTS_UNREACHABLE
            return failed(request, reason, standing.robots.detail, at=at, retry_at=retry_at)
        return self._robots_refusal(request, standing.robots, at)

    def needs_robots(self, request: Request, now: float) -> bool:
        return request.ask_robots and self.standing(request.url, now).robots is None

    def settle_robots(self, standing: Standing, robots: Robots, now: float) -> None:
        """Keep what a robots.txt said for a day. Where it failed, a copy of an earlier day serves for some minutes."""
        if robots.state is not RobotsState.UNREACHABLE:
            at = self._memory.clock.now()
            self._memory.learn(RobotsKnown(origin=standing.origin, fetched_at=at, rules=robots.rules))
            standing.robots, standing.until = robots, now + ROBOTS_TTL
            return
        stale = self._memory.robots(standing.origin)
        usable = stale is not None and self._age(stale) < STALE_ROBOTS
        standing.robots = restored_robots(stale.rules) if stale is not None and usable else robots
        standing.until = now + CLOSED_FOR

    def rest(self, url: str, now: float) -> None:
        """Keep the delay after a request; robots.txt may ask for a longer one than the policy, never a shorter."""
        self.ready_at = max(self.ready_at, now + self._delay(url, now))

    def reserve(self, url: str, now: float) -> float:
        """Give a turn to somebody who asks for another host's sake; says when it is."""
        start = max(self.ready_at, now)
        self.ready_at = start + self._delay(url, now)
        return start

    def close(self, seconds: float, detail: str, now: float) -> None:
        """Stop asking for a while; whatever waits becomes `host_paused`."""
        self._closed_until = now + seconds
        self._closed_detail = detail

    def note(self, url: str, answer: Response | FetchError, now: float) -> None:
        """Learn from the last answer to a request for a page whether the host can be asked further."""
        if isinstance(answer, Response):
            self._timeouts = 0
            if answer.status == RATE_LIMITED:
                self.close(CLOSED_FOR, "the host goes on answering 429", now)
            return
        self._timeouts = self._timeouts + 1 if answer.reason in TIMEOUTS else 0
        if answer.reason in HOST_TROUBLE or self._timeouts >= MAX_TIMEOUTS:
            standing = self.standing(url, now)
            standing.away, standing.until = answer, now + CLOSED_FOR

    def _delay(self, url: str, now: float) -> float:
        robots = self.standing(url, now).robots
        asked = robots.crawl_delay if robots is not None and robots.crawl_delay is not None else 0.0
        return max(self._policy.per_host_delay, asked if asked <= self._policy.max_crawl_delay else 0.0)

    def _remembered(self, origin: str, now: float) -> Standing:
        """An origin as it is met: with the robots.txt that was read less than a day ago, by whatever run."""
        known = self._memory.robots(origin)
        age = ROBOTS_TTL if known is None else self._age(known)
        robots_url = f"{origin}/robots.txt"
        if known is None or not 0 <= age < ROBOTS_TTL:
            return Standing(origin=origin, robots_url=robots_url)
        until = now + ROBOTS_TTL - age
        return Standing(origin=origin, robots_url=robots_url, robots=restored_robots(known.rules), until=until)

    def _age(self, known: RobotsKnown) -> float:
        return (self._memory.clock.now() - known.fetched_at).total_seconds()

    def _robots_refusal(self, request: Request, robots: Robots, at: datetime) -> Failed | None:
        if robots.crawl_delay is not None and robots.crawl_delay > self._policy.max_crawl_delay:
            detail = f"crawl-delay is {robots.crawl_delay:g} s, at most {self._policy.max_crawl_delay:g} s are waited"
            return failed(request, Reason.CRAWL_DELAY_TOO_LONG, detail, at=at)
        if robots.allows(request.url):
            return None
        return failed(request, Reason.ROBOTS_DENIED, "robots.txt refuses this address", at=at)
