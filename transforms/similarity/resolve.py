"""Which of the new documents are copies, and of what.

Four steps in order of cost: same address, same guid, same text, nearly the same text. Documents are numbered in the
order in which they survive, so the smallest number of a cluster stands for it, and the order of arrival is nowhere.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from schemas.articles import Method
from schemas.fingerprints import Fingerprint, Known, Verdict
from schemas.stories import HOT_KEYS, Merge, Notice
from transforms.similarity.candidates import Pairs, candidate_pairs, postings
from transforms.similarity.clusters import components
from transforms.similarity.furniture import NOWHERE, Elsewhere, without_furniture
from transforms.similarity.sketches import Rows, Sketches, sketches
from transforms.similarity.stories import (
    Document,
    in_order_of_survival,
    large_stories,
    merges,
    stories,
    verdicts,
)
from transforms.similarity.ties import Step, same_text, ties
from transforms.similarity.verify import LONG, Overlap, joined, overlaps, verify


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Verdicts in the order of the new documents, merges by old id, and what somebody should look at."""

    verdicts: tuple[Verdict, ...]
    merges: tuple[Merge, ...]
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Different texts of a day: fifty thousand copies of one text are compared with others once.

    `row` is the text of each document, `holders` one document of each text; the first `new` texts have a new one.
    """

    row: Rows
    holders: Rows
    new: int
    sketches: Sketches


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Pairs that one method takes for copies, and how alike they are."""

    method: Method
    pairs: Pairs
    overlap: Overlap

    def at(self, chosen: Rows) -> "Links":
        return Links(method=self.method, pairs=self.pairs.at(chosen), overlap=self.overlap.at(chosen))


def resolve(new: Sequence[Fingerprint], known: Sequence[Known], elsewhere: Elsewhere = NOWHERE) -> Resolution:
    """Tie new documents to each other and to known stories; the same for any order of both.

    Ids in `new` are distinct and not in `known`. Known stories are never split, nor compared among themselves.
    What else was published in those days, and cannot be a copy, still counts for what is furniture (`elsewhere`).
    """
    documents = in_order_of_survival(new, known)
    texts = _texts(documents, elsewhere)
    found = postings(texts.sketches.keys, elsewhere.postings)
    near = joined([verify(texts.sketches, block) for block in candidate_pairs(found, new=texts.new)])
    near_pairs = Pairs(left=texts.holders[near.pairs.left], right=texts.holders[near.pairs.right])
    links = (*_keyed(documents, texts), Links(method=Method.NEAR, pairs=near_pairs, overlap=near.overlap))
    steps = _steps(documents, links)
    told = stories(documents, steps[-1].after.tolist())
    tied = ties([each.fingerprint for each in documents], steps)
    by_id = {each.article_id: each for story in told for each in verdicts(story, tied)}
    return Resolution(
        verdicts=tuple(by_id[each.article_id] for each in new),
        merges=tuple(merges(told)),
        notices=(*large_stories(told), *_of_hot_keys(found.hot_keys)),
    )


def _texts(documents: Sequence[Document], elsewhere: Elsewhere) -> Texts:
    rows: dict[Hashable, int] = {}
    row, holders, new = np.empty(len(documents), np.int64), list[int](), 0
    for index in sorted(range(len(documents)), key=lambda each: documents[each].known is not None):
        one = documents[index].fingerprint
        row[index] = rows.setdefault((one.content_hash, (one.published_at or one.fetched_at).date()), len(rows))
        if row[index] == len(holders):
            holders.append(index)
            new += documents[index].known is None
    told = without_furniture(sketches([documents[each].fingerprint for each in holders]), elsewhere)
    return Texts(row=row, holders=np.array(holders, np.int64), new=new, sketches=told)


def _steps(documents: Sequence[Document], links: Iterable[Links]) -> list[Step]:
    """Clusters by the first method, by the first two, and so on. Known stories hold together from the start."""
    together = [_stars(each.known.cluster_id if each.known else None for each in documents)]
    before, steps = components(len(documents), *together), []
    for each in links:
        step = _with_a_new_one(each, documents)
        together.append(step.pairs)
        after = components(len(documents), *together)
        steps.append(Step(method=step.method, pairs=step.pairs, overlap=step.overlap, before=before, after=after))
        before = after
    return steps


def _keyed(documents: Sequence[Document], texts: Texts) -> Iterator[Links]:
    """Links by each cheap method, in the order of Method.

    Within a site the address is trusted, also when its text changed. Across sites it is a claim of the page
    (rel=canonical), and a guid is one of a feed that may give the same to all items: both need texts that are alike.
    """
    ones = [each.fingerprint for each in documents]
    sites = np.unique([each.site or "" for each in ones], return_inverse=True)[1]
    at_home = _measured(Method.URL, _stars((each.url_key, each.site) if each.url_key else None for each in ones), texts)
    anywhere = _stars(each.url_key for each in ones)
    abroad = anywhere.at(np.flatnonzero(sites[anywhere.left] != sites[anywhere.right]))
    yield _together(at_home, _alike_only(_measured(Method.URL, abroad, texts)))
    yield _alike_only(_measured(Method.GUID, _stars(each.guid_key for each in ones), texts))
    yield _measured(Method.EXACT, _stars(each.content_hash for each in ones), texts)


def _stars(keys: Iterable[Hashable | None]) -> Pairs:
    """Each later holder of a key with the first."""
    firsts: dict[Hashable, int] = {}
    pairs = [(firsts.setdefault(key, index), index) for index, key in enumerate(keys) if key is not None]
    left, right = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return Pairs(left=left, right=right).at(np.flatnonzero(left != right))


def _measured(method: Method, pairs: Pairs, texts: Texts) -> Links:
    """Compare texts; one and the same is like itself, also where nothing but furniture is in it."""
    rows = Pairs(left=texts.row[pairs.left], right=texts.row[pairs.right])
    same = np.full(len(rows), method is Method.EXACT) | (rows.left == rows.right)
    differ, lengths = np.flatnonzero(~same), texts.sketches.sample.lengths << texts.sketches.rates
    overlap = same_text(lengths[rows.left]).replaced(differ, overlaps(texts.sketches, rows.at(differ)))
    return Links(method=method, pairs=pairs, overlap=overlap)


def _alike_only(links: Links) -> Links:
    """Those that have as much in common as copies have, whatever their dates, sites and numbers."""
    return links.at(np.flatnonzero(links.overlap.reaches(LONG)))


def _with_a_new_one(links: Links, documents: Sequence[Document]) -> Links:
    is_new = np.array([each.known is None for each in documents], dtype=np.bool_)
    return links.at(np.flatnonzero(is_new[links.pairs.left] | is_new[links.pairs.right]))


def _together(one: Links, other: Links) -> Links:
    left, right = ((one.pairs.left, other.pairs.left), (one.pairs.right, other.pairs.right))
    pairs = Pairs(left=np.concatenate(left), right=np.concatenate(right))
    return Links(method=one.method, pairs=pairs, overlap=Overlap.joined([one.overlap, other.overlap]))


def _of_hot_keys(count: int) -> Iterator[Notice]:
    if count:
        yield Notice(kind=HOT_KEYS, subject=None, count=count)
