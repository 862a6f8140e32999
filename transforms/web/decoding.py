"""Content codings undone within a bound: a bomb costs its cap and no more."""

import io
import zlib
from collections.abc import Callable, Mapping

import brotli
import zstandard

from schemas.failures import Reason
from transforms.web.faults import Fault

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
MAX_CODINGS = 2
ZSTD_WINDOW = 8 * 1024 * 1024  # RFC 8878 asks decoders for this much and not for more
MAX_MEMBERS = 64  # of a gzip body; each copies the rest, so thousands would be quadratic
GZIP_MAGIC = b"\x1f\x8b"
TEXT_STARTS = (b"<", b"{", b"[", b"\xef\xbb\xbf", b"User-agent", b"user-agent")  # of a body that was never coded

Decoder = Callable[[bytes, int], bytes]


class OverLimit(Exception):  # a signal between decoders, told outside as TOO_LARGE
    """More would come out than may; holds what came out so far."""

    def __init__(self, start: bytes) -> None:
        super().__init__()
        self.start = start


def decode(body: bytes, content_encoding: str | None, limit: int, *, cut: bool = False) -> bytes:
    """Undo the content codings of a body, at most `limit` bytes of it; raises Fault.

    A body that is plainly text although a coding is declared is taken as it is: servers do that.
    With `cut` a longer body is cut at the limit, and a coded body that was cut itself is no error.
    """
    codings = [each.strip().lower() for each in (content_encoding or "").split(",")]
    codings = [each for each in codings if each not in ("", "identity")]
    if len(codings) > MAX_CODINGS:
        raise Fault(Reason.DECODE_ERROR, f"{len(codings)} content codings in a row, {MAX_CODINGS} are undone")
    try:
        for coding in reversed(codings):
            body = _undo(body, coding, limit, cut)
    except OverLimit as over:
        body = over.start
        if not cut:
            raise Fault(Reason.TOO_LARGE, f"decodes to more than {limit} bytes") from None
    return body[:limit] if cut else body


def _undo(body: bytes, coding: str, limit: int, cut: bool) -> bytes:
    decoder = DECODERS.get(coding)
    if not body:
        return body
    if decoder is None:
        return _plain(body, f"the content coding {coding[:40]!r} is not known")
    try:
        return decoder(body, limit)
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        return _plain(body, f"the {coding} body is broken: {str(error)[:80]}")
    except EOFError as error:
        return bytes(error.args[0]) if cut else _plain(body, f"the {coding} body ends before its end")


def _plain(body: bytes, trouble: str) -> bytes:
    """A body that its declared coding does not fit: text is taken as it is."""
    if not body.lstrip().startswith(TEXT_STARTS):
        raise Fault(Reason.DECODE_ERROR, trouble)
    return body


def _gunzip(body: bytes, limit: int) -> bytes:
    """Every member of a gzip body; what follows the last one is padding."""
    if not body.startswith(GZIP_MAGIC):
        return _inflate(body, limit)  # some servers call deflate gzip
    parts: list[bytes] = []
    size = 0
    while body.startswith(GZIP_MAGIC) and len(parts) < MAX_MEMBERS:
        member = zlib.decompressobj(wbits=31)
        parts.append(member.decompress(body, limit - size + 1))
        size += len(parts[-1])
        _check(member.eof, size, limit, parts)
        body = member.unused_data
    if body.startswith(GZIP_MAGIC):
        raise zlib.error(f"more than {MAX_MEMBERS} members")
    return b"".join(parts)


def _inflate(body: bytes, limit: int) -> bytes:
    """Deflate as the standard has it, in a zlib frame, or bare, as some servers send it."""
    framed = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    stream = zlib.decompressobj(wbits=15 if framed else -15)
    parts = [stream.decompress(body, limit + 1)]
    if stream.unused_data and not framed:
        raise zlib.error("no deflate stream")  # plain text can start like one
    _check(stream.eof, len(parts[0]), limit, parts)
    return parts[0]


def _unbrotli(body: bytes, limit: int) -> bytes:
    stream = brotli.Decompressor()
    parts = [stream.process(body, output_buffer_limit=limit + 1)]
    size = len(parts[0])
    while not stream.is_finished() and size <= limit and not stream.can_accept_more_data():
        parts.append(stream.process(b"", output_buffer_limit=limit + 1 - size))
        size += len(parts[-1])
    _check(stream.is_finished(), size, limit, parts)
    return b"".join(parts)


def _unzstd(body: bytes, limit: int) -> bytes:
    """One frame. The bounded reader cannot tell a cut frame from a whole one, so a second look decides."""
    with zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).stream_reader(io.BytesIO(body)) as reader:
        text = reader.read(limit + 1)
    _check(len(text) > limit or _is_whole_frame(body, len(text)), len(text), limit, [text])
    return text


def _is_whole_frame(body: bytes, size: int) -> bool:
    declared = zstandard.frame_content_size(body)
    if declared >= 0:
        return declared == size
    stream = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()
    stream.decompress(body)  # bounded: the reader has just seen that it is within the limit
    return stream.eof


def _check(whole: bool, size: int, limit: int, parts: list[bytes]) -> None:
    if size > limit:
        raise OverLimit(b"".join(parts))
    if not whole:
        raise EOFError(b"".join(parts))


DECODERS: Mapping[str, Decoder] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
