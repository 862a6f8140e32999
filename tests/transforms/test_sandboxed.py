from collections.abc import Iterator
from typing import Any

from schemas.failures import Reason
from schemas.policies import SandboxPolicy
from transforms.sandbox.pool import Killed
from transforms.sandboxed import IN_FLIGHT, Sandboxed

POLICY = SandboxPolicy(processes=1, deadline=20.0)


def same(element: Any) -> tuple[Any, ...]:
    return (element,)


def pair(element: Any, answer: Any) -> Iterator[Any]:
    yield element, answer


def bundle(target: str, elements: list[Any], policy: SandboxPolicy = POLICY) -> tuple[list[Any], list[Any]]:
    """What a bundle puts out with its elements, and what at its end."""
    do_fn = Sandboxed(target, policy, same, pair, repr)
    do_fn.setup()
    do_fn.start_bundle()
    early = [result for each in elements for result in do_fn.process(each)]
    late = [each.value for each in do_fn.finish_bundle()]
    do_fn.teardown()
    return early, late


def test_each_element_is_settled_once_with_what_was_kept_of_it() -> None:
    words = ["a" * length for length in range(1, 3 * IN_FLIGHT)]
    early, late = bundle("json:dumps", words)
    assert sorted(early + late) == [(repr(each), f'"{each}"') for each in words]
    assert len(late) < len(words)


def test_an_exception_and_a_death_are_answers_too() -> None:
    answers = dict(bundle("os:_exit", ["no code", 7])[1])
    assert isinstance(answers["'no code'"], TypeError)
    assert answers["7"] == Killed(reason=Reason.EXTRACTOR_CRASHED, detail="worker ended with exit code 7")


def test_a_call_that_does_not_end_is_killed_at_its_deadline() -> None:
    _, (killed,) = bundle("signal:sigwait", [[1]], SandboxPolicy(processes=1, deadline=0.2))
    assert killed == ("[1]", Killed(reason=Reason.EXTRACT_TIMEOUT, detail="killed after 0.2 s"))
