"""Are we as fast beside our peers as we were? A benchmark of less than a minute, for continuous integration.

python -m benchmarks.small [--write]

CPU in alternating rounds, ours and the peer's in the same minute on the same machine, on pages and feeds made from the
sample site; the middle of the rounds' ratios counts, so that a busy machine does not. It fails where a ratio has fallen
to half of the one in benchmarks/ratios.json, which --write makes anew.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.beside import make_archives
from benchmarks.beside_feeds import Reader, one_round
from benchmarks.gold import sample_pages
from benchmarks.made_feeds import write_feeds
from benchmarks.measure import measure
from benchmarks.performance import machine
from benchmarks.region_sets import taggers

PAGES, FEEDS, TIMES = 500, 40, 40  # TIMES: how often each text is read in a round
RATIOS = Path(__file__).with_name("ratios.json")
FALLEN = 0.5  # of a ratio, and the benchmark fails
Sides = tuple[float, float]  # seconds of CPU: the peer's and ours


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write what is measured as what is to be kept")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        measured = {name: ratio(name, sides) for name, sides in benches(Path(scratch), arguments.rounds)}
    if arguments.write:
        told = {"made_by": "python -m benchmarks.small --write", "machine": machine(), "rounds": arguments.rounds}
        RATIOS.write_text(json.dumps(told | {"ratios": measured}, indent=1) + "\n", encoding="utf-8")
        return 0
    fallen = list(worse(measured, json.loads(RATIOS.read_text(encoding="utf-8"))["ratios"]))
    for each in fallen:
        print(each, file=sys.stderr)
    return int(bool(fallen))


def benches(scratch: Path, rounds: int) -> Iterator[tuple[str, list[Sides]]]:
    """What is compared, and both sides' CPU by round."""
    archives = make_archives(None, PAGES, scratch / "archives")
    yield "pages, bare trafilatura to newsbeam", [pages(archives, scratch, number) for number in range(rounds)]
    folder = scratch / "feeds"
    folder.mkdir()
    write_feeds(folder, FEEDS)
    yield "feeds, feedparser to newsbeam", [feeds(folder) for _ in range(rounds)]
    texts = ["\n\n".join(page.paragraphs) for page in sample_pages() if page.id.startswith("herald")] * TIMES
    yield "regions of texts, geotext to newsbeam", list(regions(texts, rounds))


def ratio(name: str, sides: Sequence[Sides]) -> float:
    """The peer's CPU by ours, told as it is known: the more the better."""
    found = round(statistics.median(peer / ours for peer, ours in sides), 3)
    rounds = ", ".join(f"{peer:.2f} : {ours:.2f}" for peer, ours in sides)
    print(f"{name:<40} {found:6.3f}  ({rounds})", flush=True)
    return found


def worse(measured: dict[str, float], kept: dict[str, float]) -> Iterator[str]:
    """What has fallen to half of what it was, or is not compared any more."""
    for name, before in kept.items():
        now = measured.get(name)
        if now is None or now <= FALLEN * before:
            yield f"{name}: {now} where it was {before}; see benchmarks/small.py"


def pages(archives: Sequence[str], scratch: Path, number: int) -> Sides:
    """A whole run with its start, and trafilatura alone over the same archives."""
    bare = [sys.executable, "-m", "benchmarks.peers.bare_trafilatura", *archives, str(scratch / f"{number}.parquet")]
    named = [word for each in archives for word in ("--warc", each)]
    output = ["--output", str(scratch / f"out-{number}")]
    both = measure(bare), measure([sys.executable, "-m", "pipelines", "run", *named, *output])
    assert not any(each.exit_code for each in both), both
    return both[0].cpu, both[1].cpu


def feeds(folder: Path) -> Sides:
    """The same feeds through feedparser and through our parser."""
    both = [Reader(name=name, python=sys.executable) for name in ("feedparser", "newsbeam")]
    for each in both:
        one_round(each, folder, times=1)
    assert both[0].items == both[1].items, both
    return both[0].cpu[0], both[1].cpu[0]


def regions(texts: Sequence[str], rounds: int) -> Iterator[Sides]:
    """The same texts through geotext, which looks names up, and through our tagger, which reads them."""
    tag = taggers()
    sides = [tag["geotext"], tag["newsbeam"]]
    for each in sides:
        seconds(each, texts[:2])  # names are loaded at the first call
    for _ in range(rounds):
        peer, ours = (seconds(each, texts) for each in sides)
        yield peer, ours


def seconds(tag: Callable[[str, str], object], texts: Sequence[str]) -> float:
    began = time.process_time()
    for each in texts:
        tag("", each)
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
