"""One host as its owner sees it: what waits for it, what its robots.txt says, and when it may be asked again."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.failures import Reason
from schemas.policies import FetchPolicy
from transforms.web.client import FetchError, Response
from transforms.web.fetches import Failed, Request, failed
from transforms.web.robots import ROBOTS_TTL, Robots, RobotsState
from transforms.web.statuses import RATE_LIMITED
from transforms.web.urls import origin_of

CLOSED_FOR = 600.0  # seconds until a host that failed as a whole is asked again
MAX_TIMEOUTS = 3  # in a row; after these the rest of the host's links would only wait as long

# Trouble of the host and not of one page: what else waits for the origin would meet the same.
HOST_TROUBLE = frozenset({
    Reason.DNS_ERROR, Reason.CONNECT_REFUSED, Reason.CONNECT_TIMEOUT, Reason.TLS_ERROR, Reason.BLOCKED_ADDRESS,
    Reason.BLOCKED_PORT,
})  # fmt: skip
TIMEOUTS = frozenset({Reason.TIMEOUT_FIRST_BYTE, Reason.DEADLINE_EXCEEDED})


@dataclass(slots=True, kw_only=True)
class Standing:
    """What is known of one origin. `until` is when its robots.txt, or its being away, is looked at anew."""

    robots_url: str
    robots_via: tuple[str, ...] = ()
    robots_tries: int = 0
    robots: Robots | None = None
    away: FetchError | None = None
    until: float = 0.0


class Host:
    """A queue and a state, without a clock and without threads of its own: its Fetcher holds the lock."""

    def __init__(self, key: str, policy: FetchPolicy) -> None:
        self.key = key
        self.queue: deque[Request] = deque()
        self.current: Request | None = None  # taken from the queue, and without an outcome yet
        self.busy = False  # it is due, or a worker has it
        self.ready_at = 0.0  # monotonic; no request before
        self._policy = policy
        self._standings: dict[str, Standing] = {}
        self._closed_until: float | None = None
        self._closed_detail = ""
        self._waited = 0.0  # seconds that this run has waited for the host beyond its delay
        self._timeouts = 0

    def standing(self, url: str, now: float) -> Standing:
        """What is known of a URL's origin; forgotten when it is due to be looked at anew."""
        origin = origin_of(url)
        known = self._standings.get(origin)
        if known is None or (known.until and known.until <= now):
            known = self._standings[origin] = Standing(robots_url=f"{origin}/robots.txt")
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
            detail = f"the host is away: {standing.away.detail}"
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
        """Keep what a robots.txt said: a day, and a failure for some minutes."""
        standing.robots = robots
        standing.until = now + (CLOSED_FOR if robots.state is RobotsState.UNREACHABLE else ROBOTS_TTL)

    def rest(self, url: str, now: float) -> None:
        """Keep the delay after a request; robots.txt may ask for a longer one than the policy, never a shorter."""
        robots = self.standing(url, now).robots
        asked = robots.crawl_delay if robots is not None and robots.crawl_delay is not None else 0.0
        delay = max(self._policy.per_host_delay, asked if asked <= self._policy.max_crawl_delay else 0.0)
        self.ready_at = max(self.ready_at, now + delay)

    def hold(self, seconds: float, now: float) -> bool:
        """Wait longer than the delay, if the run still has that much time for this host."""
        if self._waited + seconds > self._policy.max_host_wait:
            return False
        self._waited += seconds
        self.ready_at = max(self.ready_at, now + seconds)
        return True

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

    def take_all(self) -> list[Request]:
        """Take away what has no outcome yet."""
        waiting = [*([] if self.current is None else [self.current]), *self.queue]
        self.current = None
        self.queue.clear()
        return waiting

    def drained(self) -> None:
        """Forget how long this run has waited, once nothing waits for the host any more."""
        self._waited = 0.0

    def _robots_refusal(self, request: Request, robots: Robots, at: datetime) -> Failed | None:
        if robots.crawl_delay is not None and robots.crawl_delay > self._policy.max_crawl_delay:
            detail = f"crawl-delay is {robots.crawl_delay:g} s, at most {self._policy.max_crawl_delay:g} s are waited"
            return failed(request, Reason.CRAWL_DELAY_TOO_LONG, detail, at=at)
        if robots.allows(request.url):
            return None
        return failed(request, Reason.ROBOTS_DENIED, "robots.txt refuses this address", at=at)
