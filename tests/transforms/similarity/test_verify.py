from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.fingerprints import Fingerprint
from transforms.similarity.candidates import Pairs
from transforms.similarity.fingerprint import pack
from transforms.similarity.sketches import Ragged, Sketches, sketches
from transforms.similarity.verify import LONG, overlap, overlaps, verify

Make = Callable[..., Fingerprint]
Tell = Callable[..., str]

ONE_PAIR = Pairs(left=np.array([0]), right=np.array([1]))
WEATHER = (
    "The day in {0} starts with {1} and ends at {2} degrees under a light wind of {3} knots from the bay. Gusts reach "
    "{4} knots on the hills and rain falls with a chance of {5} percent, {6} millimetres in all. The sun rises at {7} "
    "and sets at {8}, and the water of the harbour has {9} degrees at the old pier."
)


def same(one: Fingerprint, other: Fingerprint) -> bool:
    return len(verify(sketches([one, other]), ONE_PAIR).pairs) == 1


def mixed(text: str, other: str, share: float) -> str:
    """The first words of one text, then those of another."""
    words = text.split()
    kept = int(len(words) * share)
    return " ".join(words[:kept] + other.split()[: len(words) - kept])


@pytest.mark.parametrize(
    ("words", "share", "copies"),
    [(400, 0.9, True), (400, 0.6, True), (400, 0.25, False), (90, 0.9, True), (90, 0.5, False)],
)
def test_between_sites_a_share_of_the_text_makes_a_copy(
    document: Make, story: Tell, words: int, share: float, copies: bool
) -> None:
    text = story(1, words)
    assert same(document("a", text), document("b", mixed(text, story(2, words), share))) == copies


def test_a_truncated_text_is_a_copy_of_the_whole(document: Make, story: Tell) -> None:
    text = story(1, 500)
    edges = verify(sketches([document("a", text), document("b", " ".join(text.split()[:120]))]), ONE_PAIR)
    assert edges.overlap.likeness.tolist() == [1.0]


def test_a_quote_in_a_longer_text_is_no_copy(document: Make, story: Tell) -> None:
    quote = story(1, 80)
    reuse = f"{story(2, 150)} {quote} {story(3, 150)}"
    assert not same(document("a", f"{quote} {story(4, 100)}"), document("b", reuse))


def test_a_dozen_shared_3_grams_are_too_few_for_any_ratio(document: Make, story: Tell) -> None:
    text = story(1, 12)
    assert not same(document("a", text), document("b", text))


@pytest.mark.parametrize(("days", "copies"), [(0, True), (3, True), (3.01, False), (30, False)])
def test_copies_appear_within_three_days(document: Make, story: Tell, days: float, copies: bool) -> None:
    text = story(1)
    assert same(document("a", text), document("b", text, days=days)) == copies


@pytest.mark.parametrize(
    ("given", "share", "copies"),
    [
        ({}, 0.6, True),
        ({"site": "a.example"}, 0.6, False),
        ({"site": "a.example"}, 0.85, True),
        ({"site": None}, 0.6, False),
        ({"site": None}, 0.85, True),
        ({"published_at": None}, 0.6, False),
        ({"published_at": None}, 0.85, True),
    ],
)
def test_one_site_or_an_unknown_site_or_date_asks_for_more(
    document: Make, story: Tell, given: dict[str, Any], share: float, copies: bool
) -> None:
    text = story(1, 400)
    assert same(document("a", text), document("b", mixed(text, story(2, 400), share), **given)) == copies


def test_one_template_filled_twice_stays_apart(document: Make) -> None:
    first = document("a", WEATHER.format("Arvoll", 11, 14, 7, 21, 60, 4, "6.41", "17.03", 9))
    second = document("b", WEATHER.format("Brimsey", 18, 23, 12, 35, 85, 13, "7.12", "18.26", 15))
    assert not same(first, second)


def test_a_template_filled_once_and_copied_is_a_copy(document: Make) -> None:
    text = WEATHER.format("Arvoll", 11, 14, 7, 21, 60, 4, "6.41", "17.03", 9)
    assert same(document("a", text), document("b", text.replace("light", "gentle")))


def test_short_items_with_other_numbers_stay_apart(document: Make, story: Tell) -> None:
    text = story(1, 50)
    assert same(document("a", f"{text} 12 of 40"), document("b", f"{text} 12 of 40 {story(2, 3)}"))
    assert not same(document("a", f"{text} 12 of 40"), document("b", f"{text} 13 of 41"))


def test_a_long_update_may_change_some_numbers(document: Make, story: Tell) -> None:
    text = story(1, 200)
    assert same(
        document("a", f"{text} 12 dead, 40 hurt, 7 missing"), document("b", f"{text} 15 dead, 52 hurt, 7 missing")
    )


def test_a_follow_up_with_the_background_of_the_day_before_is_a_story_of_its_own(document: Make, story: Tell) -> None:
    news, background = story(1, 200), story(2, 250)
    first = document("a", f"{news} {background}")
    assert not same(first, document("b", f"{story(3, 150)} {background}"))
    assert same(first, document("c", background))  # a reprint that begins in the middle: hardly anything else is in it
    assert same(first, document("d", f"{story(4, 60)} {news} {background}"))  # one that begins with a frame


def test_an_update_of_which_little_is_left_begins_as_the_first_state_did(document: Make, story: Tell) -> None:
    lead, rest = story(1, 110), story(2, 110)
    first = document("a", f"{lead} {rest}")
    assert same(first, document("b", f"{lead} {story(3, 140)}"))
    assert not same(first, document("c", f"{story(4, 140)} {lead}"))  # a long quote


def test_where_no_lead_is_known_all_of_a_text_is_one(document: Make, story: Tell) -> None:
    text = story(1, 400)
    old = [replace(each, lead=b"") for each in (document("a", text), document("b", mixed(text, story(2, 400), 0.8)))]
    assert same(*old)


def test_many_numbers_and_hardly_one_in_common_is_a_template(document: Make, story: Tell) -> None:
    words = story(1, 400).split()
    filled = [
        " ".join(f"{word} {start + at}" if at % 20 == 0 else word for at, word in enumerate(words))
        for start in (1000, 5000)
    ]
    assert not same(document("a", filled[0]), document("b", filled[1]))


def test_likeness_alone_asks_for_no_date_nor_site(document: Make, story: Tell) -> None:
    text = story(1)
    told = sketches([document("a", text), document("b", text, days=90, site="a.example"), document("c", story(2))])
    both = Pairs(left=np.array([0, 0]), right=np.array([1, 2]))
    assert overlaps(told, both).reaches(LONG).tolist() == [True, False]


def test_empty_texts_are_like_nothing(document: Make) -> None:
    told = sketches([document("a", "!"), document("b", "!")])
    assert not overlaps(told, ONE_PAIR).reaches(LONG).any()
    assert len(verify(told, ONE_PAIR).pairs) == 0


HASHES = st.lists(st.integers(0, 40).map(lambda each: each << 26 | each), unique=True, max_size=30).map(sorted)


@given(st.lists(st.tuples(HASHES, st.sampled_from([0, 2, 3])), min_size=2, max_size=6))
@settings(deadline=None)
def test_overlaps_are_those_of_plain_sets(samples: list[tuple[list[int], int]]) -> None:
    cut = [({each for each in values if each < 1 << (32 - rate)}, rate) for values, rate in samples]
    told = made([sorted(values) for values, _ in cut], [rate for _, rate in cut])
    left, right = np.triu_indices(len(cut), 1)
    met = overlap(told, Pairs(left=left, right=right))
    for at, (one, other) in enumerate(zip(left, right, strict=True)):
        rate = max(cut[one][1], cut[other][1])
        a, b = ({each for each in cut[row][0] if each < 1 << (32 - rate)} for row in (one, other))
        assert met.shared[at] == len(a & b) << rate
        assert met.jaccard[at] == pytest.approx(len(a & b) / max(1, len(a | b)))
        assert met.containment[at] == pytest.approx(len(a & b) / max(1, min(len(a), len(b))))


def made(samples: list[list[int]], rates: list[int]) -> Sketches:
    ragged = Ragged.of([pack(np.array(each, dtype=np.uint64)) for each in samples])
    count = len(samples)
    return Sketches(
        keys=ragged,
        sample=ragged,
        lead=np.ones(len(ragged.values), np.bool_),
        numbers=ragged,
        rates=np.array(rates),
        sites=np.arange(1, count + 1, dtype=np.uint64),
        moments=np.full(count, timedelta(days=1).total_seconds()),
        dated=np.ones(count, np.bool_),
    )
