from transforms.tagging.gazetteer import Kind, shipped
from transforms.tagging.names import names_for
from transforms.tagging.tables import DATA


def test_the_shipped_gazetteer_has_every_country_and_its_credit() -> None:
    countries = [place for place in shipped().places if place.kind is Kind.COUNTRY]
    assert len(countries) >= 249
    assert len({place.code for place in countries}) == len(countries)


def test_the_packed_file_stays_small() -> None:
    assert (DATA / "gazetteer.tsv.gz").stat().st_size < 2_000_000


def test_codes_are_iso_3166() -> None:
    by_code = shipped().by_code
    assert by_code["CN-XJ"].name == "Xinjiang"
    assert by_code["CN-XJ"].country == "CN"
    assert by_code["US-GA"].name == "Georgia"


def test_cities_know_their_subdivision() -> None:
    found = {(place.name, place.country): place.subdivision for place in shipped().places if place.kind is Kind.CITY}
    expected = {
        ("Ürümqi", "CN"): "CN-XJ",
        ("Munich", "DE"): "DE-BY",
        ("Lyon", "FR"): "FR-ARA",
        ("Kyoto", "JP"): "JP-26",
    }
    assert {key: found[key] for key in expected} == expected


def test_english_stands_in_for_names_that_a_language_lacks() -> None:
    own = shipped().own("ha")
    assert own["Afghanistan"][0].place.code == "AF"
    assert own["Amurka"][0].place.code == "US"


def test_a_language_in_another_script_reads_no_latin_names_but_those_of_bodies() -> None:
    own = shipped().own("ru")
    assert "Paris" not in own
    assert "NATO" in own


def test_names_are_built_once() -> None:
    assert names_for("en") is names_for("en")
