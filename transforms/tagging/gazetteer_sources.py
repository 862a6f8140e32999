"""What the packages know of places and their names, gathered for the packed draft."""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from transforms.tagging.tables import entries, rows

SCRIPTS = {
    "CYRILLIC": "Cyrl",
    "ARABIC": "Arab",
    "CJK": "Hani",
    "KATAKANA": "Kana",
    "HIRAGANA": "Kana",
    "HANGUL": "Hang",
    "HEBREW": "Hebr",
    "GREEK": "Grek",
    "THAI": "Thai",
    "DEVANAGARI": "Deva",
    "ETHIOPIC": "Ethi",
}
SHORTEST = {"Hani": 2, "Kana": 3, "Hang": 2, "Arab": 4, "Thai": 4}  # shorter alternates collide with words
ALTERNATES_FROM = 200_000  # population from which alternate names in other scripts are kept
SHORTEST_LATIN = 4  # a shorter main name of a city is mostly a word or an acronym
SHORT_CITY_FROM = 500_000  # population from which it is kept all the same
COMPASS = re.compile(
    r"(Far |Upper |Lower )?((North|South|East|West|Central|Centre|Center|Littoral|Coast|Capital)(ern|al)?[- ]?)+", re.I
)
MORE_CAPITALS = {("KZ", "Astana"), ("MN", "Ulan Bator"), ("MN", "Ulaanbaatar")}  # spelt otherwise there
BRACKETED_KIN = frozenset({"CD", "CG"})  # told apart by brackets alone; the aliases have what people call them
BRACKETED_NAMES = frozenset({"MM"})  # Myanmar (Burma)
GENERIC = re.compile(
    r"\b(region|province|state|prefecture|oblast|district|governorate|county|department|territory|city|krai|republic"
    r"|wilayah|voivodeship|division|municipality|metropolitan|autonomous|of|the|special|capital)\b",
    re.I,
)


@dataclass(slots=True)
class Draft:
    """What goes into the file: places by code, names by block (a language, a script or *)."""

    places: dict[str, tuple[str, str, str, int]] = field(default_factory=dict)
    names: dict[str, dict[tuple[str, str], set[str]]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, block: str, name: str, code: str, use: str = "n") -> None:
        name = unicodedata.normalize("NFC", name.replace("’", "'")).strip()
        if name and code in self.places and "\t" not in name:
            self.names[block].setdefault((name, use), set()).add(code)


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def add_countries(draft: Draft, countries: Mapping[str, Any], main: Path) -> None:
    english = territories(main, "en")
    for code, country in sorted(countries.items()):
        if code in english:
            name = min(english[code], key=lambda each: ("(" in each or "SAR" in each, english[code].index(each)))
            draft.places[code] = ("country", name, "", int(country["population"]) // 1000)
    for language in entries("package_parts.tsv", "CLDR languages"):
        for code, names in territories(main, language).items():
            for name in names:
                add_territory_name(draft, language, name, code)


def territories(main: Path, language: str) -> dict[str, list[str]]:
    path = main / language / "territories.json"
    if not path.exists():
        return {}
    names: dict[str, list[str]] = defaultdict(list)
    for key, name in read(path)["main"][language]["localeDisplayNames"]["territories"].items():
        if re.match(r"[A-Z]{2}(-alt-|$)", key):
            names[key[:2]].append(name)
    return {code: [each for each in found if each != code] for code, found in names.items() if found != [code]}


def add_territory_name(draft: Draft, language: str, name: str, code: str) -> None:
    """CLDR's name without what it says in brackets; "Congo - Kinshasa" and "Congo (Republic)" are nobody's words."""
    outer, *inner = re.split(r"\s*[(（]|[)）]", name)
    if (inner and code in BRACKETED_KIN) or re.search(r" [-–] ", name):
        return
    for each in [outer, *inner[:1]] if code in BRACKETED_NAMES else [outer]:
        if len(each) > 2 or (len(each) == 2 and not each.isascii()):
            draft.add(language, each, code)


def add_subdivisions(draft: Draft, packages: Mapping[str, Path]) -> None:
    contained = read(packages["cldr-core"] / "package" / "supplemental" / "subdivisionContainment.json")
    english = read(packages["cldr-subdivisions-full"] / "package" / "subdivisions" / "en" / "en.json")
    names = english["subdivisions"]["localeDisplayNames"]["subdivisions"]
    for country, entry in contained["supplemental"]["subdivisionContainment"].items():
        if country not in draft.places or country in entries("package_parts.tsv", "Renumbered countries"):
            continue
        for low in entry["_contains"]:
            below = contained["supplemental"]["subdivisionContainment"].get(low, {}) if country == "ID" else {}
            for each in below.get("_contains", [low]):  # ISO 3166-2:ID puts groups of islands above its provinces
                add_subdivision(draft, each, names.get(each))
                for below_it in contained["supplemental"]["subdivisionContainment"].get(each, {}).get("_contains", ()):
                    add_part(draft, each, names.get(below_it))
    for code, name in rows("more_subdivisions.tsv", 2):
        add_subdivision(draft, code.replace("-", "").lower(), name)


def add_subdivision(draft: Draft, low: str, name: str | None) -> None:
    code = f"{low[:2]}-{low[2:]}".upper()
    if name is None:
        return
    name = re.sub(r"\s*\(.*?\)|[²³¹]", "", name)
    draft.places[code] = ("subdivision", name, code[:2], 0)
    add_subdivision_name(draft, name, code)


def add_part(draft: Draft, low: str, name: str | None) -> None:
    """Counties, departments and provinces below a subdivision are more names of it: Cornwall is England."""
    if name and len(name) > SHORTEST_LATIN and not COMPASS.fullmatch(name):
        for each in {name, plain(name)}:
            draft.add("*", each, f"{low[:2]}-{low[2:]}".upper())


def add_subdivision_name(draft: Draft, name: str, code: str) -> None:
    names = {name, plain(name)} | {
        part for part in name.split(" & ") if len(part) > SHORTEST_LATIN and " & " not in name
    }
    for each in names:
        if len(each) >= SHORTEST_LATIN and not COMPASS.fullmatch(each):
            draft.add("*", each, code)


def plain(name: str) -> str:
    """The name without marks, as wire services write it."""
    decomposed = unicodedata.normalize("NFD", name)
    return "".join(each for each in decomposed if not unicodedata.combining(each)).replace("’", "'").replace("ı", "i")


def admin_codes(draft: Draft, cities: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """ISO 3166-2 of (country, GeoNames admin1), where a city tells it: by our table, else by a name in common.

    A code that two subdivisions claim, or a subdivision that would take two codes, is left out, not guessed.
    """
    cities = list(cities)
    told = {code: (code[:2], city) for code, city in rows("subdivision_cities.tsv", 2)}
    by_name: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for city in cities:
        for name in {city["name"], plain(city["name"])}:
            by_name[city["countrycode"], name.casefold()].append(city)
    found = {}
    for code, (country, name) in told.items():
        if code not in draft.places:
            raise ValueError(f"subdivision_cities.tsv: no subdivision {code}")
        found[country, largest(by_name, country, name)["admin1code"]] = code
    claims: dict[tuple[str, str], set[str]] = defaultdict(set)
    for code, place in draft.places.items():
        if place[0] == "subdivision" and code not in told:
            for admin in shared_name(by_name, place):
                claims[place[2], admin].add(code)
    once = Counter(code for codes in claims.values() for code in codes)
    for key, codes in claims.items():
        if len(codes) == 1 and once[min(codes)] == 1:
            found.setdefault(key, min(codes))
    return found | {(code[:2], code[3:]): code for code in draft.places if code[:3] in {"US-", "GB-"}}


def largest(by_name: Mapping[tuple[str, str], list[Mapping[str, Any]]], country: str, name: str) -> Mapping[str, Any]:
    found = by_name.get((country, name.casefold()))
    if not found:
        raise ValueError(f"no city {name} in {country}")
    return max(found, key=lambda city: city["population"])


def shared_name(
    by_name: Mapping[tuple[str, str], list[Mapping[str, Any]]], place: tuple[str, str, str, int]
) -> set[str]:
    bare = " ".join(GENERIC.sub(" ", place[1]).split()).casefold()
    return {city["admin1code"] for name in {bare, plain(bare)} for city in by_name.get((place[2], name), ())}


def add_city(draft: Draft, city: Mapping[str, Any], parents: Mapping[tuple[str, str], str], *, capital: bool) -> None:
    country, population = city["countrycode"], int(city["population"])
    if country not in draft.places:
        return
    code = f"g{city['geonameid']}"
    parent = parents.get((country, city["admin1code"]), country)
    draft.places[code] = ("capital" if capital else "city", city["name"], parent, population // 1000)
    bare = {re.sub(r" City$", "", city["name"])} & set(city["alternatenames"])
    for name in {city["name"], plain(city["name"])} | bare:
        if len(name) >= SHORTEST_LATIN or population >= SHORT_CITY_FROM:
            draft.add("*", name, code)
    if population >= ALTERNATES_FROM:
        for name in city["alternatenames"]:
            script = script_of(name)
            if script and len(name) >= SHORTEST.get(script, 3):
                draft.add(f"@{script}", name, code)


def script_of(name: str) -> str | None:
    first = next((each for each in name if each.isalpha()), "")
    return SCRIPTS.get(unicodedata.name(first, "").split(" ")[0].split("-")[0]) if first else None


def add_time_zone_cities(draft: Draft, cities: Iterable[Mapping[str, Any]], main: Path) -> None:
    """CLDR names one city of each time zone in every language; GeoNames has the zone of each city."""
    codes: dict[tuple[str, str], tuple[int, str]] = {}
    for city in cities:
        for name in {city["name"], plain(city["name"]), re.sub(r" City$", "", city["name"])}:
            key = (city["timezone"], name)
            codes[key] = max(codes.get(key, (0, "")), (int(city["population"]), f"g{city['geonameid']}"))
    english = dict(zone_cities(main, "en"))
    for language in entries("package_parts.tsv", "CLDR languages"):
        for zone, name in zone_cities(main, language):
            own = english.get(zone) or zone.rsplit("/", 1)[-1].replace("_", " ")
            code = codes.get((zone, own))
            if code and len(name) > (2 if name.isascii() else 1):
                draft.add(language, name, code[1])


def zone_cities(main: Path, language: str) -> Iterator[tuple[str, str]]:
    path = main / language / "timeZoneNames.json"
    if not path.exists():
        return
    zones = read(path)["main"][language]["dates"]["timeZoneNames"].get("zone", {})
    for area, places in zones.items():
        for place, entry in places.items():
            if "exemplarCity" in entry:
                yield f"{area}/{place}", entry["exemplarCity"]


def add_counties(draft: Draft, counties: Iterable[Mapping[str, str]]) -> None:
    for county in counties:
        if county["name"].endswith(" County"):
            draft.add("*", county["name"], f"US-{county['state']}")
