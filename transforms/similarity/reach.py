"""Which committed texts new ones could be tied to, found without a look at most of them.

Whoever holds the history hands over its columns, three times, since each look says what the next is about: exact
keys of all rows, keys of those published near the new ones, samples of the same. Between the looks only what matched
is kept. A row of history is known by its number; of rows with one id the last is the article as it is now.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from schemas.fingerprints import Fingerprint
from transforms.similarity.candidates import HOT_DOCUMENTS, SHARED_KEYS
from transforms.similarity.furniture import FURNITURE_DOCUMENTS, OWN_SHARE, Counts, Elsewhere, counted, on_site
from transforms.similarity.hash_sets import HashSet
from transforms.similarity.shingles import Hashes, mixed
from transforms.similarity.sketches import Ragged, Rows, runs, site_hash, sites_of

ID, TEXT = 0, 3  # places among the exact keys
DAY = 86_400_000_000  # microseconds
KEY_FIELDS = ("exact", "site", "published_at", "fetched_at", "keys")
SAMPLE_FIELDS = ("site", "sample")


def spans(new: Iterable[Fingerprint], window: timedelta) -> list[tuple[datetime, datetime]]:
    """Times from which a copy may be, in order; one page of long ago does not make one span of all years."""
    merged: list[tuple[datetime, datetime]] = []
    for moment in sorted({each.published_at or each.fetched_at for each in new}):
        begin = moment - window
        if merged and begin <= merged[-1][1]:
            begin = merged.pop()[0]
        merged.append((begin, moment + window))
    return merged


class ExactLook:
    """Rows with the id, the address, the guid or the text of a new document."""

    def __init__(self, new: Sequence[Fingerprint]) -> None:
        keys = _exact([each.exact for each in new])
        self._wanted = [HashSet(column[column != 0]) for column in keys.T]
        self._any = HashSet(keys[keys != 0])
        self._ids: list[Hashes] = []
        self._numbers: list[Rows] = []
        self._met: list[NDArray[np.uint64]] = []

    def look(self, numbers: Rows, keys: NDArray[np.uint64]) -> None:
        """All rows, in the order of their numbers."""
        self._ids.append(keys[:, ID].copy())
        hits = np.unique(self._any.find(keys.reshape(-1)) // len(self._wanted))
        met = np.zeros((len(hits), len(self._wanted)), np.uint64)
        for at, wanted in enumerate(self._wanted):
            places = wanted.find(keys[hits, at])
            met[places, at] = keys[hits[places], at]
        own = np.flatnonzero(met.any(axis=1))  # not the address of one that is the id of another
        self._numbers.append(numbers[hits[own]])
        self._met.append(met[own])

    def numbers(self) -> Rows:
        """Of fifty thousand rows that match in the same keys the first and the last are enough."""
        numbers = self.newest(_joined(self._numbers, np.int64))
        met = np.concatenate([np.zeros((0, len(self._wanted)), np.uint64), *self._met])
        met = met[np.searchsorted(_joined(self._numbers, np.int64), numbers)]
        return _first_and_last(numbers, np.unique(met, axis=0, return_inverse=True)[1].astype(np.uint64))

    def newest(self, numbers: Rows) -> Rows:
        """Without rows that are no longer what the article is."""
        ids = _joined(self._ids, np.uint64)
        rows = HashSet(ids[numbers]).find(ids)
        return np.intersect1d(numbers, rows[_lasts(ids[rows])])


class KeyLook:
    """Rows that share keys with new documents, as far as those keys tell something."""

    def __init__(self, new: Sequence[Fingerprint]) -> None:
        keys, sites = Ragged.of([each.keys for each in new]), sites_of(new)
        self._wanted = HashSet(keys.values)
        self._own = on_site(keys.values, sites[keys.rows])
        self._rows: list[tuple[Rows, Hashes, Hashes]] = []
        self._met: list[tuple[Rows, Hashes, Hashes, Rows]] = []

    def look(self, numbers: Rows, table: pa.Table) -> None:
        """Rows of the days in question, with the columns KEY_FIELDS."""
        exact, keys, sites = _exact(table["exact"].to_pylist()), Ragged.of(table["keys"].to_pylist()), _sites(table)
        places = self._wanted.find(keys.values)
        rows = keys.rows[places]
        self._rows.append((numbers, exact[:, ID], exact[:, TEXT] ^ mixed(_days(table))))
        self._met.append((numbers[rows], keys.values[places], sites[rows], keys.lengths[rows]))

    def matches(self) -> "Matches":
        numbers, ids, texts = (np.concatenate(each) for each in zip(EMPTY_ROWS, *self._rows, strict=True))
        current = _lasts(ids)
        numbers, texts = numbers[current], texts[current]
        order = np.argsort(numbers)
        met = [np.concatenate(each) for each in zip(EMPTY_MET, *self._met, strict=True)]
        return Matches(numbers[order], texts[order], met, self._own)


class Matches:
    """What the second look found: keys in rows, with sites."""

    def __init__(self, numbers: Rows, texts: Hashes, met: Sequence[NDArray[Any]], own: Hashes) -> None:
        self._numbers, self._texts = numbers, texts  # of all rows of the days in question, as they are now
        kept = np.flatnonzero(np.isin(met[0], numbers))
        self._rows, self._keys, self._sites, self._all = (each[kept] for each in met)
        self._placed = on_site(self._keys, self._sites)
        counts = counted(np.concatenate((self._placed[self._counting(self._rows)], own)))
        self._furnished = (counts.of(self._placed) >= FURNITURE_DOCUMENTS) & (self._sites != 0)

    def candidates(self) -> Rows:
        """Rows that may share as many keys with a new document as copies do, and some that do not.

        Of equal texts of a day the first and the last are enough.
        """
        telling = ~self._furnished & ~(self._postings(self._rows).of(self._keys) > HOT_DOCUMENTS)
        found = np.union1d(_often(self._rows[telling], SHARED_KEYS), self._versions())
        return _first_and_last(found, self._texts[np.searchsorted(self._numbers, found)])

    def elsewhere(self, looked_at: Rows, sample: Counts) -> Elsewhere:
        """What the other rows say of hashes."""
        others = self._counting(self._rows) & ~np.isin(self._rows, looked_at)
        return Elsewhere(
            keys=counted(self._placed[others]),
            sample=sample,
            postings=counted(self._keys[others & ~self._furnished]),
        )

    def others(self, looked_at: Rows) -> Rows:
        """Rows that are not looked at, but count for what is furniture: of equal texts of a day one."""
        counting = self._numbers[self._counting(self._numbers)]
        return np.setdiff1d(counting, looked_at, assume_unique=True)

    def _counting(self, rows: Rows) -> NDArray[np.bool_]:
        _, first = np.unique(self._texts, return_index=True)
        counts = np.zeros(len(self._texts), np.bool_)
        counts[first] = True
        return counts[np.searchsorted(self._numbers, rows)]

    def _postings(self, rows: Rows) -> Counts:
        return counted(self._keys[self._counting(rows) & ~self._furnished])

    def _versions(self) -> Rows:
        """Rows with hardly anything but furniture: they keep it."""
        rows, first, counts = np.unique(self._rows[self._furnished], return_index=True, return_counts=True)
        return rows[counts > (1 - OWN_SHARE) * self._all[self._furnished][first]]


class SampleLook:
    """How often hashes of the documents that are looked at stand in others of their sites."""

    def __init__(self, looked_at: Sequence[Fingerprint], others: Rows) -> None:
        sample, sites = Ragged.of([each.sample for each in looked_at]), sites_of(looked_at)
        self._wanted = HashSet(on_site(sample.values, sites[sample.rows]))
        self._counts = np.zeros(len(self._wanted.values), np.int64)
        self._others = others

    def look(self, numbers: Rows, table: pa.Table) -> None:
        """The rows of the second look again, with the columns SAMPLE_FIELDS."""
        chosen = np.flatnonzero(np.isin(numbers, self._others, assume_unique=True))
        sample = Ragged.of(table["sample"].to_pylist()).take(chosen)
        placed = sample.values ^ np.repeat(mixed(_sites(table)[chosen]), sample.lengths)
        met = placed[self._wanted.find(placed)]
        np.add.at(self._counts, np.searchsorted(self._wanted.values, met), 1)

    def counts(self) -> Counts:
        return Counts(values=self._wanted.values, documents=self._counts)


EMPTY_ROWS = (np.zeros(0, np.int64), np.zeros(0, np.uint64), np.zeros(0, np.uint64))
EMPTY_MET = (*EMPTY_ROWS, np.zeros(0, np.int64))


def _exact(packed: Sequence[bytes]) -> NDArray[np.uint64]:
    return np.frombuffer(b"".join(packed), "<u8").astype(np.uint64, copy=False).reshape(len(packed), TEXT + 1)


def _sites(table: pa.Table) -> Hashes:
    codes = table["site"].combine_chunks().dictionary_encode()
    hashes = np.array([*map(site_hash, codes.dictionary.to_pylist()), 0], np.uint64)
    return hashes[codes.indices.fill_null(-1).to_numpy(zero_copy_only=False)]


def _days(table: pa.Table) -> Hashes:
    published, fetched = (table[name].cast(pa.int64()) for name in ("published_at", "fetched_at"))
    moments = np.where(published.is_valid().to_numpy(), published.fill_null(0).to_numpy(), fetched.to_numpy())
    return (moments // DAY).astype(np.uint64)


def _joined(parts: Sequence[NDArray[Any]], kind: type) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, kind), *parts])


def _often(rows: Rows, times: int) -> Rows:
    ordered = np.sort(rows)
    starts, lengths = runs(ordered)
    return ordered[starts[lengths >= times]]


def _lasts(keys: Hashes) -> Rows:
    """Place of the last of equal keys, for each key."""
    _, first = np.unique(keys[::-1], return_index=True)
    return len(keys) - 1 - first


def _first_and_last(numbers: Rows, keys: Hashes) -> Rows:
    """Of numbers with one key, which ascend, the first and the last."""
    _, first = np.unique(keys, return_index=True)
    return numbers[np.union1d(first, _lasts(keys))]
