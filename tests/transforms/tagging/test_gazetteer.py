import ast
import inspect

from transforms.tagging import pack_names
from transforms.tagging.gazetteer import Kind, shipped
from transforms.tagging.names import names_for
from transforms.tagging.pack_names import mark_of_tables
from transforms.tagging.tables import DATA


def test_the_shipped_gazetteer_has_every_country() -> None:
    countries = [place for place in shipped().places() if place.kind is Kind.COUNTRY]
    assert len(countries) >= 249
    assert len({place.code for place in countries}) == len(countries)


def test_it_was_packed_from_the_tables_as_they_are() -> None:
    assert shipped().made_from == mark_of_tables(), "run python -m transforms.tagging.build_gazetteer"


def test_every_table_that_is_read_while_packing_is_part_of_that_mark() -> None:
    read = set()
    for module in ("build_gazetteer", "gazetteer_sources", "gazetteer_translations", "pack_names"):
        source = inspect.getsource(__import__(f"transforms.tagging.{module}", fromlist=["_"]))
        constants = {each.value for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Constant)}
        read |= {each.removesuffix(".tsv") for each in constants if isinstance(each, str) and each.endswith(".tsv")}
    assert read - set(pack_names.PACKED_TABLES) <= {".tsv", ""}


def test_the_packed_file_stays_small() -> None:
    assert (DATA / "gazetteer.tsv.gz").stat().st_size < 2_000_000


def test_codes_are_iso_3166() -> None:
    xinjiang, georgia = shipped().find("CN-XJ"), shipped().find("US-GA")
    assert xinjiang
    assert (xinjiang.name, xinjiang.country) == ("Xinjiang", "CN")
    assert georgia
    assert georgia.name == "Georgia"


def test_a_code_of_an_organisation_is_none_of_a_country() -> None:
    assert [sense.place.public_code for sense in shipped().meanings("en", "African Union")] == ["AU"]
    assert shipped().meanings("en", "African Union")[0].place.kind is Kind.ORGANIZATION
    assert shipped().meanings("en", "Australia")[0].place.kind is Kind.COUNTRY


def test_cities_know_their_subdivision() -> None:
    found = {
        (place.name, place.country): place.subdivision
        for place in shipped().places()
        if place.kind in {Kind.CITY, Kind.CAPITAL}
    }
    expected = {
        ("Ürümqi", "CN"): "CN-XJ",
        ("Munich", "DE"): "DE-BY",
        ("Lyon", "FR"): "FR-ARA",
        ("Kyoto", "JP"): "JP-26",
        ("Casablanca", "MA"): "MA-06",
        ("Tehran", "IR"): "IR-23",
        ("Copenhagen", "DK"): "DK-84",
    }
    assert {key: found[key] for key in expected} == expected


def test_english_stands_in_for_names_that_a_language_lacks() -> None:
    assert shipped().meanings("ha", "Afghanistan")[0].place.code == "AF"
    assert shipped().meanings("ha", "Amurka")[0].place.code == "US"
    assert shipped().meanings("ha", "Germans") == ()


def test_a_language_in_another_script_reads_no_latin_names_but_those_of_bodies() -> None:
    assert shipped().meanings("ru", "Paris") == ()
    assert shipped().meanings("ru", "NATO")[0].place.public_code == "NATO"


def test_names_are_built_once_and_layers_shared() -> None:
    assert names_for("en") is names_for("en")
    assert names_for("de").layers[-1] is names_for("fr").layers[-1]
    assert names_for("ru").layers[-1] is names_for("uk").layers[-1]


def test_nothing_is_read_for_a_name_until_a_text_holds_it() -> None:
    layer = names_for("fr").layers[-1]
    assert sum(isinstance(each, str) for each in layer._entries) > 30_000
