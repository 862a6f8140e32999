"""Records of a WARC file, one after the other or at an offset, plain or gzipped, with damage stepped over.

The offset of a record is where it can be found again: its first byte in a plain file, its gzip member in a file with
one member a record. A record inside a member has the member's offset plus its number there, and is reached by reading
on from the start of the file.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from io import SEEK_CUR
from typing import BinaryIO

from isal import isal_zlib  # twice as fast as zlib, and each archive is unpacked twice

from transforms.inputs.gzipped import GZIP_MAGIC, GZIP_WINDOW

CHUNK = 64 * 1024
MAX_HEAD_BYTES = 64 * 1024  # real WARC heads are below 2 kB
MAX_PADDING = 64  # line ends between records; two are right, some writers give more
SIGNATURE = b"WARC/"
SEARCH_WINDOW = 1024 * 1024
MAX_CANDIDATES = 10_000  # places tried after damage, so that a hostile file cannot make every byte one


class DamagedError(Exception):
    """The bytes here are no record; those after may be."""


@dataclass(slots=True, kw_only=True)
class Place:
    """Where a record begins: `start` of its gzip member, or of itself, and its number in the member."""

    start: int
    number: int

    @property
    def offset(self) -> int:
        return self.start + self.number


class ByteStream:
    """Bytes of a file from an offset on, decoded if they are gzip; remembers where members begin."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        file.seek(start)
        self._file = file
        self._zipped = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        file.seek(start)
        self._decoder = isal_zlib.decompressobj(GZIP_WINDOW)
        self._raw = b""
        self._raw_at = start  # where in the file _raw begins
        self._buffer = bytearray()
        self._position = 0  # of the buffer, in decoded bytes
        self._members = [(0, start)]  # (decoded position, file offset), ascending
        self._last = Place(start=-1, number=0)
        self.damage: DamagedError | None = None  # told when all before it is used up

    def place(self) -> Place:
        """Where the next byte stands. Asked once a record, since it numbers the records of a member."""
        self._fill(1)
        if not self._zipped:
            return Place(start=self._members[0][1] + self._position, number=0)
        while len(self._members) > 1 and self._members[1][0] <= self._position:
            del self._members[0]
        decoded, start = self._members[0]
        inside = self._last.number + 1 if self._last.start == start else 1
        self._last = Place(start=start, number=0 if decoded == self._position else inside)
        return self._last

    def resume_at(self) -> int:
        """Where in the file to look for the next record when the bytes here are none."""
        if not self._zipped:
            return self._members[0][1] + self._position
        return (self._members[-1] if self.damage else self._members[0])[1] + 1

    def peek(self, size: int) -> bytes:
        self._fill(size)
        return bytes(self._buffer[:size])

    def read(self, size: int) -> bytes:
        """Take up to `size` bytes; fewer only at the end."""
        self._fill(size)
        with memoryview(self._buffer) as buffer:
            taken = bytes(buffer[:size])
        self._drop(len(taken))
        return taken

    def skip(self, size: int) -> None:
        """Go on by `size` bytes, or to the end."""
        size -= self._drop(size)
        if not self._zipped:
            self._file.seek(size, SEEK_CUR)
            self._position += size
            return
        while size > 0:
            self._fill(1)
            dropped = self._drop(size)
            if not dropped:
                return
            size -= dropped

    def _drop(self, size: int) -> int:
        """Leave out up to `size` bytes of what is at hand; how many they were."""
        dropped = min(size, len(self._buffer))
        del self._buffer[:dropped]
        self._position += dropped
        return dropped

    def _fill(self, size: int) -> None:
        try:
            while len(self._buffer) < size and not self.damage and self._more():
                pass
        except DamagedError as damage:
            self.damage = damage

    def _more(self) -> bool:
        if not self._zipped:
            piece = self._file.read(CHUNK)
            self._buffer += piece
            return bool(piece)
        if not self._raw:
            self._raw = self._file.read(CHUNK)
        if not self._raw:
            return False
        if self._decoder.eof and not self._next_member():
            return False
        self._decode()
        return True

    def _decode(self) -> None:
        try:
            self._buffer += self._decoder.decompress(self._raw, CHUNK)
        except isal_zlib.error as error:  # type: ignore[misc]  # its stub says what it is an instance of
            raise DamagedError(f"broken gzip data: {error}") from error
        rest = self._decoder.unused_data if self._decoder.eof else self._decoder.unconsumed_tail
        self._raw_at += len(self._raw) - len(rest)
        self._raw = rest

    def _next_member(self) -> bool:
        """Begin the next member; what is none, as padding at the end of a file, ends the stream."""
        if len(self._raw) < len(GZIP_MAGIC):
            self._raw += self._file.read(CHUNK)
        if not self._raw.startswith(GZIP_MAGIC):
            if self._raw.strip(b"\0"):
                raise DamagedError("bytes between gzip members")
            return False
        self._decoder = isal_zlib.decompressobj(GZIP_WINDOW)
        self._members.append((self._position + len(self._buffer), self._raw_at))
        return True


class Record:
    """The head of a record, and its block while it is the current one of its stream."""

    def __init__(self, stream: ByteStream, offset: int, head: bytes) -> None:
        self.offset = offset
        self._headers = parse_headers(head.split(b"\n", 1)[-1])
        self._stream = stream
        self.length = self._length()
        self.left = self.length

    def header(self, name: str) -> str | None:
        values = self._headers.get(name)
        return values[0] if values else None

    def read(self, size: int) -> bytes:
        """Take up to `size` bytes of the block; fewer only at its end, or where the file was cut."""
        wanted = min(size, self.left)
        taken = self._stream.read(wanted)
        self.left -= len(taken)
        if len(taken) < wanted and self._stream.damage:
            raise self._stream.damage
        return taken

    def finish(self) -> None:
        """Go to the next record."""
        self._stream.skip(self.left)
        self.left = 0

    def _length(self) -> int:
        stated = (self.header("content-length") or "").strip()
        if not (stated.isascii() and stated.isdigit() and len(stated) < 16):
            raise DamagedError(f"a record whose Content-Length is {stated[:40]!r}")
        return int(stated)


def parse_headers(lines: bytes) -> dict[str, list[str]]:
    """Header lines by their names in small letters; folded lines are joined, lines without a colon dropped."""
    headers: dict[str, list[str]] = {}
    values: list[str] = []
    for line in lines.decode("utf-8", "replace").splitlines():
        name, colon, value = line.partition(":")
        if line[:1] in {" ", "\t"} and values:
            values[-1] = f"{values[-1]} {line.strip()}"
        elif colon:
            values = headers.setdefault(name.strip().lower(), [])
            values.append(value.strip())
    return headers


def records(file: BinaryIO, start: int = 0) -> Generator[Record | DamagedError]:
    """All records from `start` on; damage is told once, and reading goes on at the next record that can be found."""
    while start >= 0:
        stream = ByteStream(file, start)
        try:
            yield from _records_of(stream)
        except DamagedError as damage:
            yield damage
            start = _next_record(file, max(start + 1, stream.resume_at()))
        else:
            return


def record_at(file: BinaryIO, offset: int) -> Record | None:
    """The record that begins at `offset`, unless none does."""
    try:
        return next(_records_of(ByteStream(file, offset)), None)
    except DamagedError:
        return None


def _records_of(stream: ByteStream) -> Iterator[Record]:
    while True:
        place = stream.place()
        for _ in range(MAX_PADDING):
            if stream.peek(1) not in {b"\r", b"\n"}:
                break
            stream.skip(1)
        if not stream.peek(1):
            if stream.damage:
                raise stream.damage
            return
        record = Record(stream, place.offset, _read_head(stream))
        yield record
        record.finish()
        for _ in range(2):
            stream.skip(2 if stream.peek(2) == b"\r\n" else int(stream.peek(1) == b"\n"))


def _read_head(stream: ByteStream) -> bytes:
    """The lines up to the blank one; line ends may lack their carriage return."""
    size = 512
    while True:
        seen = stream.peek(size)
        if not seen.startswith(SIGNATURE):
            raise DamagedError(f"no record begins with {seen[:20]!r}")
        ends = [(at, len(mark)) for mark in (b"\r\n\r\n", b"\n\n") if (at := seen.find(mark)) >= 0]
        if ends:
            at, width = min(ends)
            return stream.read(at + width)
        if len(seen) < size or size >= MAX_HEAD_BYTES:
            raise DamagedError("the head of a record was cut" if len(seen) < size else "a head without end")
        size *= 2


def _next_record(file: BinaryIO, start: int) -> int:
    """Where the next record or gzip member with a record begins; -1 when there is none."""
    file.seek(0)
    zipped = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    mark = GZIP_MAGIC if zipped else b"\n" + SIGNATURE
    shift = 0 if zipped else 1
    for candidate in _find_all(file, mark, start):
        if record_at(file, candidate + shift):
            return candidate + shift
    return -1


def _find_all(file: BinaryIO, mark: bytes, start: int) -> Iterator[int]:
    found = 0
    while found < MAX_CANDIDATES:
        file.seek(start)
        window = file.read(SEARCH_WINDOW)
        at = window.find(mark)
        while at >= 0 and found < MAX_CANDIDATES:
            found += 1
            yield start + at
            at = window.find(mark, at + 1)
        if len(window) < SEARCH_WINDOW:
            return
        start += SEARCH_WINDOW - len(mark) + 1
