"""Gzip files that arrive as they are: feeds, sitemaps and lists named .gz."""

import zlib

GZIP_MAGIC = b"\x1f\x8b\x08"
GZIP_WINDOW = 31  # zlib's number for "gzip header, largest window"
MAX_DECODED_BYTES = 20 * 1024 * 1024  # far above real feeds (1 MB is long) and small beside a worker's memory
STEP = 16 * 1024  # small, so that what stands before a broken byte is kept


def gunzip(body: bytes, limit: int = MAX_DECODED_BYTES) -> tuple[bytes, bool]:
    """Decode a gzip body up to `limit` bytes; says also whether it was whole. Other bodies pass, cut at the limit."""
    if not body.startswith(GZIP_MAGIC):
        return body[:limit], len(body) <= limit
    decoded = bytearray()
    position = 0
    while body.startswith(GZIP_MAGIC, position):
        position, whole = _decode_member(body, position, decoded, limit)
        if not whole:
            return bytes(decoded), False
    return bytes(decoded), True


def _decode_member(body: bytes, position: int, decoded: bytearray, limit: int) -> tuple[int, bool]:
    """Append one member to `decoded`; gives where the next one would begin, and whether this one was whole."""
    decoder = zlib.decompressobj(GZIP_WINDOW)
    while position < len(body):
        piece = body[position : position + STEP]
        room = limit - len(decoded) + 1  # one more than allowed, which tells "full" from "too long"
        try:
            decoded += decoder.decompress(piece, room)
        except zlib.error:
            return position, False
        if len(decoded) > limit:
            del decoded[limit:]
            return position, False
        position += len(piece) - len(decoder.unused_data)
        if decoder.eof:
            return position, True
    return position, False
