"""Data files of the sample site."""

import pytest

from pipelines.demo.stories import stories
from pipelines.demo.tables import SITE, furniture, publications, read_rows, robots, sources, template


def test_a_lone_dash_is_absent() -> None:
    assert publications()["wire"].country is None
    assert publications()["herald"].country == "GB"


def test_ports_are_distinct_and_outside_the_range_of_the_system() -> None:
    ports = [each.port for each in publications().values()]
    assert len(set(ports)) == len(ports)
    assert min(ports) > 1024


def test_every_source_lives_on_a_publication() -> None:
    assert {each.host for each in sources().values()} <= set(publications())


@pytest.mark.parametrize("name", sorted({each.template for each in stories().values()}))
def test_every_template_that_is_named_is_there(name: str) -> None:
    assert "$title" in template(name)


def test_furniture_speaks_every_language_of_the_stories() -> None:
    assert {each.language for each in stories().values()} <= set(furniture())


def test_only_some_hosts_have_robots_rules() -> None:
    assert "Disallow: /private/" in (robots("herald") or "")
    assert robots("wire") is None


def test_tables_name_their_origin_and_the_folder_its_licence() -> None:
    assert "CC0" in (SITE / "LICENSE.txt").read_text(encoding="utf-8")
    for name in ("publications", "sources", "links", "furniture"):
        assert "CC0" in (SITE / f"{name}.tsv").read_text(encoding="utf-8").splitlines()[0]
        assert read_rows(f"{name}.tsv")
