"""The server of benchmarks/fetch.py: many addresses of loopback, one page of 190 kB in gzip, the same latency for all.

python -m benchmarks.fetch_server PORT HOSTS LATENCY
"""

import asyncio
import gzip
import random
import sys

from benchmarks.fetch import address

PAGE_BYTES = 190_000  # the mean of real news pages, docs/decisions
ROBOTS = b"User-agent: *\nDisallow: /private/\nAllow: /private/but-this\nCrawl-delay: 0\n"
WORDS = 4_000  # different ones; gives gzip the ratio of real pages, about 5


def page() -> bytes:
    """HTML that is as long and as dense as a news page."""
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(3, 9))) for _ in range(WORDS)]
    parts = ["<!doctype html><html lang=en><head><title>A story</title><meta name=robots content=all></head><body>"]
    size = len(parts[0])
    while size < PAGE_BYTES:
        text = " ".join(chance.choices(words, k=30))
        parts.append(
            f'<div class="block block-{size % 9} layout__item"><p data-track="story-{size}">{text}</p></div>\n'
        )
        size += len(parts[-1])
    return "".join(parts).encode()


def answer(body: bytes, *headers: str) -> bytes:
    head = "\r\n".join(["HTTP/1.1 200 OK", *headers, f"Content-Length: {len(body)}", "", ""])
    return head.encode() + body


class Server(asyncio.Protocol):
    """Answers each request after the latency; knows nothing of HTTP but its blank line."""

    PAGE = answer(gzip.compress(page(), 6), "Content-Type: text/html; charset=utf-8", "Content-Encoding: gzip")
    ROBOTS = answer(ROBOTS, "Content-Type: text/plain")
    latency = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            request, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            said = self.ROBOTS if request.startswith(b"GET /robots.txt") else self.PAGE
            asyncio.get_running_loop().call_later(self.latency, self._transport.write, said)  # type: ignore[attr-defined]


async def serve(port: int, hosts: int, latency: float) -> None:
    Server.latency = latency
    loop = asyncio.get_running_loop()
    for host in range(hosts):
        await loop.create_server(Server, address(host), port, backlog=64)
    print("listening", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
