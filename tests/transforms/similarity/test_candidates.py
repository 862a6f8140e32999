from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.similarity import candidates
from transforms.similarity.candidates import HOT_DOCUMENTS, SHARED_KEYS, candidate_pairs, postings
from transforms.similarity.fingerprint import pack
from transforms.similarity.sketches import Ragged

SETS = st.lists(st.lists(st.integers(0, 9), unique=True, max_size=5).map(sorted), max_size=12)


def ragged(sets: list[list[int]]) -> Ragged:
    return Ragged.of([pack(np.array(each, dtype=np.uint64)) for each in sets])


def found(sets: list[list[int]], new: int) -> list[tuple[int, int]]:
    blocks = list(candidate_pairs(postings(ragged(sets)), new=new))
    return [pair for each in blocks for pair in zip(each.left.tolist(), each.right.tolist(), strict=True)]


@given(SETS, st.data())
@settings(deadline=None)
def test_pairs_are_those_that_a_plain_loop_finds(sets: list[list[int]], data: st.DataObject) -> None:
    new = data.draw(st.integers(0, len(sets)))
    plain = Counter(
        (left, right) for left, right in combinations(range(len(sets)), 2) for _ in {*sets[left]} & {*sets[right]}
    )
    assert found(sets, new) == sorted(pair for pair, shared in plain.items() if shared >= SHARED_KEYS and pair[0] < new)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sets = [[1, 2, 3], [1, 2], [2, 3], [1, 3], [5, 6], [5, 6]]
    whole = found(sets, 6)
    monkeypatch.setattr(candidates, "PAIRS_AT_ONCE", 1)
    assert found(sets, 6) == whole
    assert len(whole) == 4


@pytest.mark.parametrize(("documents", "hot"), [(HOT_DOCUMENTS, 0), (HOT_DOCUMENTS + 1, 2)])
def test_a_hot_key_pairs_nobody_and_is_counted(documents: int, hot: int) -> None:
    sets = [[1, 2] for _ in range(documents)]
    assert postings(ragged(sets)).hot_keys == hot
    assert bool(found(sets, documents)) == (hot == 0)


def test_documents_of_a_hot_key_still_meet_over_their_other_keys() -> None:
    sets = [[1, 7, 8], *([1, each + 100] for each in range(HOT_DOCUMENTS)), [1, 7, 8]]
    assert found(sets, len(sets)) == [(0, len(sets) - 1)]
