"""How right and how fast the taggers are, on the sets of ../shared/data/tagging.

    python -m benchmarks.tagging --data ../shared/data

Figures of these sets are development figures: rules and word lists were looked at with them in sight.
"""

import argparse
import json
import lzma
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from time import process_time
from typing import Any

from schemas.tags import RegionKind, Role
from transforms.tagging.gazetteer import Kind, shipped
from transforms.tagging.regions import RegionTagger
from transforms.tagging.topics import TopicTagger

# MasakhaNEWS has seven classes, IPTC seventeen top-level topics. Read onto the seven: labour is told as business;
# human interest and lifestyle are what its sources file under entertainment; war and protest are told as politics.
# Crime, disaster, education, environment, society and weather have no class there and are passed over.
CLASS_OF = {
    "01": "entertainment",
    "04": "business",
    "07": "health",
    "08": "entertainment",
    "09": "business",
    "10": "entertainment",
    "11": "politics",
    "12": "religion",
    "13": "technology",
    "15": "sports",
    "16": "politics",
}
CLASSES = sorted(set(CLASS_OF.values()))
LANGUAGE_OF = {
    "amh": "am",
    "eng": "en",
    "fra": "fr",
    "hau": "ha",
    "ibo": "ig",
    "lin": "ln",
    "lug": "lg",
    "orm": "om",
    "pcm": "pcm",
    "run": "rn",
    "sna": "sn",
    "som": "so",
    "swa": "sw",
    "tir": "ti",
    "xho": "xh",
    "yor": "yo",
}
REUTERS = {  # places of 1987, and spellings of Reuters
    "usa": "US",
    "uk": "GB",
    "west-germany": "DE",
    "east-germany": "DE",
    "ussr": "RU",
    "zaire": "CD",
    "burma": "MM",
    "ivory-coast": "CI",
    "turkey": "TR",
    "uae": "AE",
    "hong-kong": "HK",
    "macao": "MO",
    "vatican": "VA",
    "trinidad-tobago": "TT",
    "surinam": "SR",
    "aruba": "AW",
    "new-caledonia": "NC",
    "papua-new-guinea": "PG",
}
EXAMPLE_MENTIONED = frozenset({"GB", "FR", "DE", "AU", "CA", "JP", "NZ", "TR", "US", "CH"})
EXAMPLE_TOPICS = frozenset({"medtop:11000000", "medtop:14000000", "medtop:20000592", "medtop:20000638"})
SPEED_ARTICLES = 200
SPEED_WORDS = 500


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the shared data")
    data = parser.parse_args().data
    folder = data / "tagging"
    if not folder.is_dir():
        sys.stderr.write(f"no data: {folder} is absent, nothing is measured\n")
        return 2
    news = list(lines(folder / "masakhanews-dev.jsonl.xz"))
    print("| measure | set | figure |\n| --- | --- | --- |")
    example(data / "seed" / "article.txt")
    focus(folder)
    reuters(folder)
    masakha(news)
    speed(news)
    return 0


def lines(path: Path) -> Iterable[Mapping[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def row(measure: str, where: str, figure: str) -> None:
    print(f"| {measure} | {where} | {figure} |", flush=True)


def example(path: Path) -> None:
    """The running example of the design: what it must and must not be."""
    paragraphs = [each.strip() for each in path.read_text(encoding="utf-8").split("\n\n")]
    text = "\n\n".join(dict.fromkeys(each for each in paragraphs if each))
    tags = RegionTagger().tag(None, text, "en")
    roles = {region.code: region.role for region in tags.regions}
    topics = {topic.code for topic in TopicTagger().tag(None, text, "en")}
    checks = {
        "primary CN, CN-XJ": (tags.primary_region, tags.primary_subdivision) == ("CN", "CN-XJ"),
        "about nothing else": {code for code, role in roles.items() if role is Role.ABOUT} == {"CN", "CN-XJ"},
        "others only mentioned": all(roles.get(code) is Role.MENTIONED for code in EXAMPLE_MENTIONED),
        "no other country": {code[:2] for code in roles} == {*EXAMPLE_MENTIONED, "CN"},
        "UN": [each.code for each in tags.organizations] == ["UN"],
        "topics": topics >= EXAMPLE_TOPICS and "medtop:13000000" not in topics,
    }
    failed = [name for name, holds in checks.items() if not holds]
    row("must hold", "the running example", f"fails: {', '.join(failed)}" if failed else f"all {len(checks)} hold")


def focus(folder: Path) -> None:
    with lzma.open(folder / "cliff-focus-country-70.json.xz", "rt", encoding="utf-8") as file:
        stories = json.load(file)
    tagger = RegionTagger()
    right = sum(
        (tagger.tag(None, story["text"], "en").primary_region or "") == story["handCodedCountryCode"]
        for story in stories
    )
    row("focus country", f"{len(stories)} hand-coded stories", f"{right / len(stories):.3f}")


def reuters(folder: Path) -> None:
    """Countries: those about and mentioned, and the dateline's. Focus: stories with one place."""
    tagger = RegionTagger()
    hits: Counter[str] = Counter()
    for story in lines(folder / "reuters-train-4000.jsonl.xz"):
        wanted = {code for place in story["places"] if (code := place_code(place))}
        if not wanted:
            continue
        text = f"{story['dateline']} {story['text']}" if story["dateline"] else story["text"]
        tags = tagger.tag(story["title"], text, "en")
        count_countries(hits, wanted, tags.regions)
        if len(wanted) == 1:
            hits["focus"] += 1
            hits["focus right"] += tags.primary_region in wanted
    for kind in ("all", "about or dateline"):
        precision, recall = hits[f"{kind} right"] / hits[kind], hits[f"{kind} right"] / hits["wanted"]
        figure = f"{f1(precision, recall):.3f} (precision {precision:.3f}, recall {recall:.3f})"
        row(f"F1 of countries, {kind}", f"Reuters PLACES, {hits['stories']} stories", figure)
    row("focus right", f"Reuters, {hits['focus']} stories with one place", f"{hits['focus right'] / hits['focus']:.3f}")


def count_countries(hits: Counter[str], wanted: set[str], regions: Sequence[Any]) -> None:
    countries = [region for region in regions if region.kind is RegionKind.COUNTRY]
    hits["stories"] += 1
    hits["wanted"] += len(wanted)
    for kind, kept in (("all", set(Role)), ("about or dateline", {Role.ABOUT, Role.DATELINE})):
        found = {region.code for region in countries if region.role in kept}
        hits[kind] += len(found)
        hits[f"{kind} right"] += len(found & wanted)


@cache
def place_code(place: str) -> str | None:
    """ISO code of a place of Reuters; None for the few that are no country of today."""
    if place in REUTERS:
        return REUTERS[place]
    senses = shipped().meanings("en", place.replace("-", " ").title())
    return next((sense.place.code for sense in senses if sense.place.kind is Kind.COUNTRY), None)


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def masakha(news: Sequence[Mapping[str, Any]]) -> None:
    tagger = TopicTagger()
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for story in news:
        topics = tagger.tag(story["title"], story["text"], LANGUAGE_OF[story["lang"]])
        told = next((CLASS_OF[each.code[7:9]] for each in topics if each.code[7:9] in CLASS_OF), "none")
        pairs[story["lang"]].append((story["topic"], told))
    figures = {language: macro_f1(found) for language, found in sorted(pairs.items())}
    for language, figure in figures.items():
        row("macro-F1, 7 classes", f"MasakhaNEWS dev {language}, {len(pairs[language])} stories", f"{figure:.3f}")
    others = [figure for language, figure in figures.items() if language != "eng"]
    row("macro-F1, mean", f"MasakhaNEWS dev, {len(others)} languages but English", f"{sum(others) / len(others):.3f}")


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Over the classes that the gold of this language has."""
    figures = []
    for each in CLASSES:
        gold = sum(wanted == each for wanted, _ in pairs)
        told = sum(found == each for _, found in pairs)
        right = sum(wanted == found == each for wanted, found in pairs)
        if gold:
            figures.append(f1(right / told if told else 0.0, right / gold))
    return sum(figures) / len(figures)


def speed(news: Sequence[Mapping[str, Any]]) -> None:
    """Articles of 500 words, made of English stories laid end to end."""
    words = " ".join(story["text"] for story in news if story["lang"] == "eng").split(" ")
    starts = range(0, len(words) - SPEED_WORDS, SPEED_WORDS)
    texts = [" ".join(words[start : start + SPEED_WORDS]) for start in islice(starts, SPEED_ARTICLES)]
    regions, topics = RegionTagger(), TopicTagger()
    apart = rate(lambda text: regions.tag(None, text, "en"), texts), rate(lambda t: topics.tag(None, t, "en"), texts)
    row("articles/s, one core", "regions, 500 words", f"{apart[0]:.0f}")
    row("articles/s, one core", "topics, 500 words", f"{apart[1]:.0f}")
    row("articles/s, one core", "both", f"{1 / (1 / apart[0] + 1 / apart[1]):.0f}")


def rate(tag: Callable[[str], object], texts: Sequence[str]) -> float:
    tag(texts[0])
    start = process_time()
    for text in texts:
        tag(text)
    return len(texts) / (process_time() - start)


if __name__ == "__main__":
    sys.exit(main())
