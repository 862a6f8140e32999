"""One host as a Fetcher serves it: what waits for it, and how long this run has waited for it."""

from collections import deque

from schemas.policies import FetchPolicy
from transforms.web.fetches import Request, Waiting
from transforms.web.memory import KnownHost


class Host:
    """A queue before what is known of a host, without threads of its own: its Fetcher holds the lock."""

    def __init__(self, key: str, policy: FetchPolicy, known: KnownHost) -> None:
        self.key = key
        self.known = known
        self.queue: deque[Request | Waiting] = deque()
        self.current: Request | None = None  # taken from the queue, and without an outcome yet
        self.busy = False  # it is due, or a worker has it
        self.held_until = 0.0  # monotonic; beyond the host's own delay
        self._policy = policy
        self._waited = 0.0  # seconds that this run has waited for the host beyond its delay

    @property
    def ready_at(self) -> float:
        """When the next request may be made; monotonic."""
        return max(self.known.ready_at, self.held_until)

    def hold(self, seconds: float, now: float) -> bool:
        """Wait longer than the delay, if the run still has that much time for this host."""
        if self._waited + seconds > self._policy.max_host_wait:
            return False
        self._waited += seconds
        self.known.ready_at = max(self.known.ready_at, now + seconds)
        return True

    def take_next(self) -> Request:
        """Take the first request out of the queue."""
        first = self.queue.popleft()
        while isinstance(first, Waiting):
            self.queue.extendleft(reversed(first.open()))
            first = self.queue.popleft()
        self.current = first
        return first

    def take_all(self) -> list[Request]:
        """Take away what has no outcome yet."""
        waiting = [] if self.current is None else [self.current]
        for each in self.queue:
            waiting += each.open() if isinstance(each, Waiting) else [each]
        self.current = None
        self.queue.clear()
        return waiting

    def drained(self) -> None:
        """Forget how long this run has waited, once nothing waits for the host any more."""
        self._waited = 0.0
