"""Pairs of documents that may be copies: those that share two keys."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from transforms.similarity.furniture import NO_COUNTS, Counts
from transforms.similarity.sketches import Ragged, Rows, offsets, runs, spans

SHARED_KEYS = 2  # benchmarks/duplicates.py: recall .976 of true pairs, at 0.9 candidates a document
HOT_DOCUMENTS = 200  # a key of more is a phrase of the trade, and would ask for 20,000 pairs
PAIRS_AT_ONCE = 1_000_000  # bounds memory: 8 MB an array


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    left: Rows
    right: Rows

    def __len__(self) -> int:
        return len(self.left)

    def at(self, chosen: Rows | slice) -> "Pairs":
        return Pairs(left=self.left[chosen], right=self.right[chosen])


@dataclass(frozen=True, slots=True, kw_only=True)
class Postings:
    """Documents in the order of their keys. `ends` bounds the run of a key, where the run is worth pairing.

    A hot key has no run at all, whichever documents came first: a cap like "the first 200" would hang on order.
    """

    documents: Rows
    ends: Rows
    hot_keys: int


def postings(keys: Ragged, elsewhere: Counts = NO_COUNTS) -> Postings:
    """`elsewhere` counts in how many documents that are not here a key stands, too."""
    order = np.argsort(keys.values, kind="stable")  # stable: documents ascend within a key
    starts, lengths = runs(keys.values[order])
    hot = lengths + elsewhere.of(keys.values[order][starts]) > HOT_DOCUMENTS
    ends = np.repeat(np.where(hot, 0, starts + lengths), lengths)
    return Postings(documents=keys.rows[order], ends=ends, hot_keys=int(hot.sum()))


def candidate_pairs(found: Postings, *, new: int) -> Iterator[Pairs]:
    """Pairs of one of the first `new` documents with a later one, each once, in blocks of bounded size."""
    places = np.argsort(found.documents, kind="stable")
    places = places[: np.searchsorted(found.documents[places], new)]
    partners = found.ends[places] - places - 1
    places, partners = places[partners > 0], partners[partners > 0]
    for block in _blocks(found.documents[places], partners):
        yield _sharing(found, places[block], partners[block])


def _blocks(documents: Rows, partners: Rows) -> Iterator[slice]:
    """Cuts between documents, never within one, so that a block counts all keys of its pairs."""
    starts, lengths = runs(documents)
    bounds = offsets(lengths)
    pairs = offsets(np.add.reduceat(partners, starts)) if len(starts) else bounds
    first = 0
    while first < len(starts):
        last = max(first + 1, int(np.searchsorted(pairs, pairs[first] + PAIRS_AT_ONCE, side="right")) - 1)
        yield slice(int(bounds[first]), int(bounds[last]))
        first = last


def _sharing(found: Postings, places: Rows, partners: Rows) -> Pairs:
    size = int(found.documents.max()) + 1
    right = found.documents[spans(places + 1, partners)]
    coded = np.sort(np.repeat(found.documents[places], partners) * size + right)
    starts, shared = runs(coded)
    pairs = coded[starts[shared >= SHARED_KEYS]]
    return Pairs(left=pairs // size, right=pairs % size)
