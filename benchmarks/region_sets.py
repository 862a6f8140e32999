"""How right the region tagger is, beside two peers in the same run: geotext, and the same names without the rules."""

import json
import lzma
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from benchmarks.table import f1, lines, row
from schemas.tags import EvidenceSource, RegionKind, Regions, Role
from transforms.tagging.gazetteer import Kind, shipped
from transforms.tagging.mentions import find_mentions
from transforms.tagging.names import names_for
from transforms.tagging.regions import RegionTagger

OWN_TEXTS = Path(__file__).parent.parent / "tests" / "fixtures" / "regions"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a tagger says of one text: countries it names, those that are subjects, and the one it is about."""

    named: frozenset[str]
    subjects: frozenset[str]
    focus: str


Tagging = Callable[[str, str], Told]


def newsbeam(title: str, text: str) -> Told:
    tags = RegionTagger().tag(title or None, text, "en")
    countries = [region for region in tags.regions if region.kind is RegionKind.COUNTRY]
    return Told(
        named=frozenset(region.code for region in countries),
        subjects=frozenset(region.code for region in countries if region.role is not Role.MENTIONED),
        focus=tags.primary_region or "",
    )


def plain_gazetteer(title: str, text: str) -> Told:
    """The names of the same gazetteer, each with its first meaning; the focus is what is named most."""
    mentions = find_mentions(f"{title}\n{text}", EvidenceSource.TEXT, names_for("en"))
    return _most_named(each.entry.senses[0].place.country for each in mentions)


def geotext(title: str, text: str) -> Told:
    from geotext import GeoText  # noqa: PLC0415  # slow to load, and it need not be installed

    counts = GeoText(f"{title}\n{text}").country_mentions
    return _most_named(code for code, count in counts.items() for _ in range(count))


def _most_named(countries: Iterable[str]) -> Told:
    counts = Counter(country for country in countries if country)
    focus = min(counts, key=lambda country: (-counts[country], country), default="")
    return Told(named=frozenset(counts), subjects=frozenset(counts), focus=focus)


def taggers() -> Mapping[str, Tagging]:
    found: dict[str, Tagging] = {"newsbeam": newsbeam, "gazetteer without rules": plain_gazetteer}
    if find_spec("geotext"):  # a peer that need not be installed
        found["geotext"] = geotext
    return found


def focus(folder: Path) -> None:
    """A story without a focus country is right where none is told."""
    with lzma.open(folder / "cliff-focus-country-70.json.xz", "rt", encoding="utf-8") as file:
        stories = [(story["text"], story["handCodedCountryCode"].replace("NONE", "")) for story in json.load(file)]
    for name, tagging in taggers().items():
        right = sum(tagging("", text).focus == wanted for text, wanted in stories)
        row("focus country", f"{len(stories)} hand-coded stories, {name}", f"{right / len(stories):.3f}")


def reuters(folder: Path) -> None:
    """Countries of stories that have any; focus where there is one."""
    stories = [
        (story["title"] or "", f"{story['dateline'] or ''} {story['text']}".strip(), wanted)
        for story in lines(folder / "reuters-train-4000.jsonl.xz")
        if (wanted := {code for place in story["places"] if (code := place_code(place))})
    ]
    for name, tagging in taggers().items():
        told = [(tagging(title, text), wanted) for title, text, wanted in stories]
        where = f"Reuters PLACES, {len(told)} stories, {name}"
        row("F1 of countries, all named", where, counted((each.named, wanted) for each, wanted in told))
        if name == "newsbeam":
            row("F1 of countries, about or dateline", where, counted((each.subjects, wanted) for each, wanted in told))
        single = [each.focus in wanted for each, wanted in told if len(wanted) == 1]
        row("focus right", f"Reuters, {len(single)} with one place, {name}", f"{sum(single) / len(single):.3f}")


def counted(pairs: Iterable[tuple[frozenset[str], set[str]]]) -> str:
    """F1 over all pairs of what was told and what was wanted."""
    hits: Counter[str] = Counter()
    for told, wanted in pairs:
        hits.update(told=len(told), wanted=len(wanted), right=len(told & wanted))
    precision, recall = hits["right"] / max(1, hits["told"]), hits["right"] / max(1, hits["wanted"])
    return f"{f1(precision, recall):.3f} (precision {precision:.3f}, recall {recall:.3f})"


@cache
def place_code(place: str) -> str | None:
    """ISO code of a place of Reuters; None for the few that are no country of today."""
    if place in REUTERS:
        return REUTERS[place]
    senses = shipped().meanings("en", place.replace("-", " ").title())
    return next((sense.place.code for sense in senses if sense.place.kind is Kind.COUNTRY), None)


def own_texts() -> None:
    """Texts written for newsbeam, in languages for which no free labelled news exists."""
    for path in sorted(OWN_TEXTS.glob("**/*.jsonl")):
        texts = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        tags = [RegionTagger().tag(None, each["text"], path.stem) for each in texts]
        where = f"own texts {path.relative_to(OWN_TEXTS).with_suffix('')}, {len(texts)}"
        pairs = list(zip(tags, texts, strict=True))
        row(
            "F1 of regions", where, counted((frozenset(_iso_codes(told)), set(text["regions"])) for told, text in pairs)
        )
        bodies = counted(
            (frozenset(each.code for each in told.organizations), set(text["organizations"])) for told, text in pairs
        )
        row("F1 of organisations", where, bodies)
        subjects = [told.primary_region == text["primary"] for told, text in pairs if "primary" in text]
        row("focus right", where, f"{sum(subjects) / len(subjects):.3f}")


def _iso_codes(told: Regions) -> list[str]:
    return [each.code for each in told.regions if each.kind in {RegionKind.COUNTRY, RegionKind.SUBDIVISION}]
