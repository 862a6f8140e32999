from collections.abc import Callable
from dataclasses import replace

import pytest

from schemas.articles import Method, Relation
from schemas.fingerprints import Fingerprint, Known, Verdict
from transforms.similarity.resolve import resolve
from transforms.similarity.ties import relation

Make = Callable[..., Fingerprint]
Tell = Callable[..., str]


def told(*documents: Fingerprint) -> dict[str, Verdict]:
    return {each.article_id: each for each in resolve(documents, []).verdicts}


def edited(text: str, word: int = 60) -> str:
    words = text.split()
    return " ".join([*words[:word], "lurora", *words[word + 1 :]])


@pytest.mark.parametrize(
    ("agency", "site", "what"),
    [("AP", "b.example", Relation.SYNDICATED), ("AP", "a.example", Relation.COPY), (None, "b.example", Relation.COPY)],
)
def test_the_same_text_elsewhere_is_syndicated_where_an_agency_is_named(
    document: Make, story: Tell, agency: str | None, site: str, what: Relation
) -> None:
    verdict = told(document("a", story(1)), document("b", story(1), site=site, wire_agency=agency, days=1))["b"]
    assert (verdict.relation, verdict.method, verdict.tied_to) == (what, Method.EXACT, "a")


def test_a_part_is_an_excerpt(document: Make, story: Tell) -> None:
    part = " ".join(story(1, 400).split()[:150])
    verdict = told(document("a", story(1, 400)), document("b", part, days=1))["b"]
    assert (verdict.relation, verdict.method) == (Relation.EXCERPT, Method.NEAR)
    assert verdict.containment == 1.0
    assert verdict.similarity < 0.6


def test_a_text_with_much_that_is_new_is_an_update(document: Make, story: Tell) -> None:
    verdict = told(document("a", story(1, 300)), document("b", f"{story(1, 300)} {story(2, 250)}", days=1))["b"]
    assert verdict.relation is Relation.UPDATE


def test_other_numbers_on_one_site_make_an_update_of_almost_the_same_text(document: Make, story: Tell) -> None:
    first, second = (document(id_, f"{story(1)} {n} dead", site="s.example") for id_, n in (("a", 12), ("b", 15)))
    assert told(first, second)["b"].relation is Relation.UPDATE
    assert told(first, replace(second, site="t.example"))["b"].relation is Relation.COPY


def test_equal_texts_are_copies_whatever_else_is_said(document: Make, story: Tell) -> None:
    one = document("a", story(1))
    assert relation(one, replace(one, site="b.example"), jaccard=0.0, containment=0.0) is Relation.COPY


def test_a_copy_is_tied_to_its_nearest_relative_and_not_to_the_first(document: Make, story: Tell) -> None:
    first = story(1, 400)
    second = f"{first} {story(2, 250)}"
    verdicts = told(document("a", first), document("b", second, days=1), document("c", edited(second), days=2))
    assert (verdicts["c"].duplicate_of, verdicts["c"].tied_to) == ("a", "b")
    assert verdicts["c"].similarity > 0.9


def test_a_copy_of_a_known_copy_is_tied_to_that_copy(document: Make, story: Tell) -> None:
    one = document("b", story(1))
    known = Known(fingerprint=one, cluster_id="a", cluster_size=2, duplicate_of="a")
    (verdict,) = resolve([document("c", edited(story(1)), days=1)], [known]).verdicts
    assert (verdict.cluster_id, verdict.duplicate_of, verdict.tied_to) == ("a", "a", "b")


def test_what_stands_for_a_story_is_tied_to_nothing(document: Make, story: Tell) -> None:
    verdict = told(document("a", story(1)), document("b", story(1), days=1))["a"]
    assert (verdict.tied_to, verdict.relation, verdict.method, verdict.duplicate_of) == (None, None, None, None)
