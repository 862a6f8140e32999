"""Bodies of the pages that are wrong on purpose."""

import struct
import zlib
from functools import cache

BOMB_BYTES = 128 * 1024 * 1024  # after decoding; some 130 kB on the wire
GZIP_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"  # deflate, no name, no time, slowest level, unknown system

SHORT_PAGE = (
    "<html><head><title>Молния: мост открыт</title></head><body><h1>Молния: мост открыт</h1>"
    "<p>Движение по мосту восстановлено в обоих направлениях.</p></body></html>"
)
PRIVATE_PAGE = (
    "<html><head><title>Embargoed: notes for the budget speech</title></head><body>"
    "<h1>Embargoed: notes for the budget speech</h1>"
    "<p>These notes are for editors only and must not be read by machines, which robots.txt says in so many words. "
    "They list the tables that the treasury hands out an hour before the speech begins.</p></body></html>"
)


@cache
def gzip_bomb() -> bytes:
    """A small gzip answer that decodes to a page of BOMB_BYTES: one packed megabyte, many times over."""
    head, chunk = b"<html><body><p>", b"0" * (1024 * 1024)
    packer = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    start = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(chunk) + packer.flush(zlib.Z_FULL_FLUSH)  # refers to nothing before it, so it repeats
    count, checksum = BOMB_BYTES // len(chunk), zlib.crc32(head)
    for _ in range(count):
        checksum = zlib.crc32(chunk, checksum)
    trailer = struct.pack("<II", checksum, len(head) + count * len(chunk))
    return GZIP_HEADER + start + block * count + packer.flush() + trailer


def pdf() -> bytes:
    """The smallest document that calls itself a PDF and is one."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
    ]
    body, offsets = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj%sendobj\n" % (number, each)
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + b"xref\n0 4\n0000000000 65535 f \n%strailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        rows,
        len(body),
    )
