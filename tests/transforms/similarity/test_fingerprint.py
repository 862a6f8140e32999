import random
from collections.abc import Callable

import numpy as np
import pytest

from schemas.fingerprints import Fingerprint
from transforms.similarity.fingerprint import (
    MIN_KEYS,
    MOST_NUMBERS,
    WHOLE_SHINGLES,
    key_rate,
    sample_rate,
    unpack,
)
from transforms.similarity.sketches import HASH_BYTES

Make = Callable[..., Fingerprint]
Tell = Callable[..., str]


def sizes(one: Fingerprint) -> tuple[int, int, int]:
    return len(one.keys) // HASH_BYTES, len(one.sample) // HASH_BYTES, len(one.numbers) // HASH_BYTES


def test_a_short_text_keeps_all_of_its_3_grams(document: Make, story: Tell) -> None:
    one = document("a", story(1, 60))
    assert one.shingles == 53
    assert sizes(one)[1:] == (58, 0)


def test_a_very_short_text_still_has_keys_to_be_found_by(document: Make, story: Tell) -> None:
    assert sizes(document("a", story(1, 25)))[0] == MIN_KEYS
    assert sizes(document("a", story(1, 10)))[0] == 3


def test_a_longer_text_keeps_a_quarter_and_one_key_in_eight(document: Make, story: Tell) -> None:
    keys, sample, _ = sizes(document("a", story(1, 2000)))
    assert keys == pytest.approx(2000 / 8, rel=0.2)
    assert sample == pytest.approx(2000 / 4, rel=0.2)


def test_an_endless_text_stays_small(document: Make, story: Tell) -> None:
    one = document("a", story(1, 200_000) + " 1".join(map(str, range(5_000))))
    assert len(one.keys) + len(one.sample) + len(one.numbers) < 6_000
    assert sizes(one)[2] == MOST_NUMBERS


def test_the_sparser_of_two_samples_is_a_prefix_of_the_denser(document: Make, story: Tell) -> None:
    text = story(1, WHOLE_SHINGLES)
    short, long = document("a", text), document("b", text + " " + story(2, 400))
    dense, sparse = unpack(short.sample), unpack(long.sample)
    below = dense[dense < np.uint64(1 << 30)]
    assert (sample_rate(short.shingles), sample_rate(long.shingles)) == (0, 2)
    assert np.isin(below, sparse).all()
    assert not np.isin(dense[len(below) :], sparse).any()


def test_hashes_are_sorted_distinct_little_endian(document: Make, story: Tell) -> None:
    one = document("a", story(1) + " 1 2 3 3 2 1")
    for packed in (one.keys, one.sample, one.numbers):
        values = np.frombuffer(packed, "<u4").astype(object)
        assert (np.diff(values) > 0).all()
    assert sizes(one)[2] == 3


def test_a_text_without_words_has_nothing_to_compare(document: Make) -> None:
    one = document("a", "—— !!")
    assert (one.shingles, sizes(one)) == (0, (0, 0, 0))


@pytest.mark.parametrize(
    ("shingles", "keys", "sample"),
    [(0, 3, 0), (120, 3, 0), (121, 3, 2), (2048, 3, 2), (2049, 4, 3), (4096, 4, 3), (4097, 5, 4)],
)
def test_rates_follow_from_the_length_so_that_they_need_not_be_kept(shingles: int, keys: int, sample: int) -> None:
    assert (key_rate(shingles), sample_rate(shingles)) == (keys, sample)


@pytest.mark.parametrize(("text", "most"), [("word " * 20 + "other ", 61), ("", 0)])
def test_every_hash_of_the_sample_says_whether_it_is_of_the_lead(document: Make, text: str, most: int) -> None:
    made = document("a", text)
    assert len(made.lead) == len(made.sample) // HASH_BYTES
    assert sum(made.lead) <= most


def test_the_lead_of_a_text_without_spaces_is_shorter(document: Make) -> None:
    rng = random.Random(1)
    chinese = "".join(chr(rng.randrange(0x4E00, 0x9FFF)) for _ in range(600))
    made = document("a", chinese)
    assert 0.1 < sum(made.lead) / len(made.lead) < 0.3


def test_a_reprint_of_two_sentences_shares_enough_keys_with_the_whole(document: Make, story: Tell) -> None:
    shared = []
    for seed in range(40):
        text = story(seed, 600)
        one, other = (set(unpack(document("a", each).keys).tolist()) for each in (text, " ".join(text.split()[:30])))
        shared.append(len(one & other))
    assert sum(each >= 2 for each in shared) >= 38
