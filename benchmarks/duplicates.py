"""Quality and speed of deduplication over dedupe/near-duplicates.jsonl.xz, fed directly.

python -m benchmarks.duplicates --data ../shared/data --peers DIR/bin/python (which has requirements-peers.txt;
without it newsbeam alone)
"""

import argparse
import hashlib
import json
import lzma
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from math import comb
from pathlib import Path

from schemas.fingerprints import Fingerprint
from transforms.similarity.fingerprint import fingerprint
from transforms.similarity.resolve import resolve

FILE = "dedupe/near-duplicates.jsonl.xz"
PEERS, MINHASH = ("datasketch", "datatrove"), Path(__file__).with_name("minhash.py")
HALVES = {"all stories": (0, 1), "tuning half": (0,), "held-out half": (1,)}
HARD = ("quote", "bg_src", "followup_bg", "tmpl", "real_earn", "short_boiler")  # kinds that must stay apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One document of the set; `cluster` is the story that it was made from."""

    item_id: str
    cluster: str
    kind: str
    site: str
    url: str
    title: str
    published_at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    precision: float
    recall: float
    largest_false_cluster: int
    recall_by_kind: dict[str, float]
    hard_merged: dict[str, float]

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the data for measuring")
    parser.add_argument("--peers", type=Path, help="Python of an environment with datasketch and datatrove")
    given = parser.parse_args()
    path = given.data / FILE
    if not path.is_file():
        sys.exit(f"{path} is absent: this benchmark needs the data for measuring, see --data")
    items = read_items(path)
    stories = measure(items)
    for name, halves in HALVES.items():
        print(f"\n{name}")
        report(judge(items, stories, halves))
    for tool in PEERS if given.peers else ():
        print(f"\n{tool}, MinHash as it comes")
        report(judge(items, by_peer(tool, items, given.peers)))


def measure(items: Sequence[Item]) -> list[str]:
    """The story of each document, with the cost of finding it."""
    started = time.process_time()
    fingerprints = [fingerprint_item(each) for each in items]
    read = time.process_time()
    resolution = resolve(fingerprints, ())
    done = time.process_time()
    print(f"{len(items)} documents")
    size = sum(len(each.keys) + len(each.sample) + len(each.numbers) for each in fingerprints) / len(fingerprints)
    print(f"  {size:.0f} B a sketch, {len(resolution.notices)} notices")
    print(f"  fingerprints {len(items) / (read - started):,.0f}/s, resolved {len(items) / (done - read):,.0f}/s")
    return [each.cluster_id for each in resolution.verdicts]


def by_peer(tool: str, items: Sequence[Item], python: Path) -> list[str]:
    """The cluster of each document as another tool finds it, with its cost."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "documents.jsonl"), Path(folder, "clusters.jsonl")
        source.write_text("".join(json.dumps({"id": each.item_id, "text": each.text}) + "\n" for each in items))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([python, MINHASH, tool, source, target], check=True, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        clusters = dict(map(json.loads, target.read_text().splitlines()))
    print(f"  {len(items) / (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime):,.0f}/s of CPU")
    return [clusters[each.item_id] for each in items]


def read_items(path: Path) -> list[Item]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [read_item(json.loads(line)) for line in lines]


def read_item(row: dict[str, str]) -> Item:
    return Item(
        item_id=row["id"],
        cluster=row["cluster"],
        kind=row["kind"],
        site=row["site"],
        url=row["url"],
        title=row["title"],
        published_at=datetime.fromisoformat(row["published_at"]),
        text=row["text"],
    )


def half_of(item: Item) -> int:
    """Numbers of the rule were tuned on the stories of half 0."""
    return int(digest(item.cluster), 16) % 2


def fingerprint_item(item: Item) -> Fingerprint:
    return fingerprint(
        article_id=item.item_id,
        url_key=digest(item.url),
        guid_key=None,
        content_hash=digest(item.text),
        site=item.site,
        language="en",
        published_at=item.published_at,
        fetched_at=item.published_at,
        text=item.text,
    )


def judge(items: Sequence[Item], stories: Sequence[str], halves: Collection[int] = (0, 1)) -> Quality:
    """`stories` are the ids of the stories that were found, item by item; pairs that touch `halves` count."""
    found = grouped(items, stories)
    gold = [each for each in grouped(items, [each.cluster for each in items]) if half_of(each[0]) in halves]
    story_of = {item.item_id: each for item, each in zip(items, stories, strict=True)}
    right, wrong = pairs_of(found, halves)
    return Quality(
        precision=right / max(1, right + wrong),
        recall=right / max(1, sum(comb(len(each), 2) for each in gold)),
        largest_false_cluster=max((len(each) for each in found if is_mixed(each, halves)), default=0),
        recall_by_kind=recall_by_kind(gold, story_of),
        hard_merged=hard_merged(found, halves),
    )


def pairs_of(found: Iterable[Sequence[Item]], halves: Collection[int]) -> tuple[int, int]:
    """Pairs within clusters, right and wrong ones, of which one or both belong to the halves."""
    right = together = 0
    for members in found:
        counts = Counter((each.cluster, half_of(each) in halves) for each in members)
        right += sum(comb(n, 2) for (_, counted), n in counts.items() if counted)
        others = sum(n for (_, counted), n in counts.items() if not counted)
        together += comb(len(members), 2) - comb(others, 2)
    return right, together - right


def is_mixed(members: Sequence[Item], halves: Collection[int]) -> bool:
    return len({each.cluster for each in members}) > 1 and any(half_of(each) in halves for each in members)


def recall_by_kind(gold: Iterable[Sequence[Item]], story_of: dict[str, str]) -> dict[str, float]:
    """Share of the true pairs with at least one document of the kind that were found."""
    pairs, met = Counter[str](), Counter[str]()
    for one, other in (pair for members in gold for pair in combinations(members, 2)):
        for kind in {one.kind, other.kind}:
            pairs[kind] += 1
            met[kind] += story_of[one.item_id] == story_of[other.item_id]
    return {kind: met[kind] / pairs[kind] for kind in sorted(pairs)}


def hard_merged(found: Iterable[Sequence[Item]], halves: Collection[int]) -> dict[str, float]:
    """Share of the hard negatives that stand in a cluster with another story."""
    seen, merged = Counter[str](), Counter[str]()
    for members in found:
        mixed = len({each.cluster for each in members}) > 1
        for kind in (each.kind for each in members if each.kind.startswith(HARD) and half_of(each) in halves):
            seen[kind] += 1
            merged[kind] += mixed
    return {kind: merged[kind] / seen[kind] for kind in sorted(seen)} | {"all": merged.total() / max(1, seen.total())}


def grouped(items: Sequence[Item], labels: Sequence[str]) -> list[list[Item]]:
    groups: dict[str, list[Item]] = defaultdict(list)
    for item, label in zip(items, labels, strict=True):
        groups[label].append(item)
    return list(groups.values())


def report(quality: Quality) -> None:
    print(f"  precision {quality.precision:.4f}, recall {quality.recall:.4f}, F1 {quality.f1:.4f} (to beat: .97)")
    print(f"  largest false cluster {quality.largest_false_cluster}")
    print("  recall by kind: " + ", ".join(f"{kind} {share:.3f}" for kind, share in quality.recall_by_kind.items()))
    print("  merged, of hard ones: " + ", ".join(f"{kind} {share:.3f}" for kind, share in quality.hard_merged.items()))


def digest(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


if __name__ == "__main__":
    main()
