"""Bodies that are wrong on purpose."""

import zlib

from pipelines.demo.faults import BOMB_BYTES, gzip_bomb, pdf


def test_the_bomb_is_small_on_the_wire_and_large_after_it() -> None:
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # with a gzip header
    left, length = gzip_bomb(), 0
    while left:  # in pieces: a test should not hold what it warns of
        length += len(unpacker.decompress(left, 1 << 20))
        left = unpacker.unconsumed_tail
    assert unpacker.eof  # the checksum is right
    assert len(gzip_bomb()) < 200_000
    assert length > BOMB_BYTES > 100_000_000


def test_the_pdf_points_at_its_own_table() -> None:
    document = pdf()
    start = int(document.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert document.startswith(b"%PDF-1.4")
    assert document[start:].startswith(b"xref\n0 4\n")
