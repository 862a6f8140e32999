"""Whether `newsbeam watch` grows: memory of its process tree and open handles, round by round, on a loopback site.

python -m benchmarks.watching --rounds 200

The site's feed gets a new item before each round, so that every round reads, extracts and commits.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread

from benchmarks.measure import PROC, tree_bytes

WARM = 20  # rounds that fill caches
WINDOW = 10  # rounds at either end whose medians are compared
GROWTH = 0.05
WORDS = [
    a + b for a in ("har", "min", "tor", "vel", "sol", "quen", "bra", "dim") for b in ("bour", "ister", "ga", "den")
]
NAME = "/feed.xml"


@dataclass(slots=True)
class Site:
    """A feed that has one more item each time that it is asked for."""

    polls: int = 0
    items: list[str] = field(default_factory=list)

    def answer(self, path: str, port: int) -> tuple[int, str, bytes]:
        if path == NAME:
            self.polls += 1
            return 200, "application/rss+xml", feed(self.polls, port).encode()
        if path.startswith("/news/"):
            return 200, "text/html; charset=utf-8", story(int(path.rpartition("/")[2])).encode()
        return 404, "text/plain", b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The tree after a round."""

    bytes: int
    handles: int


def feed(items: int, port: int) -> str:
    """The newest twenty of so many items."""
    now = format_datetime(datetime.now(UTC))
    listed = (
        f"<item><title>{title(number)}</title><link>http://127.0.0.1:{port}/news/{number}</link>"
        f"<pubDate>{now}</pubDate></item>"
        for number in range(items, max(0, items - 20), -1)
    )
    return f"<rss version='2.0'><channel><title>Growing</title>{''.join(listed)}</channel></rss>"


def title(number: int) -> str:
    return " ".join(random.Random(number).sample(WORDS, 5)).capitalize()  # no secret


def story(number: int) -> str:
    """A page of some 500 words that no other page has in this order."""
    chance = random.Random(number)  # no secret
    paragraphs = (" ".join(chance.choices(WORDS, k=60)).capitalize() + "." for _ in range(8))
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    return f"<html><head><title>{title(number)}</title></head><body><h1>{title(number)}</h1>{body}</body></html>"


def serve(site: Site) -> ThreadingHTTPServer:
    """The site on a free port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that http.server calls
            code, kind, body = site.answer(self.path, int(self.headers["Host"].rpartition(":")[2]))
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


def samples(port: int, rounds: int, folder: str) -> Iterator[Sample]:
    """What the tree holds after each round of a watch."""
    options = ["--allow-private-networks", "127.0.0.0/8", "--delay", "0", "--every", "0m", "--rounds", str(rounds)]
    inputs = ["--feeds", f"http://127.0.0.1:{port}{NAME}", "--output", folder]
    command = [sys.executable, "-m", "pipelines", "watch", *inputs, *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ) as process:
        for line in process.stderr or ():
            if line.startswith("  dataset:"):
                handles = len(list((PROC / str(process.pid) / "fd").iterdir()))
                yield Sample(bytes=tree_bytes(process.pid), handles=handles)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    site, found = Site(), list[Sample]()
    server = serve(site)
    with tempfile.TemporaryDirectory() as folder:
        for number, sample in enumerate(samples(server.server_address[1], rounds, str(Path(folder, "out"))), 1):
            found.append(sample)
            if number % WINDOW == 0:
                print(f"round {number}: {sample.bytes >> 20} MiB, {sample.handles} handles", flush=True)
    server.shutdown()
    return _told(found, site.polls, rounds)


def _told(found: list[Sample], polls: int, rounds: int) -> int:
    early, late = found[WARM : WARM + WINDOW], found[-WINDOW:]
    growth = median(each.bytes for each in late) / median(each.bytes for each in early) - 1
    before, after = (max(each.handles for each in some) for some in (early, late))
    told = f"memory {growth:+.1%} after round {WARM}, handles {before} at most and then {after}"
    print(f"{len(found)} rounds, {polls} polls; {told}")
    return int(len(found) != rounds or polls != rounds or growth >= GROWTH or after > before)


if __name__ == "__main__":
    sys.exit(main())
