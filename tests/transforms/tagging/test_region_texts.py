"""The texts of our own in eight languages: what the rules reached on them is not lost again."""

import json
from pathlib import Path

import pytest

from benchmarks.region_sets import OWN_TEXTS
from schemas.tags import RegionKind
from transforms.tagging.regions import RegionTagger

LEAST_F1 = 0.9
ISO = {RegionKind.COUNTRY, RegionKind.SUBDIVISION}


@pytest.mark.parametrize(
    "path", sorted(OWN_TEXTS.glob("**/*.jsonl")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_the_regions_of_our_own_texts_are_found(path: Path) -> None:
    told, wanted, right = 0, 0, 0
    for line in path.read_text(encoding="utf-8").splitlines():
        text = json.loads(line)
        found = {each.code for each in RegionTagger().tag(None, text["text"], path.stem).regions if each.kind in ISO}
        told, wanted, right = (
            told + len(found),
            wanted + len(text["regions"]),
            right + len(found & set(text["regions"])),
        )
    assert 2 * right / (told + wanted) >= LEAST_F1
