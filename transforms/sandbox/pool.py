"""A function run in worker processes that can be killed: one bad input costs itself and nothing else."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from queue import Empty, LifoQueue
from threading import Lock, Timer
from types import TracebackType
from typing import Any, Self

from schemas.failures import Reason
from schemas.policies import SandboxPolicy
from transforms.sandbox.child import BROKEN, ERROR, MEMORY, READY
from transforms.sandbox.frames import Answer, pack, receive, send, widen

START_DEADLINE = 60.0  # seconds for interpreter and imports; 1 to 2 s in peace, far more on a machine under load
PATIENCE = 1.0  # seconds for a process that closed its pipes to end, so that its exit code can be told
IDLE = 30.0  # seconds without a call after which a process leaves, and its memory with it; a new one takes a second
RECYCLE_AFTER = 5_000  # calls: what libraries leak must not reach the memory limit and be blamed on a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Killed:
    """The result of a call whose worker had to be killed, or died."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What calls cost: CPU of the children and of the threads that talk with them, and bytes to and from them."""

    cpu_of_children: float = 0.0
    cpu_here: float = 0.0
    bytes_in: int = 0
    bytes_out: int = 0

    def __add__(self, other: Self) -> Self:
        return replace(
            self,
            cpu_of_children=self.cpu_of_children + other.cpu_of_children,
            cpu_here=self.cpu_here + other.cpu_here,
            bytes_in=self.bytes_in + other.bytes_in,
            bytes_out=self.bytes_out + other.bytes_out,
        )


class Account:
    """Adds up what is used, until somebody takes it."""

    def __init__(self) -> None:
        self._lock, self._used = Lock(), Used()

    def add(self, used: Used) -> None:
        with self._lock:
            self._used += used

    def take(self) -> Used:
        """What was added since it was taken last."""
        with self._lock:
            used, self._used = self._used, Used()
        return used


class Pool:
    """Runs `target`, a "package.module:function", in `policy.processes` children that start when needed, and leave.

    Arguments and results are pickled. What is submitted waits in memory: callers bound what they have in flight.
    """

    def __init__(self, target: str, policy: SandboxPolicy) -> None:
        if not all(target.partition(":")):
            raise ValueError(f"target must be package.module:function, got {target!r}")
        self.account = Account()
        self._children = [Child(target, policy, self.account) for _ in range(policy.processes)]
        self._idle: LifoQueue[Child] = LifoQueue()  # last in, first out: little work needs few processes
        for child in self._children:
            self._idle.put(child)
        self._threads = ThreadPoolExecutor(policy.processes, thread_name_prefix="sandbox")
        self._watching = Lock()  # held while a timer is set

    def submit(self, *args: Any) -> "Future[Any | Killed]":
        """Future of the function's value, of `Killed`, or with the exception that the function raised."""
        return self._threads.submit(self._run, args)

    def warm(self) -> None:
        """Start a process for the first call, while the caller has other things to do."""
        self._threads.submit(self._run, None)

    def close(self) -> None:
        """Stop all children at once. Calls that wait are cancelled, calls under way come back as `Killed`."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for child in self._children:
            child.retire()
        self._threads.shutdown(wait=True)
        for child in self._children:
            child.stop()

    def rest(self, idle: float) -> bool:
        """Let processes go that had no call for so many seconds; whether any is left."""
        resting: list[Child] = []
        with suppress(Empty):
            while True:
                resting.append(self._idle.get_nowait())
        for child in reversed(resting):  # the one that worked last is the next to work
            if time.monotonic() - child.last_call >= idle:
                child.stop()
            self._idle.put(child)
        return any(child.is_running for child in self._children)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, args: tuple[Any, ...] | None) -> Any:
        child, began = self._idle.get(), time.thread_time()  # there are as many threads as children
        try:
            return child.start() if args is None else child.call(args)
        finally:
            child.last_call = time.monotonic()
            self._idle.put(child)
            self.account.add(Used(cpu_here=time.thread_time() - began))
            if self._watching.acquire(blocking=False):
                self._watch()

    def _watch(self) -> None:
        timer = Timer(IDLE, self._look)
        timer.daemon = True
        timer.start()

    def _look(self) -> None:
        if self.rest(IDLE):
            self._watch()
        else:
            self._watching.release()


class Child:
    """One worker process and its successors. Used by one thread at a time; `retire` may come from any."""

    def __init__(self, target: str, policy: SandboxPolicy, account: Account) -> None:
        self._target = target
        self._policy = policy
        self._account = account
        self._process: subprocess.Popen[bytes] | None = None
        self._calls = 0
        self.last_call = time.monotonic()
        self._retired = False
        self._lock = Lock()

    def start(self) -> None:
        self._ready_process()

    def call(self, args: tuple[Any, ...]) -> Any:
        frame = pack(args)
        process = self._ready_process()
        if process is None:
            return Killed(reason=Reason.EXTRACTOR_CRASHED, detail="the pool was closed before the call")
        self._calls += 1
        until = time.monotonic() + self._policy.deadline
        try:
            answer = _exchange(process, frame, until)
        except TimeoutError:
            self.stop()
            return Killed(reason=Reason.EXTRACT_TIMEOUT, detail=f"killed after {self._policy.deadline:g} s")
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return Killed(reason=Reason.EXTRACTOR_CRASHED, detail=f"worker {_ending(self.stop(PATIENCE))}")
        self._account.add(Used(cpu_of_children=answer.cpu, bytes_in=len(frame), bytes_out=answer.size))
        return self._settle(*answer.value)

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def retire(self) -> None:
        """Kill the process and never start another."""
        with self._lock:
            self._retired = True
            if self._process is not None:
                self._process.kill()

    def stop(self, patience: float = 0.0) -> int | None:
        """Kill the process, if there is one that does not end by itself in time; its exit code."""
        process, self._process = self._process, None
        if process is None:
            return None
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
        code = process.wait()
        _close_pipes(process)
        return code

    def _settle(self, kind: str, value: Any) -> Any:
        if kind == ERROR:
            raise value
        if kind == MEMORY:
            self.stop()
            detail = f"went over {self._policy.memory:,} bytes of memory"
            return Killed(reason=Reason.EXTRACTOR_OOM, detail=detail)
        if self._calls >= RECYCLE_AFTER:
            self.stop()
        return value

    def _ready_process(self) -> subprocess.Popen[bytes] | None:
        """The process, started and loaded; a new one where the last has died while it was idle."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.stop()
        with self._lock:
            if self._retired:
                return None
            self._process = process = self._start()
        return process if self._is_ready(process) else None

    def _start(self) -> subprocess.Popen[bytes]:
        policy = self._policy
        command = [sys.executable, "-P", "-m", "transforms.sandbox.child", self._target, str(policy.memory)]
        process = subprocess.Popen(  # noqa: S603  # our own interpreter and module, no shell
            [*command, str(policy.deadline)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path)},
            start_new_session=True,  # signals to the group are for the parent
        )
        assert process.stdin is not None
        os.set_blocking(process.stdin.fileno(), False)
        widen(process.stdin.fileno())
        self._calls = 0
        return process

    def _is_ready(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait for the child to load the target; False where `retire` came in between."""
        assert process.stdout is not None
        try:
            answer = receive(process.stdout.fileno(), time.monotonic() + START_DEADLINE)
            kind, detail = answer.value
            self._account.add(Used(cpu_of_children=answer.cpu))
        except (EOFError, TimeoutError):
            kind, detail = BROKEN, f"it {_ending(self.stop(PATIENCE))}"
        if kind == READY or self._retired:
            return kind == READY
        self.stop()
        raise RuntimeError(f"the worker for {self._target} did not start: {detail}")


def _exchange(process: subprocess.Popen[bytes], frame: bytes, until: float) -> Answer:
    assert process.stdin is not None
    assert process.stdout is not None
    send(process.stdin.fileno(), frame, until)
    return receive(process.stdout.fileno(), until)


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _ending(code: int | None) -> str:
    if code is None:
        return "was gone"
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
