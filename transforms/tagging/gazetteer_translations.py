"""Names of subdivisions in other languages, and of areas: seas, continents and the regions of the world (UN M49)."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from transforms.tagging.gazetteer import ENGLISH
from transforms.tagging.gazetteer_sources import Draft, plain, read
from transforms.tagging.tables import entries, rows

SHORTEST = {"zh": 2, "ja": 2, "ko": 2, "ar": 4}  # letters; in other languages
SHORTEST_ELSEWHERE = 4
AREA_KEY = re.compile(r"\d{3}(?:-alt-\w+)?")
CONTINENTS = frozenset({"002", "003", "005", "009", "013", "014", "015", "017", "018", "019", "021", "029", "030"}) | {
    "034", "035", "039", "053", "054", "057", "061", "142", "143", "145", "150", "151", "154", "155", "202", "419",
}  # fmt: skip  # UN M49 without the world


def add_translations(draft: Draft, package: Path, parents: Mapping[tuple[str, str], str]) -> None:
    """GeoNames' names of first-level divisions, which the package has by GeoNames' ids."""
    names = read(package / "data" / "names_geonames.json")
    for country, entry in sorted(read(package / "data" / "iso3166-2.json").items()):
        for region in entry["regions"]:
            code = _code(draft, country, region, parents)
            known = names.get(str(region["reference"].get("geonames")), {}) if code else {}
            if code in entries("package_parts.tsv", "Names that cities bear"):
                continue
            for language in sorted(known.keys() - {ENGLISH}):  # CLDR has the English names
                for each in written(language, known[language]):
                    draft.add(language, each, code)


def _code(draft: Draft, country: str, region: Mapping[str, str], parents: Mapping[tuple[str, str], str]) -> str:
    """By GeoNames' own code where a city told it; else by ISO 3166-2 of an older edition, if the names agree."""
    told = parents.get((country, region.get("admin") or ""))
    if told:
        return told
    code = f"{country}-{region['iso']}"
    place = draft.places.get(code)
    return code if place and _alike(place[1], region["name"]) else ""


def _alike(ours: str, theirs: str) -> bool:
    first, second = plain(ours).casefold(), plain(theirs or "").casefold()
    return bool(second) and (first in second or second in first)


def written(language: str, name: str) -> Iterator[str]:
    """The name as it stands, and without the word for its kind; of Russian adjectives the stem that all forms share."""
    name = "".join(each for each in name if unicodedata.category(each) != "Cf").strip()
    bare = _kinds(language).sub(" ", name).strip() if language in KINDS else name
    if language == "ru" and bare != name and bare.endswith(RUSSIAN_ADJECTIVES):
        yield f"{bare[:-2]}*"
        return
    for each in sorted({name, bare}):
        if len(each) >= SHORTEST.get(language, SHORTEST_ELSEWHERE) and each[0].isalpha() and "(" not in each:
            yield each


RUSSIAN_ADJECTIVES = ("ая", "ий", "ый", "ой")
KINDS = frozenset(language for language, _ in rows("subdivision_kinds.tsv", 2))


@cache
def _kinds(language: str) -> re.Pattern[str]:
    words = entries("subdivision_kinds.tsv", language)
    parted = r"(?:{})$" if language in {"zh", "ja", "ko"} else r"(?:(?<=\s)|^)(?:{})(?=\s|$)"
    return re.compile(parted.format("|".join(sorted(words, key=len, reverse=True))), re.I)


def add_areas(draft: Draft, main: Path) -> None:
    """Continents and regions of the world with CLDR's names, seas and what lies across countries with ours."""
    english = dict(_areas(main, "en"))
    for number in sorted(CONTINENTS & set(english)):
        draft.places[f"M49:{number}"] = ("area", english[number], "", 0)
    for code, name in sorted({(code, name) for code, name, _, _ in rows("areas.tsv", 4)}):
        draft.places.setdefault(code, ("area", name, "", 0))
    for language in entries("package_parts.tsv", "CLDR languages"):
        for number, name in _areas(main, language):
            if len(name) >= SHORTEST.get(language, SHORTEST_ELSEWHERE):
                draft.add(language, name, f"M49:{number}")
    for code, _, languages, forms in rows("areas.tsv", 4):
        for language in languages.split(","):
            for form in forms.split("|"):
                draft.add(language, form, code)


def _areas(main: Path, language: str) -> Iterator[tuple[str, str]]:
    path = main / language / "territories.json"
    if path.exists():
        names = read(path)["main"][language]["localeDisplayNames"]["territories"]
        yield from ((key[:3], name) for key, name in names.items() if AREA_KEY.fullmatch(key))
