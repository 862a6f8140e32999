"""Targets are functions of the standard library: children import by name, and tests are no package."""

import math
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from pickle import PicklingError

import pytest

from schemas.failures import Reason
from schemas.policies import SandboxPolicy
from transforms.sandbox import pool as pool_module
from transforms.sandbox.pool import Killed, Pool

HANG = "__import__('time').sleep(600)"
PID = "__import__('os').getpid()"


@pytest.fixture(scope="module")
def evaluate() -> Iterator[Pool]:
    with Pool("builtins:eval", SandboxPolicy(deadline=30, memory=300_000_000, processes=1)) as pool:
        yield pool


@pytest.fixture
def impatient() -> Iterator[Pool]:
    with Pool("builtins:eval", SandboxPolicy(deadline=0.2, processes=1)) as pool:
        yield pool


def test_the_value_of_the_function_comes_back(evaluate: Pool) -> None:
    assert evaluate.submit("'é' * 3").result() == "ééé"


def test_a_child_lives_on_from_call_to_call(evaluate: Pool) -> None:
    assert evaluate.submit(PID).result() == evaluate.submit(PID).result() != os.getpid()


def test_a_child_that_had_no_call_for_long_is_let_go_and_another_comes() -> None:
    with Pool("builtins:eval", SandboxPolicy(processes=1)) as pool:
        first = pool.submit(PID).result()
        assert pool.rest(idle=600.0)
        assert pool.submit(PID).result() == first
        assert not pool.rest(idle=0.0)
        assert not Path(f"/proc/{first}").exists()
        assert pool.submit(PID).result() != first


def test_a_warm_pool_has_its_child_before_the_first_call() -> None:
    with Pool("builtins:eval", SandboxPolicy(processes=2)) as pool:
        pool.warm()
        assert pool.submit(PID).result() != os.getpid()
        assert pool.rest(idle=600.0)


def test_idle_children_are_let_go_without_being_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "IDLE", 0.01)
    with Pool("builtins:eval", SandboxPolicy(processes=1)) as pool:
        first = pool.submit(PID).result()
        until = time.monotonic() + 60.0
        while Path(f"/proc/{first}").exists():
            assert time.monotonic() < until


def test_arguments_larger_than_a_pipe_pass() -> None:
    with Pool("builtins:len", SandboxPolicy(processes=1)) as pool:
        assert pool.submit(b"x" * 5_000_000).result() == 5_000_000


def test_results_larger_than_a_pipe_pass(evaluate: Pool) -> None:
    assert len(evaluate.submit("b'x' * 5_000_000").result()) == 5_000_000


def test_an_exception_of_the_function_is_raised_with_its_trace(evaluate: Pool) -> None:
    with pytest.raises(ZeroDivisionError, match="division by zero") as caught:
        evaluate.submit("1 / 0").result()
    assert "Traceback" in caught.value.__notes__[0]


def test_an_exception_that_cannot_be_pickled_still_says_what_it_was(evaluate: Pool) -> None:
    code = "(_ for _ in ()).throw(type('Odd', (Exception,), {})('gone'))"
    with pytest.raises(RuntimeError, match="Odd: gone"):
        evaluate.submit(code).result()


def test_a_result_that_cannot_be_pickled_is_an_exception(evaluate: Pool) -> None:
    with pytest.raises(PicklingError):
        evaluate.submit("lambda: 0").result()


def test_a_crash_costs_its_own_call_only(evaluate: Pool) -> None:
    crash = evaluate.submit("__import__('os')._exit(3)")
    after = evaluate.submit("1 + 1")
    assert crash.result() == Killed(reason=Reason.EXTRACTOR_CRASHED, detail="worker ended with exit code 3")
    assert after.result() == 2


def test_a_crash_in_c_is_named_by_its_signal(evaluate: Pool) -> None:
    killed = evaluate.submit("__import__('signal').raise_signal(11)").result()
    assert killed == Killed(reason=Reason.EXTRACTOR_CRASHED, detail="worker was ended by SIGSEGV")


def test_more_memory_than_allowed_is_a_crash_and_the_child_is_replaced(evaluate: Pool) -> None:
    before = evaluate.submit(PID).result()
    killed = evaluate.submit("bytearray(4_000_000_000)").result()
    assert killed == Killed(reason=Reason.EXTRACTOR_OOM, detail="went over 300,000,000 bytes of memory")
    assert evaluate.submit(PID).result() != before


def test_prints_of_the_function_do_not_reach_the_protocol(evaluate: Pool, capfd: pytest.CaptureFixture[str]) -> None:
    assert evaluate.submit("print('stray', flush=True) or 7").result() == 7
    assert capfd.readouterr().out == ""


def test_the_function_finds_nothing_on_stdin(evaluate: Pool) -> None:
    assert evaluate.submit("__import__('sys').stdin.read()").result() == ""


def test_children_ignore_ctrl_c(evaluate: Pool) -> None:
    os.kill(evaluate.submit(PID).result(), signal.SIGINT)
    assert evaluate.submit("'alive'").result() == "alive"


def test_a_child_that_died_while_idle_is_replaced_without_blame(evaluate: Pool) -> None:
    child = evaluate.submit(PID).result()
    os.kill(child, signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert evaluate.submit("'alive'").result() == "alive"


def test_a_hang_is_killed_at_the_deadline_and_the_child_replaced(impatient: Pool) -> None:
    before = impatient.submit(PID).result()
    hung = impatient.submit(HANG)
    after = impatient.submit(PID)
    assert hung.result() == Killed(reason=Reason.EXTRACT_TIMEOUT, detail="killed after 0.2 s")
    assert after.result() not in (before, os.getpid())


def test_the_start_of_a_child_is_not_counted_in_the_deadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.joinpath("slow_to_load.py").write_text("import time; time.sleep(0.6); answer = abs", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with Pool("slow_to_load:answer", SandboxPolicy(deadline=0.5, processes=1)) as pool:
        assert pool.submit(-1).result() == 1


def test_many_calls_share_the_children_and_keep_their_answers() -> None:
    with Pool("math:factorial", SandboxPolicy(processes=2)) as pool:
        futures: list[Future[object]] = [pool.submit(n) for n in range(200)]
        assert [each.result() for each in futures] == [math.factorial(n) for n in range(200)]


def test_nothing_starts_before_the_first_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module.subprocess, "Popen", None)
    Pool("math:factorial", SandboxPolicy()).close()


def test_a_child_is_renewed_after_so_many_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "RECYCLE_AFTER", 2)
    with Pool("builtins:eval", SandboxPolicy(processes=1)) as pool:
        first, second, third = [pool.submit(PID).result() for _ in range(3)]
    assert first == second != third


def test_close_stops_what_is_under_way_and_leaves_no_process() -> None:
    pool = Pool("builtins:eval", SandboxPolicy(deadline=60, processes=1))
    child = pool.submit(PID).result()
    under_way, waiting = pool.submit(HANG), pool.submit("1")
    pool.close()
    assert waiting.cancelled()
    assert under_way.cancelled() or under_way.result().reason is Reason.EXTRACTOR_CRASHED
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_a_child_ends_with_its_stdin() -> None:
    pool = Pool("builtins:eval", SandboxPolicy(processes=1))
    pool.submit(PID).result()
    process = pool._children[0]._process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(10) == 0
    pool.close()


@pytest.mark.parametrize("target", ["", "module", ":name", "module:"])
def test_a_target_that_is_no_name_of_a_function_is_refused(target: str) -> None:
    with pytest.raises(ValueError, match=r"package\.module:function"):
        Pool(target, SandboxPolicy())


@pytest.mark.parametrize("target", ["no.such.module:run", "math:no_such_function"])
def test_a_target_that_does_not_exist_is_our_mistake(target: str) -> None:
    with Pool(target, SandboxPolicy(processes=1)) as pool, pytest.raises(RuntimeError, match="did not start"):
        pool.submit(1).result()
