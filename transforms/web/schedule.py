"""Which host is asked next, by which worker, and where results wait: all that threads share, behind one lock."""

import heapq
import threading
import time
from collections import deque
from collections.abc import Callable

from transforms.web.fetches import Fetched, Outcome, Request, Waiting
from transforms.web.hosts import Host
from transforms.web.memory import Memory
from transforms.web.pace import Clock

READY_BYTES = 32_000_000  # of results that nobody took yet; then no further request is made
RESULT_BYTES = 2_048  # what a result weighs beside its body
ABORT_GRACE = 2.0  # seconds for workers to notice that their connection was ended


class Stopped(RuntimeError):
    """A request was added after the fetcher was stopped."""


class Schedule:
    """Hosts by the time they may be asked, workers that serve them, and bounded results.

    One idle worker, the leader, sleeps until the next host is due; the others sleep until they are called. So a
    thousand hosts that wait for their delay cost one timer and not a stampede of workers.
    """

    def __init__(self, memory: Memory, clock: Clock, serve: Callable[[Host], None]) -> None:
        self._policy = memory.policy
        self._memory = memory
        self._begin = clock.monotonic() + self._policy.per_host_delay if memory.shared else 0.0
        self._clock = clock
        self._serve = serve
        self._lock = threading.Lock()
        self._leader_called = threading.Condition(self._lock)
        self._worker_called = threading.Condition(self._lock)
        self._changed = threading.Condition(self._lock)  # a result came, or a worker ended its turn
        self._hosts: dict[str, Host] = {}
        self._due: list[tuple[float, int, Host]] = []
        self._turn = 0  # breaks ties: who came first is asked first
        self._results: deque[Outcome] = deque()
        self._ready_bytes = 0
        self._workers = self._idle = self._serving = 0
        self._has_leader = self._abandoned = False
        self._crash: BaseException | None = None
        self.stopped = False
        self.unfinished = 0
        self.cpu = 0.0  # seconds of the workers, turns that have ended

    def count_in(self, count: int = 1) -> None:
        """Expect so many more outcomes."""
        with self._lock:
            if self.stopped:
                raise Stopped("the fetcher is stopped and takes no more requests")
            self.unfinished += count

    def put(self, key: str, request: Request | Waiting, *, first: bool = False, leaving: Host | None = None) -> None:
        """Queue a request for a host; `leaving` is the host whose redirect led there."""
        with self._lock:
            host = self._hosts.get(key) or self._meet(key)
            self._queue(host, request, first=first)
            if leaving is not None:
                leaving.current = None

    def put_back(self, host: Host, request: Request) -> None:
        """Queue a request again, before all others of its host."""
        with self._lock:
            host.current = None
            self._queue(host, request, first=True)

    def put_result(self, outcome: Outcome, host: Host | None = None) -> None:
        with self._lock:
            if self._abandoned:
                return
            if host is not None:
                host.current = None
            self._results.append(outcome)
            self._ready_bytes += _weight(outcome)
            self._changed.notify_all()

    def next_request(self, host: Host) -> Request | None:
        """What to ask a host now; None when nothing waits or nothing more is asked."""
        with self._lock:
            if self.stopped or not host.queue:
                return None
            return host.take_next()

    def take_result(self, *, wait: bool) -> Outcome | None:
        """The oldest result. None: there is none at hand, or with `wait` none will come any more."""
        with self._lock:
            while not self._results:
                if self._crash is not None:
                    raise RuntimeError("a worker of the fetcher died") from self._crash
                if not wait or not self.unfinished or (self.stopped and not self._serving):
                    return None
                self._changed.wait()
            outcome = self._results.popleft()
            self.unfinished -= 1
            self._ready_bytes -= _weight(outcome)
            self._call()
            return outcome

    def halt(self, grace: float) -> None:
        """Let no new request begin; wait a while for those that were made."""
        with self._lock:
            self.stopped = True
            self._leader_called.notify_all()
            self._worker_called.notify_all()
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._serving, grace)

    def drain(self) -> tuple[Request, ...]:
        """Give back what has no outcome, each host's in its order. What still comes in is thrown away."""
        with self._lock:
            self._changed.wait_for(lambda: not self._serving, ABORT_GRACE)
            self._abandoned = True
            unread = [request for host in self._hosts.values() for request in host.take_all()]
            self.unfinished -= len(unread)
            self._changed.notify_all()
            return tuple(unread)

    def _meet(self, key: str) -> Host:
        """Take on a host. Where other processes ask hosts too, it may have been asked just now."""
        host = self._hosts[key] = Host(key, self._policy, self._memory.host(key))
        host.held_until = self._begin
        return host

    def _queue(self, host: Host, request: Request | Waiting, *, first: bool) -> None:
        if first:
            host.queue.appendleft(request)
        else:
            host.queue.append(request)
        if not host.busy:
            self._make_due(host)

    def _make_due(self, host: Host) -> None:
        host.busy = True  # from here on until a worker has served it and nothing is left
        self._turn += 1
        heapq.heappush(self._due, (host.ready_at, self._turn, host))
        if self._idle >= len(self._due) or self._workers >= self._policy.hosts_at_once:
            self._call()
        elif not self.stopped:
            self._workers += 1
            threading.Thread(target=self._work, name=f"fetch-{self._workers}", daemon=True).start()

    def _call(self) -> None:
        """Wake the worker who should look at the heap: the leader, whose alarm may be too late, else anybody."""
        (self._leader_called if self._has_leader else self._worker_called).notify()

    def _work(self) -> None:
        try:
            while (host := self._take_host()) is not None:
                began = time.thread_time()
                self._serve(host)
                self._release(host, time.thread_time() - began)
        except BaseException as bug:  # noqa: BLE001  # not handled here: raised again in whoever takes results
            with self._lock:
                self._crash = self._crash or bug
                self._serving -= 1
                self._changed.notify_all()

    def _take_host(self) -> Host | None:
        """The next host that may be asked; waits for it. None when the fetcher stops."""
        with self._lock:
            self._idle += 1
            while not self.stopped:
                left = self._due[0][0] - self._clock.monotonic() if self._due else None
                if left is not None and left <= 0 and self._ready_bytes < READY_BYTES:
                    self._idle -= 1
                    self._serving += 1
                    _, _, host = heapq.heappop(self._due)
                    self._call()  # somebody else watches the next one
                    return host
                self._rest(left)
            self._idle -= 1
            return None

    def _rest(self, left: float | None) -> None:
        """Sleep as leader until the next host is due, or until called."""
        if self._has_leader or left is None or left <= 0:
            self._worker_called.wait()
            return
        self._has_leader = True
        self._clock.wait(self._leader_called, left)
        self._has_leader = False

    def _release(self, host: Host, cpu: float) -> None:
        with self._lock:
            self.cpu += cpu
            self._serving -= 1
            host.current = None
            host.busy = False
            if host.queue:
                self._make_due(host)
            else:
                host.drained()
            if self.stopped or not self._serving:
                self._changed.notify_all()


def _weight(outcome: Outcome) -> int:
    return RESULT_BYTES + (len(outcome.body) if isinstance(outcome, Fetched) else 0)
