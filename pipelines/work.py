"""What each verb of a run cost, from the counters of its engine; and what the run cost beside them."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from apache_beam.metrics import MetricsFilter
from apache_beam.runners.runner import PipelineResult

from schemas.work import REST, VERBS, Work
from transforms.metering import NAMESPACE

Counters = Mapping[str, int]
SECOND = 1e9  # nanoseconds
DIGITS = 3  # of seconds that are told


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopwatch:
    """Runs from the moment when it is made: on the clock, and on all threads of this process."""

    started: float = field(default_factory=time.perf_counter)
    cpu: float = field(default_factory=time.process_time)

    def read(self) -> tuple[float, float]:
        """Seconds on the clock and of CPU until now."""
        return time.perf_counter() - self.started, time.process_time() - self.cpu


def work_of(result: PipelineResult, whole: Stopwatch | None) -> tuple[Work, ...]:
    """The work of each verb that did any, in the order of the flow.

    With `whole`, the stopwatch of a run whose verbs all worked in this process, the rest is told too.
    """
    counted: dict[str, dict[str, int]] = {}
    for each in result.metrics().query(MetricsFilter())["counters"]:
        if each.key.metric.namespace.startswith(NAMESPACE):
            verb = counted.setdefault(each.key.metric.namespace.removeprefix(NAMESPACE), {})
            verb[each.key.metric.name] = verb.get(each.key.metric.name, 0) + (
                each.result or 0
            )  # one a step; Prism has steps without
    return tuple(_lines(counted, whole))


def _lines(counted: Mapping[str, Counters], whole: Stopwatch | None) -> Iterator[Work]:
    for verb in VERBS:
        if verb in counted:
            yield _line(verb, counted[verb])
    if whole is not None:
        seconds, cpu = whole.read()
        seconds -= sum(each.get("wall_ns", 0) for each in counted.values()) / SECOND
        cpu -= sum(each.get("cpu_ns", 0) for each in counted.values()) / SECOND
        yield Work(verb=REST, seconds=round(max(seconds, 0.0), DIGITS), cpu=round(max(cpu, 0.0), DIGITS))


def _line(verb: str, counters: Counters) -> Work:
    return Work(
        verb=verb,
        seconds=round(counters.get("wall_ns", 0) / SECOND, DIGITS),
        cpu=round((counters.get("cpu_ns", 0) + counters.get("worker_cpu_ns", 0)) / SECOND, DIGITS),
        taken=counters.get("taken", 0),
        given=counters.get("given", 0),
        bytes_in=counters.get("bytes_in", 0),
        bytes_out=counters.get("bytes_out", 0),
        bytes_shuffled=counters.get("bytes_shuffled", 0),
    )
