"""Which of the new documents are copies, and of what.

Four steps in order of cost: same address, same guid, same text, nearly the same text. Documents are numbered in the
order in which they survive, so the smallest number of a cluster stands for it, and the order of arrival is nowhere.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schemas.articles import Method
from schemas.fingerprints import Fingerprint, Known, Verdict
from transforms.similarity.candidates import Pairs, candidate_pairs, postings
from transforms.similarity.clusters import components
from transforms.similarity.furniture import without_furniture
from transforms.similarity.sketches import Rows, Sketches, sketches
from transforms.similarity.stories import (
    Document,
    LargeCluster,
    Merge,
    in_order_of_survival,
    large_clusters,
    merges,
    stories,
    verdicts,
)
from transforms.similarity.verify import Edges, alike, joined, verify


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Verdicts in the order of the new documents, merges by old id, and what somebody should look at."""

    verdicts: tuple[Verdict, ...]
    merges: tuple[Merge, ...]
    large_clusters: tuple[LargeCluster, ...]
    hot_keys: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Different texts of a day: fifty thousand copies of one text are compared with others once.

    `row` is the text of each document, `holders` one document of each text; the first `new` texts have a new one.
    """

    row: Rows
    holders: Rows
    new: int
    sketches: Sketches


def resolve(new: Sequence[Fingerprint], known: Sequence[Known]) -> Resolution:
    """Tie new documents to each other and to known stories; the same for any order of both.

    Ids in `new` are distinct and not in `known`. Known stories are never split, nor compared among themselves.
    """
    documents = in_order_of_survival(new, known)
    texts = _texts(documents)
    found = postings(texts.sketches.keys)
    near = joined([verify(texts.sketches, block) for block in candidate_pairs(found, new=texts.new)])
    levels = _levels(documents, texts, near)
    told = stories(documents, levels[-1].tolist())
    methods, similarity = _ties(documents, texts, near, levels)
    by_id = {each.article_id: each for story in told for each in verdicts(story, methods, similarity)}
    return Resolution(
        verdicts=tuple(by_id[each.article_id] for each in new),
        merges=tuple(merges(told)),
        large_clusters=tuple(large_clusters(told)),
        hot_keys=found.hot_keys,
    )


def _texts(documents: Sequence[Document]) -> Texts:
    rows: dict[Hashable, int] = {}
    row, holders, new = np.empty(len(documents), np.int64), list[int](), 0
    for index in sorted(range(len(documents)), key=lambda each: documents[each].known is not None):
        one = documents[index].fingerprint
        day = one.published_at.date() if one.published_at else None
        row[index] = rows.setdefault((one.content_hash, day), len(rows))
        if row[index] == len(holders):
            holders.append(index)
            new += documents[index].known is None
    told = without_furniture(sketches([documents[each].fingerprint for each in holders]))
    return Texts(row=row, holders=np.array(holders, np.int64), new=new, sketches=told)


def _levels(documents: Sequence[Document], texts: Texts, near: Edges) -> list[Rows]:
    """Clusters by the first method, by the first two, and so on. Known stories hold together from the start."""
    links = [_stars(each.known.cluster_id if each.known else None for each in documents)]
    levels = []
    for step in _steps(documents, texts, near):
        links.append(_with_a_new_one(step, documents))
        levels.append(components(len(documents), *links))
    return levels


def _steps(documents: Sequence[Document], texts: Texts, near: Edges) -> tuple[Pairs, Pairs, Pairs, Pairs]:
    """Links by each method, in the order of Method.

    Within a site the address is trusted, also when its text changed. Across sites it is a claim of the page
    (rel=canonical), and a guid is one of a feed that may give the same to all items: both need texts that are alike.
    """
    ones = [each.fingerprint for each in documents]
    sites = np.unique([each.site or "" for each in ones], return_inverse=True)[1]
    at_home = _stars((each.url_key, each.site) if each.url_key else None for each in ones)
    anywhere = _stars(each.url_key for each in ones)
    abroad = anywhere.at(np.flatnonzero(sites[anywhere.left] != sites[anywhere.right]))
    return (
        _together(at_home, _alike_only(abroad, texts)),
        _alike_only(_stars(each.guid_key for each in ones), texts),
        _stars(each.content_hash for each in ones),
        Pairs(left=texts.holders[near.pairs.left], right=texts.holders[near.pairs.right]),
    )


def _stars(keys: Iterable[Hashable | None]) -> Pairs:
    """Each later holder of a key with the first."""
    firsts: dict[Hashable, int] = {}
    pairs = [(firsts.setdefault(key, index), index) for index, key in enumerate(keys) if key is not None]
    left, right = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return Pairs(left=left, right=right).at(np.flatnonzero(left != right))


def _alike_only(pairs: Pairs, texts: Texts) -> Pairs:
    rows = Pairs(left=texts.row[pairs.left], right=texts.row[pairs.right])
    return pairs.at(np.flatnonzero(alike(texts.sketches, rows)))


def _with_a_new_one(pairs: Pairs, documents: Sequence[Document]) -> Pairs:
    is_new = np.array([each.known is None for each in documents], dtype=np.bool_)
    return pairs.at(np.flatnonzero(is_new[pairs.left] | is_new[pairs.right]))


def _together(one: Pairs, other: Pairs) -> Pairs:
    return Pairs(left=np.concatenate((one.left, other.left)), right=np.concatenate((one.right, other.right)))


def _ties(
    documents: Sequence[Document], texts: Texts, near: Edges, levels: Sequence[Rows]
) -> tuple[dict[str, Method], dict[str, float]]:
    """By which method each document is folded: the first by which its cluster has one that survives it."""
    ids = [each.fingerprint.article_id for each in documents]
    folded = np.stack([each != np.arange(len(ids)) for each in levels])
    first = np.argmax(folded, axis=0)
    methods = {ids[each]: tuple(Method)[first[each]] for each in np.flatnonzero(folded.any(axis=0))}
    likeness = np.where(first == len(levels) - 1, _likeness(texts, near, levels[-2]), 1.0)
    return methods, dict(zip(ids, likeness.tolist(), strict=True))


def _likeness(texts: Texts, near: Edges, cheaper: Rows) -> NDArray[np.float64]:
    """Likeness of each document to its nearest relative; one that has none by itself takes that of its twins."""
    of_text = np.zeros(len(texts.holders))
    for ends in (near.pairs.left, near.pairs.right):
        np.maximum.at(of_text, ends, near.similarity)
    own = of_text[texts.row]
    of_twins = np.zeros(len(own))
    np.maximum.at(of_twins, cheaper, own)
    return np.where(own > 0, own, of_twins[cheaper])
