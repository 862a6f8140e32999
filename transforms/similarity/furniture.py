"""Hashes that stand on many pages of one site tell nothing about a story."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from transforms.similarity.shingles import Hashes, mixed
from transforms.similarity.sketches import Ragged, Rows, Sketches, offsets, runs, spans

FURNITURE_DOCUMENTS = 5  # FACTS: pair precision .908 to .983, stable from 3 to 20 documents of a site
VALUES_AT_ONCE = 500_000  # bounds memory: 4 MB an array
OWN_SHARE = 0.05  # with less of its own a page is no story in a frame but one of many versions of one story


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """In how many documents of a site a hash stands; `values` are those of `on_site`, sorted and distinct."""

    values: Hashes
    documents: Rows

    def of(self, values: Hashes) -> Rows:
        """0 where nothing is known."""
        if not len(self.values):
            return np.zeros(len(values), np.int64)
        at = np.minimum(np.searchsorted(self.values, values), len(self.values) - 1)
        return np.where(self.values[at] == values, self.documents[at], 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What documents that are not looked at themselves, but were published in the same days, say of hashes."""

    keys: Counts  # by site
    sample: Counts  # by site
    postings: Counts  # of keys, whatever the site, furniture aside


NO_COUNTS = Counts(values=np.zeros(0, np.uint64), documents=np.zeros(0, np.int64))
NOWHERE = Elsewhere(keys=NO_COUNTS, sample=NO_COUNTS, postings=NO_COUNTS)


def without_furniture(documents: Sketches, elsewhere: Elsewhere = NOWHERE) -> Sketches:
    """Drop hashes that recur over a site, but not from pages that would have nothing left."""
    furnished = _furniture(documents.sample, documents.sites, elsewhere.sample)
    versions = _share(furnished, documents.sample) > 1 - OWN_SHARE
    furnished_keys = _furniture(documents.keys, documents.sites, elsewhere.keys)
    kept = ~furnished | versions[documents.sample.rows]
    return replace(
        documents,
        keys=documents.keys.keep(~furnished_keys | versions[documents.keys.rows]),
        sample=documents.sample.keep(kept),
        lead=documents.lead[kept],
    )


def on_site(hashes: Hashes, sites: Hashes) -> Hashes:
    """One number for a hash and the site that it stands on."""
    return hashes ^ mixed(sites)


def counted(values: Hashes) -> Counts:
    """How often each value occurs."""
    ordered = np.sort(values)
    starts, lengths = runs(ordered)
    return Counts(values=ordered[starts], documents=lengths)


def _furniture(hashes: Ragged, sites: Hashes, elsewhere: Counts) -> NDArray[np.bool_]:
    """Which values stand in FURNITURE_DOCUMENTS or more documents of their own site."""
    frequent = np.zeros(len(hashes.values), dtype=np.bool_)
    for documents in _whole_sites(hashes, sites):
        values = on_site(hashes.take(documents).values, np.repeat(sites[documents], hashes.lengths[documents]))
        places = spans(hashes.starts[documents], hashes.lengths[documents])
        frequent[places] = _are_frequent(values, elsewhere)
    return frequent


def _whole_sites(hashes: Ragged, sites: Hashes) -> Iterator[Rows]:
    """Documents with a site, some sites at a time, so that what is sorted at once is bounded but for a vast site."""
    order = np.argsort(sites, kind="stable")
    order = order[np.searchsorted(sites[order], 1) :]  # 0 is none
    starts, _ = runs(sites[order])
    blocks = offsets(hashes.lengths[order])[starts] // VALUES_AT_ONCE
    yield from np.split(order, starts[1:][np.diff(blocks) > 0])


def _are_frequent(values: Hashes, elsewhere: Counts) -> NDArray[np.bool_]:
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    starts, lengths = runs(ordered)
    frequent = np.empty(len(values), dtype=np.bool_)
    frequent[order] = np.repeat(lengths + elsewhere.of(ordered[starts]) >= FURNITURE_DOCUMENTS, lengths)
    return frequent


def _share(chosen: NDArray[np.bool_], hashes: Ragged) -> NDArray[np.float64]:
    """Share of each document's values that are chosen, 0 for a document without any."""
    counts = np.bincount(hashes.rows[chosen], minlength=len(hashes.lengths))
    return counts / np.maximum(1, hashes.lengths)
