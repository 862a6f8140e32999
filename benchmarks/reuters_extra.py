"""Countries that newsbeam names in stories of Reuters and PLACES lacks: 50 drawn at random, to be read by a person.

python -m benchmarks.reuters_extra --data ../shared/data
"""

import argparse
import random
from pathlib import Path

from benchmarks.region_sets import place_code
from benchmarks.table import lines
from schemas.tags import RegionKind
from transforms.tagging.regions import RegionTagger

SEED, DRAWN = 8, 50
AROUND = 30  # characters shown on each side


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the shared data")
    stories = [
        (story["title"] or "", f"{story['dateline'] or ''} {story['text']}".strip(), wanted)
        for story in lines(parser.parse_args().data / "tagging" / "reuters-train-4000.jsonl.xz")
        if (wanted := {code for place in story["places"] if (code := place_code(place))})
    ]
    odd = list(enumerate(stories))[1::2]
    extra = [line for number, (title, text, wanted) in odd for line in extra_countries(number, title, text, wanted)]
    for line in random.Random(SEED).sample(extra, DRAWN):  # a sample that anyone can draw again
        print(line)
    print(f"{DRAWN} of {len(extra)}")


def extra_countries(number: int, title: str, text: str, wanted: set[str]) -> list[str]:
    """A line for each country that is told and not wanted, with its first evidence."""
    regions = RegionTagger().tag(title or None, text, "en").regions
    told = [each for each in regions if each.kind is RegionKind.COUNTRY and each.code not in wanted]
    whole = {"title": title, "text": text}
    return [
        f"{number} {each.code} {each.role}: {_shown(whole[first.source], first.start or 0, first.end or 0)}"
        for each in told
        for first in each.evidence[:1]
    ]


def _shown(text: str, start: int, end: int) -> str:
    shown = f"{text[max(0, start - AROUND) : start]}[{text[start:end]}]{text[end : end + AROUND]}"
    return " ".join(shown.split())


if __name__ == "__main__":
    main()
