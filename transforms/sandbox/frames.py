"""Length-prefixed pickles over pipes: blocking in the child, against a deadline in the parent."""

import contextlib
import fcntl
import os
import pickle
import select
import struct
import sys
import time
from dataclasses import dataclass
from typing import Any, BinaryIO

HEADER = struct.Struct(">Q")
CPU = struct.Struct(">d")  # seconds that the child used since its last answer; stands before the frame of each
ANSWER = struct.Struct(">dQ")
CHUNK = 1 << 20  # bytes asked of a pipe at once; pipes seldom hold more
WIDE = 1 << 20  # bytes that a pipe shall hold: a page goes through in one piece, and neither end waits for the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came from the child, how long it was, and what it cost."""

    value: Any
    size: int
    cpu: float


def pack(value: object) -> bytes:
    body = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return HEADER.pack(len(body)) + body


def read_frame(stream: BinaryIO) -> Any:
    """The next value of a blocking stream; EOFError where it ends."""
    (size,) = HEADER.unpack(_read_blocking(stream, HEADER.size))
    return pickle.loads(_read_blocking(stream, size))  # noqa: S301  # the other end is our own process


def widen(fd: int) -> None:
    """Let a pipe hold a page, where the system allows it; a narrow one is slower, no more."""
    if sys.platform == "linux":
        with contextlib.suppress(PermissionError):  # the pipes of a user hold so much in all, and no more
            fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, WIDE)


def send(fd: int, frame: bytes, until: float) -> None:
    """Write a frame to a non-blocking pipe; TimeoutError once the clock passes `until`."""
    left = memoryview(frame)
    while left:
        _wait(fd, select.POLLOUT, until)
        try:
            left = left[os.write(fd, left) :]
        except BlockingIOError:  # another page of the pipe is not free yet
            continue


def receive(fd: int, until: float) -> Answer:
    """Read one answer from a pipe; TimeoutError once the clock passes `until`, EOFError where the pipe ends."""
    cpu, size = ANSWER.unpack(_read_until(fd, ANSWER.size, until))
    value = pickle.loads(_read_until(fd, size, until))  # noqa: S301  # the other end is our own process
    return Answer(value=value, size=size, cpu=cpu)


def _read_blocking(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _read_until(fd: int, size: int, until: float) -> bytes:
    data = bytearray()
    while len(data) < size:
        _wait(fd, select.POLLIN, until)
        chunk = os.read(fd, min(CHUNK, size - len(data)))
        if not chunk:
            raise EOFError
        data += chunk
    return bytes(data)


def _wait(fd: int, event: int, until: float) -> None:
    poll = select.poll()  # not select(): a worker with many sockets has descriptors above 1,024
    poll.register(fd, event)
    left = until - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise TimeoutError
