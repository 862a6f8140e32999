"""Many fingerprints as flat arrays: no Python object for each document or hash."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_64_intdigest

from schemas.fingerprints import Fingerprint
from transforms.similarity.fingerprint import sample_rate, unpack
from transforms.similarity.shingles import Hashes

Rows = NDArray[np.int64]  # indices of documents, or counts of each
HASH_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Ragged:
    """One sorted set of hashes for each document, one after the other; `starts` has one entry more than documents."""

    values: Hashes
    starts: Rows

    @classmethod
    def of(cls, packed: Sequence[bytes]) -> Self:
        starts = accumulate((len(each) // HASH_BYTES for each in packed), initial=0)
        return cls(values=unpack(b"".join(packed)), starts=np.fromiter(starts, np.int64, len(packed) + 1))

    @property
    def lengths(self) -> Rows:
        return np.diff(self.starts)

    @property
    def rows(self) -> Rows:
        """The document of each value."""
        return np.repeat(np.arange(len(self.starts) - 1), self.lengths)

    def take(self, rows: Rows) -> "Ragged":
        """The sets of some documents, in the order asked for."""
        lengths = self.lengths[rows]
        return Ragged(values=self.values[spans(self.starts[rows], lengths)], starts=offsets(lengths))

    def keep(self, kept: NDArray[np.bool_]) -> "Ragged":
        """The same documents with only some of the values."""
        return Ragged(values=self.values[kept], starts=offsets(kept)[self.starts])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketches:
    """What candidates and verification need of each document."""

    keys: Ragged
    sample: Ragged
    lead: NDArray[np.bool_]  # of each value of the sample
    numbers: Ragged
    rates: Rows  # of the sample: its hashes lie below 2^32 / 2^rate
    sites: Hashes  # of the site's name, 0 where it is unknown
    moments: NDArray[np.float64]  # of publication, or else of reading; seconds since 1970
    dated: NDArray[np.bool_]  # whether the publication is known

    def __len__(self) -> int:
        return len(self.rates)


def sketches(fingerprints: Sequence[Fingerprint]) -> Sketches:
    return Sketches(
        keys=Ragged.of([each.keys for each in fingerprints]),
        sample=Ragged.of([each.sample for each in fingerprints]),
        lead=np.frombuffer(b"".join(map(_lead, fingerprints)), np.bool_),
        numbers=Ragged.of([each.numbers for each in fingerprints]),
        rates=np.array([sample_rate(each.shingles) for each in fingerprints], dtype=np.int64),
        sites=sites_of(fingerprints),
        moments=np.array([(each.published_at or each.fetched_at).timestamp() for each in fingerprints], np.float64),
        dated=np.array([each.published_at is not None for each in fingerprints], dtype=np.bool_),
    )


def sites_of(fingerprints: Sequence[Fingerprint]) -> Hashes:
    return np.array([site_hash(each.site) for each in fingerprints], dtype=np.uint64)


def _lead(one: Fingerprint) -> bytes:
    """Where it is not known, as in rows of an older version, all of a text is its lead."""
    return one.lead or bytes([1]) * (len(one.sample) // HASH_BYTES)


def site_hash(site: str | None) -> int:
    """A number for a site, the same in every run; 0 where it is unknown."""
    return xxh3_64_intdigest(site.encode()) if site else 0


def spans(starts: Rows, lengths: Rows) -> Rows:
    """Indices of runs that begin at `starts`, one run after the other."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(starts - (ends - lengths), lengths)


def offsets(lengths: Rows | NDArray[np.bool_]) -> Rows:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)))


def runs(ordered: NDArray[Any]) -> tuple[Rows, Rows]:
    """Start and length of each run of equal values in a sorted array."""
    if not len(ordered):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    starts = np.flatnonzero(np.concatenate((np.ones(1, np.bool_), ordered[1:] != ordered[:-1])))
    return starts, np.diff(np.append(starts, len(ordered)))
