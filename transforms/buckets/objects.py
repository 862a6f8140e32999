"""What a bucket can do, and an object of it as a file."""

import io
import os
from collections.abc import Callable, Sequence
from typing import BinaryIO, NamedTuple, Protocol

TAIL = 64 * 1024  # bytes: how much pyarrow reads at first, and more than most of our JSON has
PART = 4 * 1024 * 1024  # bytes that take about as long to come as a store takes to begin its answer


class Tail(NamedTuple):
    """The end of an object, how long all of it is, and which version of it that was."""

    content: bytes
    size: int
    version: str


class Bucket(Protocol):
    """Objects by key. Each appears whole or not at all; trouble is an OSError, a missing object FileNotFoundError."""

    def tail(self, key: str, length: int) -> Tail:
        """The last bytes of an object: one request tells its size, and mostly all that is wanted of it."""

    def part(self, key: str, start: int, end: int, version: str) -> bytes:
        """Some bytes of a version of an object; an error when another version took its place."""

    def write(self, key: str, content: bytes) -> None:
        """Write or replace an object."""

    def create(self, key: str, content: bytes) -> bool:
        """Write an object unless there is one; False in that case. The store decides, in one conditional write."""

    def copy(self, source: str, target: str) -> None:
        """Copy an object inside the store."""

    def versions(self, prefix: str) -> dict[str, str]:
        """All keys that begin so, each with the version of its object."""

    def delete(self, keys: Sequence[str]) -> None:
        """Delete objects; those that are not there are passed over."""

    def size(self, key: str) -> int | None:
        """Length of an object in bytes; None where there is none."""


def open_object(tail: Tail, part: Callable[[int, int], bytes]) -> BinaryIO:
    """An object as a file to read at any place, from its end and what brings bytes from START up to END."""
    return io.BufferedReader(_Object(tail, part))


class _Object(io.RawIOBase):
    """Holds the end of an object and the part that was read last: footers and small files are one request."""

    def __init__(self, tail: Tail, part: Callable[[int, int], bytes]) -> None:
        super().__init__()
        self._tail, self._size, _ = tail
        self._bring = part
        self._part, self._start = b"", 0
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if origin + offset < 0:
            raise ValueError(f"cannot seek to {origin + offset}")
        self._at = origin + offset
        return self._at

    def readinto(self, into: memoryview) -> int:  # type: ignore[override]  # typeshed has a private name for it
        wanted = min(len(into), max(0, self._size - self._at))
        found = self._held(wanted) if wanted else b""
        into[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _held(self, wanted: int) -> bytes:
        """Bytes from here on, at least one, as far as one piece reaches."""
        tail_start = self._size - len(self._tail)
        if self._at >= tail_start:
            return self._tail[self._at - tail_start :][:wanted]
        if not self._start <= self._at < self._start + len(self._part):
            end = min(tail_start, self._at + max(wanted, PART))
            self._part, self._start = self._bring(self._at, end), self._at
        return self._part[self._at - self._start :][:wanted]
