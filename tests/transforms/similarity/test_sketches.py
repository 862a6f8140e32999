from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from schemas.fingerprints import Fingerprint
from transforms.similarity.fingerprint import pack
from transforms.similarity.sketches import Ragged, runs, sketches, spans

Make = Callable[..., Fingerprint]
Tell = Callable[..., str]

SETS = st.lists(st.lists(st.integers(0, 2**32 - 1), unique=True, max_size=5).map(sorted), max_size=6)


def ragged(sets: list[list[int]]) -> Ragged:
    return Ragged.of([pack(np.array(each, dtype=np.uint64)) for each in sets])


def listed(found: Ragged) -> list[list[int]]:
    return [each.tolist() for each in np.split(found.values, found.starts[1:-1])] if len(found.lengths) else []


@given(SETS, st.data())
def test_sets_of_documents_are_taken_in_the_order_asked_for(sets: list[list[int]], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.sampled_from(range(len(sets))), max_size=8)) if sets else []
    assert listed(ragged(sets).take(np.array(rows, dtype=np.int64))) == [sets[each] for each in rows]


@given(SETS)
def test_documents_stay_when_their_values_go(sets: list[list[int]]) -> None:
    packed = ragged(sets)
    even = listed(packed.keep(packed.values % np.uint64(2) == 0))
    assert even == [[each for each in one if each % 2 == 0] for one in sets]


def test_spans_and_runs_are_each_others_picture() -> None:
    starts, lengths = runs(np.array([4, 4, 7, 9, 9, 9]))
    assert (starts.tolist(), lengths.tolist()) == ([0, 2, 3], [2, 1, 3])
    assert spans(starts, lengths).tolist() == [0, 1, 2, 3, 4, 5]
    assert runs(np.zeros(0))[0].size == 0


def test_unknown_sites_and_dates_have_values_of_their_own(document: Make, story: Tell) -> None:
    told = sketches(
        [
            document("a", story(1), site=None, published_at=None),
            document("b", story(2), site="s.example"),
            document("c", story(3), site="s.example"),
        ]
    )
    assert (told.sites == 0).tolist() == [True, False, False]
    assert told.sites[1] == told.sites[2]
    assert told.dated.tolist() == [False, True, True]
