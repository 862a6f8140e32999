"""The one way to run a function on input that nobody vouches for: in worker processes that can be killed."""

import atexit
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from functools import cache
from typing import Any

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import MIN_TIMESTAMP
from apache_beam.utils.windowed_value import WindowedValue

from schemas.policies import SandboxPolicy
from transforms.metering import Elsewhere
from transforms.sandbox.pool import Pool

IN_FLIGHT = 4  # elements for each worker: it never waits for us, and we hold few bodies

Arguments = Callable[[Any], tuple[Any, ...]]
Settle = Callable[[Any, Any], Iterable[Any]]
Instead = Callable[[Any, Any], Sequence[Any]]


@cache
def shared_pool(target: str, policy: SandboxPolicy) -> Pool:
    """The one pool of this process for a function: several verbs of a graph, and several runs, share its workers."""
    pool = Pool(target, policy)
    atexit.register(pool.close)
    return pool


class Sandboxed(beam.DoFn):
    """Calls `target`, a "package.module:function", with `arguments(element)` in a worker process.

    `settle(element, answer)` gets what came back: the function's value, `Killed`, or the exception that it raised.
    All workers are kept busy: an answer leaves with whatever element comes next, the last ones with the bundle.
    `lighten(element)` is what is kept of an element meanwhile. `instead(element, answer)` may name other elements to
    try in its place, which are then settled for it; none where the answer holds.
    """

    def __init__(
        self,
        target: str,
        policy: SandboxPolicy,
        arguments: Arguments,
        settle: Settle,
        lighten: Callable[[Any], Any],
        instead: Instead | None = None,
    ) -> None:
        self._target, self._policy = target, policy
        self._arguments, self._settle, self._lighten, self._instead = arguments, settle, lighten, instead

    def setup(self) -> None:
        self._pool = shared_pool(self._target, self._policy)

    def start_bundle(self) -> None:
        self._pending: dict[Future[Any], Any] = {}

    def process(self, element: Any) -> Iterator[Any]:
        self._submit(element)
        if len(self._pending) >= IN_FLIGHT * self._policy.processes:
            yield from self._settled()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        while self._pending:
            for result in self._settled():
                yield WindowedValue(result, MIN_TIMESTAMP, [GlobalWindow()])

    def used_elsewhere(self) -> Elsewhere:
        """What the pool was busy with, for all that share it: several bundles of one verb."""
        used = self._pool.account.take()
        return Elsewhere(
            cpu=used.cpu_here,
            cpu_of_workers=used.cpu_of_children,
            bytes_in=used.bytes_in,
            bytes_out=used.bytes_out,
        )

    def _submit(self, element: Any) -> None:
        future = self._pool.submit(*self._arguments(element))
        self._pending[future] = self._lighten(element)

    def _settled(self) -> Iterator[Any]:
        """Results of some elements; waits where no answer is there yet."""
        for future in wait(self._pending, return_when=FIRST_COMPLETED).done:
            error, element = future.exception(), self._pending.pop(future)
            answer = error if error else future.result()
            others = self._instead(element, answer) if self._instead else ()
            for other in others:
                self._submit(other)
            if not others:
                yield from self._settle(element, answer)
