"""The table of pairs of URLs that name one page or two, as newsbeam's key and three other tools see it.

python -m benchmarks.urls --peers DIR/bin/python (which has requirements-peers.txt; without it newsbeam alone)
"""

import argparse
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from transforms.web.urls import canonicalize_url, url_key

TABLE = Path(__file__).parents[1] / "tests" / "fixtures" / "url_pairs.tsv"
SCRIPT = Path(__file__).with_name("url_peers.py")
PEERS = ("courlan", "courlan_strict", "w3lib", "url_normalize")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    same: bool
    one: str
    other: str
    about: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, help="Python of an environment with the other tools")
    peers = parser.parse_args().peers
    pairs = read_pairs(TABLE)
    urls = [url for pair in pairs for url in (pair.one, pair.other)]
    show("newsbeam", pairs, [url_key(canonicalize_url(each)) for each in urls])
    for tool in PEERS if peers else ():
        show(tool, pairs, keys_of(tool, urls, peers))


def read_pairs(path: Path) -> list[Pair]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [read_pair(*line.split("\t")) for line in lines[1:]]


def read_pair(verdict: str, one: str, other: str, about: str) -> Pair:
    return Pair(same=verdict == "same", one=one, other=other, about=about)


def keys_of(tool: str, urls: Sequence[str], python: Path) -> list[str]:
    given = "".join(f"{url}\n" for url in urls)
    told = subprocess.run([python, SCRIPT, tool], input=given, capture_output=True, text=True, check=True)
    return told.stdout.splitlines()


def show(tool: str, pairs: Sequence[Pair], keys: Sequence[str]) -> None:
    merged = [one == other for one, other in zip(keys[::2], keys[1::2], strict=True)]
    same, apart = (
        [done for pair, done in zip(pairs, merged, strict=True) if pair.same is wanted] for wanted in (True, False)
    )
    print(f"{tool}: {sum(same)} of {len(same)} merged, {sum(apart)} of {len(apart)} merged wrongly")


if __name__ == "__main__":
    main()
