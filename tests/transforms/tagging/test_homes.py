import pytest

from schemas.homes import HomeCountry
from schemas.tags import Evidence, EvidenceSource, Region, RegionKind, Role
from transforms.tagging.homes import country_told, home_country, learn_homes
from transforms.tagging.tables import rows


@pytest.mark.parametrize(
    ("host", "listed", "learned", "country"),
    [
        ("www.news.at", "ch", {"news.at": "DE"}, "CH"),
        ("www.news.at", None, {"news.at": "DE"}, "DE"),
        ("www.news.at", None, {}, "AT"),
        ("news.co.uk", None, {}, "GB"),
        ("news.com", None, {}, None),
        ("news.tv", None, {}, None),
        (None, None, {}, None),
    ],
)
def test_the_list_goes_before_what_was_learned_and_that_before_the_domain(
    host: str | None, listed: str | None, learned: dict[str, str], country: str | None
) -> None:
    assert home_country(host, listed, learned) == country


def test_a_home_is_learned_from_many_articles_that_agree() -> None:
    told = [("www.a.com", "NO")] * 15 + [("a.com", "SE")] * 5 + [("b.com", "FI")] * 19 + [("c.com", "DK")] * 20
    mixed = [("d.com", "NO"), ("d.com", "SE")] * 20
    assert learn_homes([*told, *mixed], "v1") == [
        HomeCountry(host="a.com", country="NO", articles=20, share=0.75, version="v1"),
        HomeCountry(host="c.com", country="DK", articles=20, share=1.0, version="v1"),
    ]


def region(code: str, role: Role, *sources: EvidenceSource, kind: RegionKind = RegionKind.COUNTRY) -> Region:
    evidence = tuple(Evidence(source=source, quote=code) for source in sources)
    return Region(code=code, name=code, role=role, score=0.5, evidence=evidence, kind=kind)


def test_nothing_is_learned_from_an_article_whose_home_alone_spoke() -> None:
    spoken = region("NO", Role.ABOUT, EvidenceSource.TEXT, EvidenceSource.HOME_COUNTRY)
    assert country_told([spoken]) == "NO"
    assert country_told([region("NO", Role.ABOUT, EvidenceSource.HOME_COUNTRY)]) is None
    assert country_told([region("NO", Role.MENTIONED, EvidenceSource.TEXT)]) is None
    assert country_told([region("NO-03", Role.ABOUT, EvidenceSource.TEXT, kind=RegionKind.SUBDIVISION), spoken]) == "NO"
    assert country_told([]) is None


def test_no_domain_has_two_countries() -> None:
    listed = [each for _, domains in rows("domains.tsv", 2) for each in domains.split("|")]
    assert len(listed) == len(set(listed))
    assert {"tv", "io", "co", "me", "ai"}.isdisjoint(listed)
