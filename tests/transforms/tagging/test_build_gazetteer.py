from typing import Any

import pytest

from transforms.tagging.build_gazetteer import add_forms, packed
from transforms.tagging.gazetteer import Gazetteer, Kind, Use
from transforms.tagging.gazetteer_sources import Draft, add_city, add_subdivision, admin_codes, plain, script_of


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
    text = packed(made, (["Ana"], ["Gómez"]))
    assert text == packed(made, (["Ana"], ["Gómez"]))
    read = Gazetteer(text)
    (sense,) = read.shared["Rio Cuarto"]
    assert (sense.place.kind, sense.place.country, sense.place.subdivision) == (Kind.CITY, "AR", "AR-X")
    assert read.own("en")["Argentines"][0].use is Use.DEMONYM
    assert "Пример" in read.own("ru")
    assert (read.given, read.family) == (frozenset({"Ana"}), frozenset({"Gómez"}))


def test_a_table_with_an_unknown_code_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown codes"):
        add_forms(draft(), "en", "Atlantis", "ZZ", "n")


def test_names_are_written_plainly() -> None:
    assert plain("Çanakkale’sı") == "Canakkale'si"
    assert (script_of("Пекин"), script_of("北京"), script_of("Paris"), script_of("12")) == ("Cyrl", "Hani", None, None)
