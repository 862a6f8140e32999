from typing import Any

import pytest

from transforms.tagging.build_gazetteer import add_forms, capital_cities
from transforms.tagging.gazetteer import Gazetteer, Kind, Use
from transforms.tagging.gazetteer_sources import Draft, add_city, add_subdivision, admin_codes, plain, script_of
from transforms.tagging.gazetteer_translations import written
from transforms.tagging.pack_names import mark_of_tables, packed


def city(name: str, country: str, admin: str, population: int) -> dict[str, Any]:
    return {
        "geonameid": len(name),
        "name": name,
        "countrycode": country,
        "admin1code": admin,
        "population": population,
        "alternatenames": ["Пример", "Example"],
    }


def draft() -> Draft:
    made = Draft()
    made.places["AR"] = ("country", "Argentina", "", 44000)
    made.add("en", "Argentina", "AR")
    add_subdivision(made, "arx", "Córdoba")
    return made


def test_a_city_takes_the_subdivision_whose_name_another_city_there_bears(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.tagging.gazetteer_sources.rows", lambda *_: iter(()))
    made = draft()
    cities = [city("Córdoba", "AR", "05", 1_400_000), city("Río Cuarto", "AR", "05", 150_000)]
    assert admin_codes(made, cities)["AR", "05"] == "AR-X"


def test_a_code_that_is_not_certain_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.tagging.gazetteer_sources.rows", lambda *_: iter(()))
    cities = [city("Córdoba", "AR", "05", 1_400_000), city("Cordoba", "AR", "07", 20_000)]
    assert admin_codes(draft(), cities) == {}


def test_what_is_packed_is_read_back_and_the_bytes_are_the_same_again() -> None:
    made = draft()
    add_city(made, city("Río Cuarto", "AR", "05", 250_000), {("AR", "05"): "AR-X"}, capital=False)
    add_forms(made, "en", "Argentine|Argentines", "AR", "d")
    add_forms(made, "ru", "Аргентина", "AR", "n")
    text = packed(made, (["Ana"], ["Gómez"]), "# credit")
    assert text == packed(made, (["Ana"], ["Gómez"]), "# credit")
    read = Gazetteer(text)
    (sense,) = read.meanings("xx", "Rio Cuarto")
    assert (sense.place.kind, sense.place.country, sense.place.subdivision) == (Kind.CITY, "AR", "AR-X")
    assert sense.place.public_code == "geonames:10"
    assert read.meanings("en", "Argentines")[0].use is Use.DEMONYM
    assert read.meanings("ru", "Пример")[0].place == sense.place
    assert (read.given, read.family) == (frozenset({"Ana"}), frozenset({"Gómez"}))
    assert read.made_from == mark_of_tables()


def test_of_cities_of_one_name_the_largest_is_the_capital() -> None:
    cities = [city("Washington", "US", "DC", 600_000) | {"geonameid": 1}, city("Washington", "US", "UT", 20_000)]
    assert capital_cities(cities, {("US", "Washington")}) == {1}


@pytest.mark.parametrize(
    ("language", "name", "names"),
    [
        ("zh", "四川省", ["四川", "四川省"]),
        ("ru", "Новосибирская область", ["Новосибирск*"]),
        ("es", "Provincia de Álava", ["Provincia de Álava", "Álava"]),
        ("ar", "\u200eمحافظة البصرة", ["البصرة", "محافظة البصرة"]),
        ("fr", "Var", []),
    ],
)
def test_names_of_subdivisions_lose_the_word_for_their_kind(language: str, name: str, names: list[str]) -> None:
    assert list(written(language, name)) == names


def test_a_table_with_an_unknown_code_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown codes"):
        add_forms(draft(), "en", "Atlantis", "ZZ", "n")


def test_names_are_written_plainly() -> None:
    assert plain("Çanakkale’sı") == "Canakkale'si"
    assert (script_of("Пекин"), script_of("北京"), script_of("Paris"), script_of("12")) == ("Cyrl", "Hani", None, None)
