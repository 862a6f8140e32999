"""What a run should make of the sample site."""

from collections import Counter

from pipelines.demo.listings import Fate, encoded, expect, list_links
from pipelines.demo.stories import stories
from pipelines.demo.tables import publications, sources
from schemas.articles import Method
from schemas.failures import Reason

ORIGINS = {key: f"http://127.0.0.1:{each.port}" for key, each in publications().items()}
LISTINGS = list_links(ORIGINS)
EXPECTED = expect(LISTINGS)


def test_every_link_has_one_fate() -> None:
    assert len(LISTINGS) == sum(len(each.given) for each in EXPECTED.values())
    assert len(LISTINGS) == len(EXPECTED) + sum(each.dropped for each in EXPECTED.values())


def test_links_of_one_key_agree() -> None:
    for expected in EXPECTED.values():
        group = [each for each in LISTINGS if each.key == expected.key]
        assert {(each.fate, each.reason, each.story and each.story.id) for each in group} == {
            (expected.fate, expected.reason, expected.story)
        }


def test_reasons_are_those_of_the_records() -> None:
    for each in EXPECTED.values():
        closed = {Fate.ARTICLE: (), Fate.DUPLICATE: tuple(Method), Fate.FAILURE: tuple(Reason)}[each.fate]
        assert each.reason in closed or (each.fate is Fate.ARTICLE and each.reason is None)
    assert {each.failure for each in sources().values() if each.failure} <= set(Reason)


def test_all_faults_are_there() -> None:
    failures = Counter(each.reason for each in EXPECTED.values() if each.fate is Fate.FAILURE)
    page, transport = ["too_large", "unsupported_type", "too_short"], ["not_found", "gone", "timeout_first_byte"]
    assert failures == Counter([*page, *transport, "robots_denied", "bad_scheme"])


def test_copies_are_recognised_in_every_way() -> None:
    methods = Counter(each.reason for each in EXPECTED.values() if each.fate is Fate.DUPLICATE)
    assert set(methods) == set(Method)
    assert methods["near"] >= 5


def test_every_story_is_listed_and_stands_once() -> None:
    articles = [each.story for each in EXPECTED.values() if each.fate is Fate.ARTICLE]
    originals = [each.id for each in stories().values() if each.copy_of is None]
    assert sorted(filter(None, articles)) == originals
    assert {each.original for each in EXPECTED.values() if each.story} == set(originals)


def test_links_stand_in_more_than_one_source_and_in_more_than_one_form() -> None:
    repeated = [each for each in EXPECTED.values() if each.dropped]
    assert len(repeated) >= 10
    assert any(len({url for _, url in each.given}) > 1 for each in repeated)
    assert any(len({url for _, url in each.given}) == 1 for each in repeated)


def test_keys_are_percent_encoded() -> None:
    assert encoded("http://127.0.0.1/2026/云?a=b") == "http://127.0.0.1/2026/%E4%BA%91?a=b"
    assert all(each.isascii() for each in EXPECTED)
    assert not all(url.isascii() for each in EXPECTED.values() for _, url in each.given)


def test_ties_hold_for_both_sides() -> None:
    tied = [(each.original, each.fate) for each in EXPECTED.values() if each.tied]
    assert sorted(tied) == [
        ("herald-atacama-telescope", Fate.ARTICLE),
        ("herald-atacama-telescope", Fate.DUPLICATE),
        ("herald-reef-nurseries", Fate.ARTICLE),
        ("herald-reef-nurseries", Fate.DUPLICATE),
    ]
