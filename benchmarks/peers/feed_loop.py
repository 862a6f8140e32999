"""A bare loop over the feeds in a folder, in one process: `python -m benchmarks.peers.feed_loop NAME FOLDER TIMES`.

Prints what was read as JSON, with the CPU that it took, imports not counted. NAME is feedparser, fastfeedparser, or
newsbeam, whose parser runs in a killable worker otherwise.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

Parse = Callable[[bytes], int]


def of_feedparser() -> Parse:
    import feedparser  # noqa: PLC0415  # each in its own environment

    return lambda body: len(feedparser.parse(body).entries)


def of_fastfeedparser() -> Parse:
    import fastfeedparser  # type: ignore[import-not-found]  # noqa: PLC0415  # in its own environment

    return lambda body: len(fastfeedparser.parse(body).entries)


def of_newsbeam() -> Parse:
    from transforms.inputs.feeds import parse_feed  # noqa: PLC0415  # not in the environments of the others

    return lambda body: len(parse_feed(body, "https://feeds.example/feed").entries)


PARSERS = {"newsbeam": of_newsbeam, "feedparser": of_feedparser, "fastfeedparser": of_fastfeedparser}


def main(name: str, folder: Path, times: int) -> None:
    bodies = [path.read_bytes() for path in sorted(folder.iterdir())]
    parse = PARSERS[name]()
    parse(bodies[0])  # what is loaded at the first call is not the feed's
    began, items = time.process_time(), 0
    for _ in range(times):
        items += sum(map(parse, bodies))
    cpu = time.process_time() - began
    print(json.dumps({"feeds": times * len(bodies), "items": items, "cpu": cpu}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
