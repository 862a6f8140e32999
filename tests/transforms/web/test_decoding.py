import gzip
import zlib

import brotli
import pytest
import zstandard

from schemas.failures import Reason
from transforms.web.decoding import decode
from transforms.web.faults import Fault

TEXT = b"<p>hello world, hello again</p>" * 100
LIMIT = 100_000


def zstd_stream(data: bytes) -> bytes:
    """As a server streams it: the frame does not say how long it will be."""
    stream = zstandard.ZstdCompressor().compressobj()
    return stream.compress(data) + stream.flush()


CODED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT[:50]) + gzip.compress(TEXT[50:]),
    "GZIP": gzip.compress(TEXT) + b"\0" * 20,
    "deflate": zlib.compress(TEXT),
    "Deflate": zlib.compress(TEXT)[2:-4],
    "br": brotli.compress(TEXT),
    "zstd": zstandard.compress(TEXT),
    "ZSTD": zstd_stream(TEXT),
    "gzip, br": brotli.compress(gzip.compress(TEXT)),
    "identity": TEXT,
    "": TEXT,
}


def reason_of(body: bytes, coding: str, limit: int = LIMIT) -> Reason:
    with pytest.raises(Fault) as caught:
        decode(body, coding, limit)
    return caught.value.reason


@pytest.mark.parametrize("coding", CODED)
def test_codings_are_undone(coding: str) -> None:
    assert decode(CODED[coding], coding, LIMIT) == TEXT


@pytest.mark.parametrize("coding", ["gzip", "deflate", "Deflate", "br", "zstd", "ZSTD"])
def test_a_cut_body_is_no_page(coding: str) -> None:
    assert reason_of(CODED[coding][:-12], coding) is Reason.DECODE_ERROR


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "ZSTD"])
def test_a_body_over_the_limit_is_too_large(coding: str) -> None:
    assert reason_of(CODED[coding], coding, len(TEXT) - 1) is Reason.TOO_LARGE
    assert decode(CODED[coding], coding, len(TEXT)) == TEXT


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_longer_body_can_be_cut(coding: str) -> None:
    assert decode(CODED[coding], coding, 100, cut=True) == TEXT[:100]


def test_what_is_left_of_a_cut_body_can_be_read() -> None:
    start = decode(gzip.compress(TEXT)[:-12], "gzip", LIMIT, cut=True)
    assert start
    assert TEXT.startswith(start)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "utf-8", "none, gzip"])
def test_plain_text_under_a_false_coding_is_taken_as_it_is(coding: str) -> None:
    assert decode(TEXT, coding, LIMIT) == TEXT


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "utf-8"])
def test_bytes_under_a_false_coding_are_refused(coding: str) -> None:
    assert reason_of(b"\x00\x01\x02\x03" * 50, coding) is Reason.DECODE_ERROR


def test_three_codings_are_refused() -> None:
    assert reason_of(TEXT, "gzip, gzip, gzip") is Reason.DECODE_ERROR


def bomb(coding: str) -> bytes:
    """64 MiB of zeros."""
    zeros = bytes(1 << 20)
    if coding == "gzip":
        stream = zlib.compressobj(9, wbits=31)
        return b"".join(stream.compress(zeros) for _ in range(64)) + stream.flush()
    if coding == "br":
        brotler = brotli.Compressor(quality=1)
        return b"".join(brotler.process(zeros) for _ in range(64)) + brotler.finish()
    squeezer = zstandard.ZstdCompressor().compressobj()
    return b"".join(squeezer.compress(zeros) for _ in range(64)) + squeezer.flush()


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_bomb_costs_its_limit_and_no_more(coding: str) -> None:
    assert reason_of(bomb(coding), coding) is Reason.TOO_LARGE


def test_a_bomb_in_a_bomb_is_stopped_at_the_first_layer() -> None:
    assert reason_of(gzip.compress(bomb("gzip")), "gzip, gzip") is Reason.TOO_LARGE


def test_thousands_of_members_are_refused() -> None:
    assert reason_of(gzip.compress(b"a") * 5_000, "gzip") is Reason.DECODE_ERROR
