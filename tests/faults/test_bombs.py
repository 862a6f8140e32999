"""Case 10 in full: bodies of 512 MiB in a few hundred bytes, each read in a process of its own."""

import subprocess
import sys

import pytest

CODINGS = ("gzip", "deflate", "br", "zstd", "gzip, br", "br, zstd")
MOST = 64  # MiB over the base that one of them may cost
PROGRAM = """
import gzip, resource, sys, zlib
import brotli, zstandard
from transforms.web.decoding import decode
from transforms.web.faults import Fault

def packed(coding):
    block, name = bytes(1 << 20), coding.split(", ")[0]
    if name == "br":
        packer = brotli.Compressor(quality=5)
        body = b"".join([*(packer.process(block) for _ in range(512)), packer.finish()])
    elif name == "zstd":
        packer = zstandard.ZstdCompressor(level=3).compressobj()
        body = b"".join([*(packer.compress(block) for _ in range(512)), packer.flush()])
    else:
        packer = zlib.compressobj(9, zlib.DEFLATED, 31 if name == "gzip" else 15)
        body = b"".join([*(packer.compress(block) for _ in range(512)), packer.flush()])
    return {"gzip, br": brotli.compress, "br, zstd": zstandard.compress}.get(coding, bytes)(body)

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

body, base = packed(sys.argv[1]), peak()
try:
    decode(body, sys.argv[1], 5_000_000)
except Fault as fault:
    print(fault.reason, peak() - base)
"""


@pytest.mark.faults
@pytest.mark.parametrize("coding", CODINGS)
def test_case_10_a_bomb_of_512_mib_costs_little_memory(coding: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, coding], capture_output=True, text=True, check=True)
    reason, mebibytes = done.stdout.split()
    assert reason == "too_large"
    assert int(mebibytes) <= MOST
