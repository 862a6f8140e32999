"""What verbs cost: DoFns are wrapped, and their clocks and bytes become counters of Beam, summed by bundle."""

import pickle
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.utils.windowed_value import WindowedValue

NAMESPACE = "work."  # and the verb behind it
EXACT, EVERY = 64, 32  # elements of a bundle that are all weighed, and which of those behind them: it counts for all
END = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What was used in other threads and in worker processes, since it was asked last."""

    cpu: float = 0.0  # seconds in threads of this process
    cpu_of_workers: float = 0.0
    bytes_in: int = 0
    bytes_out: int = 0


@runtime_checkable
class WorksElsewhere(Protocol):
    """A DoFn that does not do all of its work in the thread that calls it."""

    def used_elsewhere(self) -> Elsewhere:
        """What was used since it was asked last, by all that share its workers."""


class Metered(beam.DoFn):
    """A DoFn whose own time is counted for a verb: what comes behind it in the same bundle is not.

    `size` tells the bytes of what it puts out, where that is worth knowing.
    """

    def __init__(self, do_fn: beam.DoFn, verb: str, size: Callable[[Any], int] | None = None) -> None:
        self._do_fn, self._verb, self._size = do_fn, verb, size

    def setup(self) -> None:
        self._used: Counter[str] = Counter()
        self._run(self._do_fn.setup)

    def start_bundle(self) -> None:
        self._run(self._do_fn.start_bundle)

    def process(self, element: Any, *sides: Any) -> Iterator[Any]:
        self._used["taken"] += 1
        yield from self._watched(self._do_fn.process(element, *sides))

    def finish_bundle(self) -> Iterator[Any]:
        yield from self._watched(self._do_fn.finish_bundle())
        if isinstance(self._do_fn, WorksElsewhere):
            self._add(self._do_fn.used_elsewhere())
        for name, amount in self._used.items():
            Metrics.counter(NAMESPACE + self._verb, name).inc(amount)
        self._used.clear()

    def teardown(self) -> None:
        self._do_fn.teardown()

    def _watched(self, results: Iterable[Any] | None) -> Iterator[Any]:
        """Results as they come; the clocks stand while somebody else has one."""
        left = iter(results or ())
        while (result := self._run(next, left, END)) is not END:
            self._used["given"] += 1
            if self._size is not None:
                self._used["bytes_out"] += self._size(result.value if isinstance(result, WindowedValue) else result)
            yield result

    def _run(self, call: Callable[..., Any], *arguments: Any) -> Any:
        wall, cpu = time.perf_counter_ns(), time.thread_time_ns()
        try:
            return call(*arguments)
        finally:
            self._used["cpu_ns"] += time.thread_time_ns() - cpu
            self._used["wall_ns"] += time.perf_counter_ns() - wall

    def _add(self, used: Elsewhere) -> None:
        self._used["cpu_ns"] += int(used.cpu * 1e9)
        self._used["worker_cpu_ns"] += int(used.cpu_of_workers * 1e9)
        self._used["bytes_in"] += used.bytes_in
        self._used["bytes_out"] += used.bytes_out


class Calls(beam.DoFn):
    """A function that makes many results of an element, as a DoFn that can be metered."""

    def __init__(self, function: Callable[..., Iterable[Any]]) -> None:
        self._function = function

    def process(self, element: Any, *sides: Any) -> Iterable[Any]:
        return self._function(element, *sides)


class Weigh(beam.DoFn):
    """Elements as they are, on their way into a shuffle; what they weigh is counted for a verb.

    Of many elements in a bundle some are weighed and stand for the others: pickling all would cost more than it tells.
    """

    def __init__(self, verb: str) -> None:
        self._verb = verb

    def start_bundle(self) -> None:
        self._seen = self._bytes = 0

    def process(self, element: Any) -> Iterable[Any]:
        stands_for = 1 if self._seen < EXACT else 0 if self._seen % EVERY else EVERY
        if stands_for:
            self._bytes += stands_for * len(pickle.dumps(element, protocol=pickle.HIGHEST_PROTOCOL))
        self._seen += 1
        return (element,)

    def finish_bundle(self) -> None:
        Metrics.counter(NAMESPACE + self._verb, "bytes_shuffled").inc(self._bytes)
