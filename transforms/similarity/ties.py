"""The pair that ties a copy to its story, and what the copy is to the other of the two."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schemas.articles import Method, Relation
from schemas.fingerprints import Fingerprint
from transforms.similarity.candidates import Pairs
from transforms.similarity.sketches import Rows
from transforms.similarity.verify import Overlap

PART = 0.7  # an excerpt has at most so many of the shingles of the text that it is taken from
WITHIN = 0.75  # and so many of its own stand there; the rest is the frame of its site
UNCHANGED = 0.6  # below this Jaccard similarity a text that is no excerpt is another state of the story


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """By what and to which other document a copy is tied."""

    method: Method
    relation: Relation
    other: str
    jaccard: float
    containment: float
    shared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The links of one method, with how alike the two ends are, and the clusters before and after."""

    method: Method
    pairs: Pairs
    overlap: Overlap
    before: Rows
    after: Rows


def ties(documents: Sequence[Fingerprint], steps: Sequence[Step]) -> dict[str, Tie]:
    """For each document with a survivor: the first method that gives it one, and its nearest relative by it."""
    found: dict[str, Tie] = {}
    for step in steps:
        for row, end, link in _nearest(step):
            found.setdefault(documents[row].article_id, _tie(documents[row], documents[end], step, link))
    return found


def _nearest(step: Step) -> Iterator[tuple[int, int, int]]:
    """Documents that this step folds: each with the other end of its nearest link, and the number of that link.

    A document that has none by itself takes that of those that it stood for before. Of links that are equally
    near the one to the document that survives longest counts.
    """
    left, right = step.pairs.left, step.pairs.right
    ends, others = np.concatenate((left, right)), np.concatenate((right, left))
    links = np.tile(np.arange(len(step.pairs)), 2)
    groups = step.before[ends]
    across = np.flatnonzero((groups != step.before[others]) & (step.after[groups] != groups))
    order = across[np.lexsort((others[across], -step.overlap.likeness[links[across]], ends[across] != groups[across]))]
    _, first = np.unique(groups[order], return_index=True)
    chosen = order[first]
    return zip(groups[chosen].tolist(), others[chosen].tolist(), links[chosen].tolist(), strict=True)


def _tie(copy: Fingerprint, other: Fingerprint, step: Step, link: int) -> Tie:
    jaccard, containment = float(step.overlap.jaccard[link]), float(step.overlap.containment[link])
    return Tie(
        method=step.method,
        relation=relation(copy, other, jaccard, containment),
        other=other.article_id,
        jaccard=jaccard,
        containment=containment,
        shared=int(step.overlap.shared[link]),
    )


def relation(copy: Fingerprint, other: Fingerprint, jaccard: float, containment: float) -> Relation:
    """What a copy is to another text."""
    if copy.content_hash != other.content_hash:
        if copy.shingles <= PART * other.shingles and containment >= WITHIN:
            return Relation.EXCERPT
        if jaccard < UNCHANGED or (copy.numbers != other.numbers and copy.site == other.site):
            return Relation.UPDATE
    syndicated = copy.site != other.site and (copy.wire_agency or other.wire_agency)
    return Relation.SYNDICATED if syndicated else Relation.COPY


def same_text(shingles: Rows) -> Overlap:
    """How texts meet themselves."""
    ones: NDArray[np.float64] = np.ones(len(shingles))
    return Overlap(shared=shingles, smaller=shingles, jaccard=ones, containment=ones)
