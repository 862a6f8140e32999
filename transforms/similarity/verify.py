"""The rule that tells copies from stories that only sound alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from transforms.similarity.candidates import Pairs
from transforms.similarity.sketches import Ragged, Rows, Sketches

# Tuned on the stories of one half of benchmarks/duplicates.py; docs/duplicates.md has the figures of the other.
DAYS = 86_400
WINDOW = 3 * DAYS  # FACTS: 60 shared 3-grams within 3 days were right 23 times of 26, ratios alone 2 of 9
SHARED = 48  # 3-grams, scaled up from the sample: cut-off reprints of short items have no more
SHARED_APART = 60  # where hardly a number agrees: items of two sentences that are filled in anew each day
SHARED_LOOSE = 72  # more than a quoted paragraph has; with 64 two stories with one strange paragraph became one
SHORT = 120  # distinct 3-grams of the smaller text, furniture aside
SHORT_SHARED, SHORT_NUMBERS = 12, 0.25  # the second: of the numbers of the text with fewer
# Texts made of numbers (weather, markets, earnings) are one template over and over. Where no furniture was known, 57 of
# 23,224 pairs of such texts passed; at .5 of their numbers 10, and .002 of all copies were lost.
FIGURES, FIGURES_SHARE, FIGURES_AGREE = 6, 0.08, 0.4  # one word in twelve is a number: so many must agree
MANY_FIGURES, MANY_AGREE = 12, 0.1  # so many numbers and hardly one in common: no update changes all of them
# What a story begins with is its own; a quote and the background of a follow-up stand elsewhere. Half of one lead must
# stand in the other text, whoever took it from whom; where little else is shared, some of both.
LEAD_SHARE, OTHER_LEAD_SHARE = 0.5, 0.2
HALF = np.uint64(32)
NO_ROWS: Rows = np.zeros(0, np.int64)
PAIRS_AT_ONCE = 20_000  # at most 512 hashes a text: bounds memory at 160 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Either ratio is enough."""

    jaccard: float
    containment: float


LONG = Likeness(jaccard=0.28, containment=0.6)
LOOSE = Likeness(jaccard=0.2, containment=0.4)  # updates
BRIEF = Likeness(jaccard=0.35, containment=0.6)
STRICT = Likeness(
    jaccard=0.6, containment=0.9
)  # same site, unknown site, or unknown date: furniture looks like copying


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How two samples meet, pair by pair; counts are scaled up to the whole texts."""

    shared: Rows
    smaller: Rows
    jaccard: NDArray[np.float64]
    containment: NDArray[np.float64]

    def reaches(self, likeness: Likeness) -> NDArray[np.bool_]:
        return (self.jaccard >= likeness.jaccard) | (self.containment >= likeness.containment)

    @property
    def likeness(self) -> NDArray[np.float64]:
        """By which the nearest of several is told: the larger of the two ratios."""
        return np.maximum(self.jaccard, self.containment)

    def at(self, chosen: Rows) -> "Overlap":
        return Overlap(**{each.name: getattr(self, each.name)[chosen] for each in fields(self)})

    def replaced(self, rows: Rows, others: "Overlap") -> "Overlap":
        """The same with other figures for some pairs."""
        place = np.arange(len(self.shared))
        place[rows] = len(place) + np.arange(len(rows))
        return Overlap.joined([self, others]).at(place)

    @classmethod
    def joined(cls, parts: Sequence["Overlap"]) -> "Overlap":
        none = cls(shared=NO_ROWS, smaller=NO_ROWS, jaccard=np.zeros(0), containment=np.zeros(0))
        names = [each.name for each in fields(cls)]
        return cls(**{name: np.concatenate([getattr(each, name) for each in (none, *parts)]) for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """Pairs that are copies, and how they meet."""

    pairs: Pairs
    overlap: Overlap


def verify(documents: Sketches, pairs: Pairs) -> Edges:
    """Keep the pairs that the rule takes for copies."""
    return joined([_verified(documents, each) for each in _parts(pairs)])


def joined(parts: list[Edges]) -> Edges:
    empty = np.zeros(0, np.int64)
    return Edges(
        pairs=Pairs(
            left=np.concatenate([empty, *(each.pairs.left for each in parts)]),
            right=np.concatenate([empty, *(each.pairs.right for each in parts)]),
        ),
        overlap=Overlap.joined([each.overlap for each in parts]),
    )


def overlaps(documents: Sketches, pairs: Pairs) -> Overlap:
    """Compare any number of pairs in bounded memory."""
    return Overlap.joined([overlap(documents, each) for each in _parts(pairs)])


def overlap(documents: Sketches, pairs: Pairs) -> Overlap:
    """Compare samples at the rate of the sparser one: of the denser its prefix is taken."""
    rates = np.maximum(documents.rates[pairs.left], documents.rates[pairs.right])
    left, right = (_thinned(documents.sample.take(each), rates) for each in (pairs.left, pairs.right))
    shared = _shared(left, right)
    smaller: Rows = np.minimum(left.lengths, right.lengths)
    union = left.lengths + right.lengths - shared
    return Overlap(
        shared=shared << rates,
        smaller=smaller << rates,
        jaccard=shared / np.maximum(1, union),
        containment=shared / np.maximum(1, smaller),
    )


def _parts(pairs: Pairs) -> Iterator[Pairs]:
    return (pairs.at(slice(start, start + PAIRS_AT_ONCE)) for start in range(0, len(pairs), PAIRS_AT_ONCE))


def _verified(documents: Sketches, pairs: Pairs) -> Edges:
    pairs = pairs.at(np.flatnonzero(_near_in_time(documents, pairs)))
    met, agreement = overlap(documents, pairs), _number_agreement(documents, pairs)
    one, other = _lead_shares(documents, pairs)
    brief = (met.smaller <= SHORT) & (met.shared >= SHORT_SHARED) & met.reaches(BRIEF) & (agreement >= SHORT_NUMBERS)
    long = (met.shared >= np.where(agreement >= SHORT_NUMBERS, SHARED, SHARED_APART)) & met.reaches(LONG)
    loose = (met.shared >= SHARED_LOOSE) & met.reaches(LOOSE) & (np.minimum(one, other) >= OTHER_LEAD_SHARE)
    copies = (brief | long | loose) & (met.reaches(STRICT) | ~_needs_more(documents, pairs))
    copies &= (met.jaccard >= STRICT.jaccard) | (np.maximum(one, other) >= LEAD_SHARE)
    copies &= ~_one_template(documents, pairs, agreement)
    chosen = np.flatnonzero(copies)
    return Edges(pairs=pairs.at(chosen), overlap=met.at(chosen))


def _needs_more(documents: Sketches, pairs: Pairs) -> NDArray[np.bool_]:
    left, right = documents.sites[pairs.left], documents.sites[pairs.right]
    undated = ~_both(documents.dated, pairs)
    return (left == right) | (left == 0) | (right == 0) | undated


def _near_in_time(documents: Sketches, pairs: Pairs) -> NDArray[np.bool_]:
    """What has no date of publication counts as published when it was read."""
    return np.abs(documents.moments[pairs.left] - documents.moments[pairs.right]) <= WINDOW


def _one_template(documents: Sketches, pairs: Pairs, agreement: NDArray[np.float64]) -> NDArray[np.bool_]:
    numbers, words = documents.numbers.lengths, documents.sample.lengths << documents.rates
    dense = _both((numbers >= FIGURES) & (numbers >= FIGURES_SHARE * words), pairs)
    return (dense & (agreement < FIGURES_AGREE)) | (_both(numbers >= MANY_FIGURES, pairs) & (agreement < MANY_AGREE))


def _lead_shares(documents: Sketches, pairs: Pairs) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How much of what either of the two begins with stands anywhere in the other; 1 where it begins with nothing."""
    rates = np.maximum(documents.rates[pairs.left], documents.rates[pairs.right])
    whole, leads = documents.sample, documents.sample.keep(documents.lead)

    def share(one: Rows, other: Rows) -> NDArray[np.float64]:
        lead = _thinned(leads.take(one), rates)
        shared = _shared(lead, _thinned(whole.take(other), rates))
        return np.where(lead.lengths, shared / np.maximum(1, lead.lengths), 1.0)

    return share(pairs.left, pairs.right), share(pairs.right, pairs.left)


def _both(holds: NDArray[np.bool_], pairs: Pairs) -> NDArray[np.bool_]:
    return holds[pairs.left] & holds[pairs.right]


def _number_agreement(documents: Sketches, pairs: Pairs) -> NDArray[np.float64]:
    """Share of the numbers of the text with fewer that the other has too; 1 where it has none."""
    left, right = documents.numbers.take(pairs.left), documents.numbers.take(pairs.right)
    fewer = np.minimum(left.lengths, right.lengths)
    shared = _shared(left, right)
    return np.where(fewer == 0, 1.0, shared / np.maximum(1, fewer))


def _thinned(sets: Ragged, rates: Rows) -> Ragged:
    """Only the hashes below 2^32 / 2^rate."""
    rest = (32 - rates).astype(np.uint64)[sets.rows]
    return sets.keep((sets.values >> rest) == 0)


def _shared(left: Ragged, right: Ragged) -> Rows:
    """Size of the intersection, pair by pair."""
    coded = np.sort(np.concatenate((_coded(left), _coded(right))))
    met = coded[1:][coded[1:] == coded[:-1]]
    return np.bincount((met >> HALF).astype(np.int64), minlength=len(left.lengths))


def _coded(sets: Ragged) -> NDArray[np.uint64]:
    """Pair and hash in one number."""
    return (sets.rows.astype(np.uint64) << HALF) | sets.values
