import pickle
from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.metrics import MetricsFilter
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import MIN_TIMESTAMP
from apache_beam.utils.windowed_value import WindowedValue

from transforms import metering
from transforms.metering import EXACT, Calls, Elsewhere, Metered, Weigh


class Clock:
    """Moves when somebody works."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


CLOCK = Clock()


class Works(beam.DoFn):
    """Three units of work for an element, one before each of two results and one behind; ten at the end."""

    def process(self, element: Any) -> Iterator[Any]:
        for _ in range(2):
            CLOCK.now += 1
            yield element
        CLOCK.now += 1

    def finish_bundle(self) -> Iterator[WindowedValue]:
        CLOCK.now += 10
        yield WindowedValue("last", MIN_TIMESTAMP, [GlobalWindow()])

    def used_elsewhere(self) -> Elsewhere:
        return Elsewhere(cpu=1e-9, cpu_of_workers=5e-9, bytes_in=7, bytes_out=100)


def rest(element: Any) -> Any:
    """A verb behind it, which takes much longer."""
    CLOCK.now += 1_000
    return element


def echo(element: Any) -> Iterable[Any]:
    return [element]


def counted(step: Any, elements: list[Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    monkeypatch.setattr(metering.time, "perf_counter_ns", CLOCK)
    monkeypatch.setattr(metering.time, "thread_time_ns", CLOCK)
    pipeline = beam.Pipeline(runner=FnApiRunner())
    _ = pipeline | beam.Create(elements, reshuffle=False) | beam.ParDo(step) | beam.Map(rest)
    result = pipeline.run()
    result.wait_until_finish()
    counters = result.metrics().query(MetricsFilter())["counters"]
    return {each.key.metric.name: each.result for each in counters if each.key.metric.namespace == "work.open"}


def test_a_verb_counts_its_own_time_and_not_what_comes_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert counted(Metered(Works(), "open", len), ["ab", "c"], monkeypatch) == {
        "taken": 2, "given": 5, "wall_ns": 16, "cpu_ns": 17, "worker_cpu_ns": 5, "bytes_in": 7, "bytes_out": 110,
    }  # fmt: skip


def test_a_function_can_be_metered_too(monkeypatch: pytest.MonkeyPatch) -> None:
    told = counted(Metered(Calls(echo), "open"), [1, 2, 3], monkeypatch)
    assert (told["taken"], told["given"]) == (3, 3)
    assert "bytes_out" not in told


def test_few_elements_are_weighed_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["a", "bb", "ccc"]
    assert counted(Weigh("open"), words, monkeypatch) == {"bytes_shuffled": sum(map(weight, words))}


def test_of_many_some_stand_for_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["a"] * (EXACT + 320)
    assert counted(Weigh("open"), words, monkeypatch) == {"bytes_shuffled": len(words) * weight("a")}


def weight(element: Any) -> int:
    return len(pickle.dumps(element, protocol=pickle.HIGHEST_PROTOCOL))
