"""How right and how fast the taggers are, on the sets of ../shared/data/tagging and on texts of our own.

    python -m benchmarks.tagging --data ../shared/data

The sets there are development sets: rules and word lists were made with their figures in sight.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from time import process_time

from benchmarks import model_sets, region_sets, topic_sets
from benchmarks.table import head, lines, row
from schemas.tags import RegionKind, Role
from transforms.tagging.regions import RegionTagger
from transforms.tagging.topics import TopicTagger

EXAMPLE_MENTIONED = frozenset({"GB", "FR", "DE", "AU", "CA", "JP", "NZ", "TR", "US", "CH"})
EXAMPLE_TOPICS = frozenset({"medtop:11000000", "medtop:14000000", "medtop:20000592", "medtop:20000638"})
SPEED_ARTICLES = 400
SPEED_WORDS = 500
ROUNDS = 3  # the best of them: others use the machine too
START_UP = """
import sys, time
def peak():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024
before = peak()
start = time.perf_counter()
from transforms.tagging.regions import RegionTagger
from transforms.tagging.topics import TopicTagger
for language in sys.argv[1].split(","):
    RegionTagger().tag("A title", "Envoys of Norway met in Geneva.", language)
    TopicTagger().tag("A title", "Envoys of Norway met in Geneva.", language)
took = time.perf_counter() - start
print(f"{took:.2f} s, {peak() - before:.0f} MB")
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the shared data")
    parser.add_argument("--models", action="store_true", help="only what newsbeam[models] adds to topics, and costs")
    arguments = parser.parse_args()
    data = arguments.data
    folder = data / "tagging"
    if not folder.is_dir():
        sys.stderr.write(f"no data: {folder} is absent, nothing is measured\n")
        return 2
    head()
    if arguments.models:
        model_sets.compare(folder)
        return 0
    example(data / "seed" / "article.txt")
    region_sets.focus(folder)
    region_sets.reuters(folder)
    region_sets.own_texts()
    topic_sets.news(folder)
    topic_sets.sentences(folder)
    speed(folder)
    start_up()
    return 0


def example(path: Path) -> None:
    """The running example of the design: what it must and must not be."""
    paragraphs = [each.strip() for each in path.read_text(encoding="utf-8").split("\n\n")]
    failed = [name for name, holds in example_checks("\n\n".join(dict.fromkeys(filter(None, paragraphs)))) if not holds]
    row("must hold", "the running example", f"fails: {', '.join(failed)}" if failed else "all holds")


def example_checks(text: str) -> Sequence[tuple[str, bool]]:
    tags = RegionTagger().tag(None, text, "en")
    iso = {each.code: each.role for each in tags.regions if each.kind in {RegionKind.COUNTRY, RegionKind.SUBDIVISION}}
    cities = {each.name: each.role for each in tags.regions if each.kind is RegionKind.CITY}
    topics = {topic.code for topic in TopicTagger().tag(None, text, "en")}
    return [
        ("primary CN, CN-XJ", (tags.primary_region, tags.primary_subdivision) == ("CN", "CN-XJ")),
        ("about nothing else", {each.code for each in tags.regions if each.role is Role.ABOUT} == {"CN", "CN-XJ"}),
        ("others only mentioned", all(iso.get(code) is Role.MENTIONED for code in EXAMPLE_MENTIONED)),
        ("no other country", {code[:2] for code in iso} == {*EXAMPLE_MENTIONED, "CN"}),
        ("Geneva a Swiss city", cities.get("Geneva") is Role.MENTIONED),
        ("UN", [each.code for each in tags.organizations] == ["UN"]),
        ("topics", topics >= EXAMPLE_TOPICS and "medtop:13000000" not in topics),
    ]


def speed(folder: Path) -> None:
    """Articles of 500 words, made of English stories laid end to end."""
    stories = lines(folder / "masakhanews-dev.jsonl.xz")
    words = " ".join(story["text"] for story in stories if story["lang"] == "eng").split(" ")
    starts = range(0, len(words) - SPEED_WORDS, SPEED_WORDS)
    texts = [" ".join(words[start : start + SPEED_WORDS]) for start in islice(starts, SPEED_ARTICLES)]
    regions, topics = RegionTagger(), TopicTagger()

    def both(text: str) -> None:
        regions.tag(None, text, "en")
        topics.tag(None, text, "en")

    tagging: Mapping[str, Callable[[str], object]] = {
        "both taggers": both,
        "regions": lambda text: regions.tag(None, text, "en"),
        "topics": lambda text: topics.tag(None, text, "en"),
        **{name: partial(peer, "") for name, peer in region_sets.taggers().items() if name != "newsbeam"},
    }
    for name, tag in tagging.items():
        row("articles/s, one core", f"{SPEED_WORDS} words, {name}", f"{rate(tag, texts):.0f}")


def rate(tag: Callable[[str], object], texts: Sequence[str]) -> float:
    return max(one_rate(tag, texts) for _ in range(ROUNDS))


def one_rate(tag: Callable[[str], object], texts: Sequence[str]) -> float:
    tag(texts[0])
    start = process_time()
    for text in texts:
        tag(text)
    return len(texts) / (process_time() - start)


def start_up() -> None:
    """From the import to the first tags, in a process of its own."""
    for languages in ("en", "en,de,fr,es,ru,ar,zh,ja,tr"):
        told = subprocess.run([sys.executable, "-c", START_UP, languages], check=True, capture_output=True, text=True)
        row("start-up: time and memory added", f"both taggers, {languages}", told.stdout.strip())


if __name__ == "__main__":
    sys.exit(main())
