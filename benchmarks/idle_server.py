"""The server of benchmarks/idle.py: a feed on each of many addresses of loopback, 304 for those who know it.

python -m benchmarks.idle_server PORT HOSTS
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks.fetch import address
from benchmarks.fetch_server import answer
from benchmarks.made_feeds import write_feeds

ETAG = b'"as-it-was"'


def feed() -> bytes:
    """One feed, which all hosts have."""
    with tempfile.TemporaryDirectory() as folder:
        write_feeds(Path(folder), 1, items=1)
        return next(Path(folder).iterdir()).read_bytes()


class Server(asyncio.Protocol):
    """Knows nothing of HTTP but its blank line and the validator."""

    FEED = answer(feed(), "Content-Type: application/atom+xml", f"ETag: {ETAG.decode()}")
    UNCHANGED = b"HTTP/1.1 304 Not Modified\r\nETag: " + ETAG + b"\r\n\r\n"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            request, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            said = self.UNCHANGED if ETAG in request else self.FEED
            self._transport.write(said)  # type: ignore[attr-defined]  # it is one that writes


async def serve(port: int, hosts: int) -> None:
    loop = asyncio.get_running_loop()
    for host in range(hosts):
        await loop.create_server(Server, address(host), port, backlog=16)
    print("listening", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
