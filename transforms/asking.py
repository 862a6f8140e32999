"""A fetcher for the length of a bundle, which ends early when the process is asked to stop."""

from collections.abc import Iterator
from contextlib import ExitStack
from queue import SimpleQueue
from typing import Any

from schemas.policies import FetchPolicy
from transforms.interruption import asked_to_stop, listening
from transforms.web.client import Client
from transforms.web.fetcher import Fetcher
from transforms.web.fetches import Outcome, Request
from transforms.web.schedule import Stopped

STOP_GRACE = 3.0  # seconds for requests under way, when the run is stopped


class Asking:
    """Every request that was added comes out once: as an outcome or, after a stop, among the `unread`."""

    def __init__(self, policy: FetchPolicy, client: Client, **fetcher: Any) -> None:
        self._fetcher = Fetcher(policy, client, **fetcher)
        self._refused: list[Request] = []
        self._given_back: SimpleQueue[tuple[Request, ...]] = SimpleQueue()
        self._stack = ExitStack()
        self._stack.callback(self._fetcher.close)
        self._stack.enter_context(listening(self._stop))

    def add(self, request: Request) -> None:
        """Take on a request. Never waits."""
        try:
            self._fetcher.add(request)
        except Stopped:
            self._refused.append(request)

    def finished(self) -> Iterator[Outcome]:
        """Outcomes that are at hand."""
        return self._fetcher.results(wait=False)

    def rest(self) -> Iterator[Outcome]:
        """All other outcomes, as they come."""
        return self._fetcher.results(wait=True)

    def unread(self) -> list[Request]:
        """After `rest`: what a stop left unasked. Ends the fetcher."""
        with self._stack:
            given_back = self._given_back.get() if asked_to_stop() else ()
            return [*self._refused, *given_back]

    def _stop(self) -> None:
        self._given_back.put(self._fetcher.stop(grace=STOP_GRACE))
