"""HTTP messages as archives keep them: head and body, with the codings of the wire taken off under a cap."""

import io
import re
import zlib
from dataclasses import dataclass

import brotli
import zstandard

from schemas.failures import Reason
from transforms.inputs.gzipped import GZIP_MAGIC, GZIP_WINDOW
from transforms.inputs.warc_framing import parse_headers

STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?:[ \t]|\r?\n|$)")
CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
MAX_HEAD_BYTES = 64 * 1024  # real ones are below 10 kB
MAX_CODINGS = 3  # each one multiplies; one is usual, two are a mistake
ZSTD_WINDOW = 8 * 1024 * 1024  # RFC 9659: what a decoder of web content must allow
STEP = 64 * 1024


class UndecodableError(Exception):
    """The body cannot be had; the reason and a sentence say why."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpHead:
    status: int
    headers: dict[str, list[str]]

    def value(self, name: str) -> str | None:
        """All values of one header as one, None where it is absent."""
        return ", ".join(self.headers[name]) if name in self.headers else None


def split_message(message: bytes) -> tuple[HttpHead, bytes] | None:
    """Head and body of an HTTP answer; None where it is none."""
    status = STATUS_LINE.match(message)
    ends = [
        (at, at + len(mark)) for mark in (b"\r\n\r\n", b"\n\n") if (at := message.find(mark, 0, MAX_HEAD_BYTES)) >= 0
    ]
    if not status or not ends:
        return None
    head_end, body_start = min(ends)
    lines = message[:head_end].split(b"\n", 1)
    headers = parse_headers(lines[1]) if len(lines) > 1 else {}
    return HttpHead(status=int(status[1]), headers=headers), message[body_start:]


def decode_body(head: HttpHead, body: bytes, max_body: int) -> bytes:
    """Take off chunking and compression. Archives often keep the header and not the coding: a body that does not
    look coded passes as it is."""
    if "chunked" in (head.value("transfer-encoding") or "").lower() and CHUNK_SIZE.match(body):
        body = _dechunk(body)
    codings = [name.strip().lower() for name in (head.value("content-encoding") or "").split(",")]
    coded = [name for name in codings if name in DECODERS]
    if len(coded) > MAX_CODINGS:
        raise UndecodableError(Reason.DECODE_ERROR, f"{len(coded)} content codings one over the other")
    for name in reversed(coded):
        body = _decode(name, body, max_body)
    if len(body) > max_body:
        raise too_large(max_body)
    return body


def too_large(max_body: int) -> UndecodableError:
    return UndecodableError(Reason.TOO_LARGE, f"more than {max_body:,} bytes after decoding")


def _dechunk(body: bytes) -> bytes:
    pieces: list[bytes] = []
    position = 0
    while size := CHUNK_SIZE.match(body, position):
        length = int(size[1], 16)
        if length == 0:
            return b"".join(pieces)
        piece = body[size.end() : size.end() + length]
        pieces.append(piece)
        position = size.end() + length
        position += 2 if body.startswith(b"\r\n", position) else int(body.startswith(b"\n", position))
        if len(piece) < length:
            break
    raise UndecodableError(Reason.INCOMPLETE_BODY, "the last chunk of the archived body is missing")


def _decode(name: str, body: bytes, max_body: int) -> bytes:
    if name.endswith("gzip") and not body.startswith(GZIP_MAGIC):
        return body
    try:
        return DECODERS[name](body, max_body)
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        if body.lstrip()[:1] == b"<":
            return body
        raise UndecodableError(Reason.DECODE_ERROR, f"broken {name} data in the archive: {error}") from error


def _gunzip(body: bytes, max_body: int) -> bytes:
    return _inflate(zlib.decompressobj(GZIP_WINDOW), body, max_body)


def _undeflate(body: bytes, max_body: int) -> bytes:
    """Deflate means zlib by the standard, and bare deflate from some servers."""
    try:
        return _inflate(zlib.decompressobj(), body, max_body)
    except zlib.error:
        return _inflate(zlib.decompressobj(-zlib.MAX_WBITS), body, max_body)


def _inflate(decoder: "zlib._Decompress", body: bytes, max_body: int) -> bytes:
    decoded = decoder.decompress(body, max_body + 1)
    if len(decoded) > max_body:
        raise too_large(max_body)
    if not decoder.eof:
        raise UndecodableError(Reason.INCOMPLETE_BODY, "the compressed body in the archive is cut")
    return decoded


def _unbrotli(body: bytes, max_body: int) -> bytes:
    decoder = brotli.Decompressor()
    decoded = bytearray(decoder.process(body, output_buffer_limit=STEP))
    while not decoder.is_finished() and len(decoded) <= max_body:
        piece = decoder.process(b"", output_buffer_limit=STEP)
        decoded += piece
        if not piece and decoder.can_accept_more_data():
            raise UndecodableError(Reason.INCOMPLETE_BODY, "the compressed body in the archive is cut")
    if len(decoded) > max_body:
        raise too_large(max_body)
    return bytes(decoded)


def _unzstd(body: bytes, max_body: int) -> bytes:
    decoder = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
    with decoder.stream_reader(io.BytesIO(body), read_across_frames=True) as stream:
        decoded = stream.read(max_body + 1)
    if len(decoded) > max_body:
        raise too_large(max_body)
    return decoded


DECODERS = {"gzip": _gunzip, "x-gzip": _gunzip, "deflate": _undeflate, "br": _unbrotli, "zstd": _unzstd}
