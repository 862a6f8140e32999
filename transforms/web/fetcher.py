"""The engine that asks hosts: many hosts at once, one request at a time to each, with its delay between.

add ──► Host.queue ──► heap of hosts by the time they may be asked ──► workers ──► results ──► results()
             ▲              retries and redirects go back to the front      │
             └──────────────────────────────────────────────────────────────┘
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from schemas.failures import Reason
from schemas.links import Link
from schemas.policies import FetchPolicy
from transforms.web.client import Client, FetchError, Redirect, Response, next_step
from transforms.web.connections import Deadline
from transforms.web.decoding import decode
from transforms.web.faults import Fault
from transforms.web.fetches import (
    Failed,
    Fetched,
    Kind,
    Outcome,
    Redirected,
    Request,
    Waiting,
    failed,
    fetched,
    redirected,
    request_for,
)
from transforms.web.hosts import Host
from transforms.web.memory import Memory, Standing, Witnessed
from transforms.web.pace import Clock, asked_pause, backoff, is_passing
from transforms.web.robots import MAX_ROBOTS_BYTES, MAX_ROBOTS_REDIRECTS, robots_of
from transforms.web.schedule import Schedule
from transforms.web.sniffing import GZIP, unlike_page
from transforms.web.statuses import NOT_MODIFIED, PERMANENT_REDIRECTS, reason_for
from transforms.web.urls import BadUrl, host_of

ACCEPT_ROBOTS = "text/plain,*/*;q=0.1"
REMEDIES = {Reason.UNAUTHORIZED: "; a password in an address is never sent, --headers-file takes one for its host"}
BUSY = 0.05  # seconds until a host is looked at again that somebody is asking just now


def owns_nothing(_host: str) -> bool:
    return False


class Fetcher:
    """Asks for links and hands out exactly one outcome for each. Use as a context manager.

    `add` never waits. Workers stop making requests while results pile up, so whoever adds without end must take
    results in between. A redirect to a host that `owns` claims is followed here, in the turn of that host; any
    other comes out as Redirected. The client is its own while it runs, since `stop` ends what the client is reading.
    Fetchers of one `memory` keep one delay, one robots.txt and one turn for each host between them.
    Nothing of this can be pickled: make it where it runs.
    """

    def __init__(
        self,
        policy: FetchPolicy,
        client: Client,
        *,
        clock: Clock | None = None,
        chance: Callable[[], float] = random.random,
        owns: Callable[[str], bool] = owns_nothing,
        memory: Memory | None = None,
    ) -> None:
        self._policy = policy
        self._client = client
        self._memory = memory or Memory(policy, clock=clock)
        self._clock = self._memory.clock
        self._chance = chance
        self._owns = owns
        self._schedule = Schedule(self._memory, self._clock, self._serve)

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def unfinished(self) -> int:
        """Requests that were added and whose outcome was not taken yet."""
        return self._schedule.unfinished

    @property
    def cpu(self) -> float:
        """Seconds that its threads have used for requests."""
        return self._schedule.cpu

    def add(self, request: Request | Link) -> None:
        """Take on a request, or a link as a page to read. Never waits; refused once the fetcher is stopped."""
        self._schedule.count_in()
        try:
            request = request_for(request) if isinstance(request, Link) else request
            self._schedule.put(host_of(request.url), request)
        except BadUrl as bad:
            broken = request if isinstance(request, Request) else Request(link=request, url=request.url)
            self._schedule.put_result(failed(broken, bad.reason, bad.detail, at=self._clock.now()))

    def add_waiting(self, host: str, waiting: Waiting) -> None:
        """Take on many pages of one host, which are looked at when it is their turn."""
        self._schedule.count_in(waiting.count)
        self._schedule.put(host, waiting)

    def results(self, *, wait: bool) -> Iterator[Outcome]:
        """Hand out outcomes in the order in which they came: those at hand, or with `wait` all of what was added."""
        while (outcome := self._schedule.take_result(wait=wait)) is not None:
            yield outcome

    def stop(self, grace: float = 5.0) -> tuple[Request, ...]:
        """Make no new request; give back what was not asked. Exchanges under way get `grace` seconds to end.

        Outcomes that are there can still be taken.
        """
        self._schedule.halt(grace)
        self._client.abort()
        return self._schedule.drain()

    def close(self) -> None:
        """Stop at once. The client is its maker's to close."""
        self.stop(grace=0.0)

    def _serve(self, host: Host) -> None:
        """Make at most one request to a host; refuse what need not be asked."""
        with host.known.turn:
            while (request := self._schedule.next_request(host)) is not None:
                now = self._clock.monotonic()
                refusal = host.known.refusal(request, now, self._clock.now())
                if refusal is not None:
                    self._schedule.put_result(refusal, host)
                    continue
                if host.ready_at > now:  # another fetcher of this process has asked meanwhile
                    self._schedule.put_back(host, request)
                elif host.known.needs_robots(request, now):
                    self._schedule.put_back(host, request)
                    self._ask_robots(host, host.known.standing(request.url, now))
                else:
                    self._ask(host, request, now)
                return

    def _ask(self, host: Host, request: Request, start: float) -> None:
        """Make one request and settle what comes of it."""
        request = replace(request, attempts=request.attempts + 1)
        answer = self._client.exchange(
            request.url,
            headers=request.headers(),
            accept=request.kind.accept,
            limit=request.max_bytes,
            deadline=Deadline(self._policy.deadline - request.spent),
        )
        now, at = self._clock.monotonic(), self._clock.now()
        host.known.rest(request.url, now)
        self._witness(request, answer, self._robots_word(host, request, now), at)
        if isinstance(answer, FetchError) and answer.stale:
            self._schedule.put_back(host, replace(request, attempts=request.attempts - 1))
            return
        if self._tries_again(host, request.attempts - len(request.via), answer, now):
            self._schedule.put_back(host, replace(request, spent=0.0))
            return
        host.known.note(request.url, answer, now)
        step = next_step(answer, request.via, self._policy.max_redirects)
        if isinstance(step, Redirect):
            self._redirect(host, request, step, spent=request.spent + now - start)
        else:
            self._schedule.put_result(self._outcome(request, step, at), host)

    def _tries_again(self, host: Host, tries: int, answer: Response | FetchError, now: float) -> bool:
        """Say whether to ask the same again; the host is held for as long as it asked for, or for the back-off."""
        if self._schedule.stopped:
            return isinstance(answer, FetchError)  # it may be our own doing, and goes back unread
        left = is_passing(answer) and tries <= self._policy.retries
        asked = asked_pause(answer, self._clock.now())
        if asked is None:
            return left and host.hold(backoff(tries, self._policy.backoff, self._chance()), now)
        if host.hold(asked, now):
            return left
        host.known.close(asked, f"the host asked for a pause of {asked:.0f} s", now)
        return True

    def _redirect(self, host: Host, request: Request, step: Redirect, spent: float) -> None:
        following = redirected(request, step.to_url, permanent=step.status in PERMANENT_REDIRECTS, spent=spent)
        target = host_of(step.to_url)
        if target == host.key:
            self._schedule.put_back(host, following)
        elif self._owns(target):
            self._schedule.put(target, following, first=True, leaving=host)
        else:
            self._schedule.put_result(Redirected(request=following, from_url=step.url, status=step.status), host)

    def _ask_robots(self, host: Host, standing: Standing) -> None:
        """Ask for a robots.txt, once; where it is redirected, the next address is asked in the turn of its host."""
        target = host_of(standing.robots_url)
        answer = self._robots_here(host, standing) if target == host.key else self._robots_there(host, target, standing)
        if answer is None or (isinstance(answer, FetchError) and answer.stale):
            return
        step = next_step(answer, standing.robots_via, MAX_ROBOTS_REDIRECTS)
        if isinstance(step, Redirect):
            standing.robots_via, standing.robots_url = (*standing.robots_via, step.url), step.to_url
            return
        now = self._clock.monotonic()
        standing.robots_tries += 1
        if not self._tries_again(host, standing.robots_tries, step, now):
            if isinstance(step, FetchError) and not standing.robots_via:
                host.known.note(standing.robots_url, step, now)
            host.known.settle_robots(standing, robots_of(step), now)
        host.known.rest(standing.origin, now)

    def _robots_here(self, host: Host, standing: Standing) -> Response | FetchError:
        answer = self._robots_answer(standing)
        host.known.rest(standing.robots_url, self._clock.monotonic())
        return answer

    def _robots_there(self, host: Host, target: str, standing: Standing) -> Response | FetchError | None:
        """Ask another host for a robots.txt: first get a turn from it, then wait for the turn, then ask."""
        other, now = self._memory.host(target), self._clock.monotonic()
        turn, standing.robots_turn = standing.robots_turn, None
        if turn is None or not other.turn.acquire(blocking=False):  # two that wait for each other would wait for ever
            standing.robots_turn = other.reserve(standing.robots_url, now)
            host.held_until = max(host.held_until, standing.robots_turn, now + BUSY)
            return None
        try:
            answer = self._robots_answer(standing)
            other.rest(standing.robots_url, self._clock.monotonic())
        finally:
            other.turn.release()
        return answer

    def _robots_answer(self, standing: Standing) -> Response | FetchError:
        url = standing.robots_url
        answer = self._client.exchange(url, accept=ACCEPT_ROBOTS, limit=MAX_ROBOTS_BYTES, cut=True)
        self._witness(None, answer, "is never asked", self._clock.now())
        return answer

    def _witness(self, request: Request | None, answer: Response | FetchError, robots: str, at: datetime) -> None:
        if self._memory.witness is not None:
            self._memory.witness(Witnessed(request=request, answer=answer, robots=robots, at=at))

    def _robots_word(self, host: Host, request: Request, now: float) -> str:
        if not request.ask_robots:
            return "not asked: a person named this address"
        robots = host.known.standing(request.url, now).robots
        return "there is none, so all is open" if robots is None or robots.rules is None else "lets this address pass"

    def _outcome(self, request: Request, answer: Response | FetchError, at: datetime) -> Fetched | Failed:
        """Judge an answer that is final."""
        if isinstance(answer, FetchError):
            return failed(request, answer.reason, answer.detail, at=at, status=answer.status)
        if answer.status == NOT_MODIFIED and request.is_conditional and not request.via:
            return fetched(request, answer, at)
        reason = reason_for(answer.status)
        if reason is not None:
            detail = f"the server answers {answer.status}{REMEDIES.get(reason, '')}"
            return failed(request, reason, detail, at=at, status=answer.status)
        return self._judged(request, answer, at)

    def _judged(self, request: Request, answer: Response, at: datetime) -> Fetched | Failed:
        if not answer.body.strip():
            return failed(request, Reason.EMPTY_BODY, "the body is empty", at=at, status=answer.status)
        if request.kind is not Kind.PAGE:
            return self._unpacked(request, answer, at)
        kind = unlike_page(answer.body, answer.header("content-type"))
        if kind is not None:
            return failed(request, Reason.UNSUPPORTED_TYPE, f"it is {kind}", at=at, status=answer.status)
        return fetched(request, answer, at)

    def _unpacked(self, request: Request, answer: Response, at: datetime) -> Fetched | Failed:
        """A feed or sitemap, also where it is a gzip file of itself."""
        if not answer.body.startswith(GZIP):
            return fetched(request, answer, at)
        try:
            body = decode(answer.body, "gzip", request.max_bytes or self._policy.max_body)
        except Fault as fault:
            return failed(request, fault.reason, fault.detail, at=at, status=answer.status)
        return fetched(request, replace(answer, body=body), at)
