import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.similarity.candidates import Pairs
from transforms.similarity.clusters import components

LINKS = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30)


def pairs(links: list[tuple[int, int]]) -> Pairs:
    left, right = np.array(links, dtype=np.int64).reshape(-1, 2).T
    return Pairs(left=left, right=right)


def flooded(links: list[tuple[int, int]]) -> list[int]:
    labels = list(range(20))
    for _ in labels:
        for one, other in links:
            labels[one] = labels[other] = min(labels[one], labels[other])
    return labels


@given(LINKS, LINKS)
@settings(deadline=None)
def test_labels_are_the_smallest_connected(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    assert components(20, pairs(one), pairs(other)).tolist() == flooded(one + other)


def test_a_long_chain_is_one_cluster() -> None:
    size = 10_000
    chain = Pairs(left=np.arange(1, size)[::-1], right=np.arange(size - 1)[::-1])
    assert not components(size, chain).any()


def test_without_links_everyone_stands_alone() -> None:
    assert components(3).tolist() == [0, 1, 2]
