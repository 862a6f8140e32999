"""Clusters as stories: which id they go by, which document stands for them, and what is said of each copy."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from schemas.fingerprints import Fingerprint, Known, Verdict
from schemas.stories import LARGE_STORY, Merge, Notice
from transforms.similarity.ties import Tie

LARGE_TEXTS = 100  # different texts in one story: more is seldom one story, and never without somebody's look
EXAMPLES = 3
LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    fingerprint: Fingerprint
    known: Known | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`old_ids` are those of known stories that this one absorbs."""

    cluster_id: str
    representative: str
    size: int
    texts: int
    old_ids: tuple[str, ...]
    members: tuple[Document, ...]


def in_order_of_survival(new: Iterable[Fingerprint], known: Iterable[Known]) -> list[Document]:
    """Those that stand for known stories, known copies, new ones; each the earliest published, then read, then by id.

    An unknown date of publication counts as the latest.
    """
    documents = [Document(fingerprint=each.fingerprint, known=each) for each in known]
    documents += [Document(fingerprint=each) for each in new]
    return sorted(documents, key=_survival)


def stories(documents: Sequence[Document], labels: Iterable[int]) -> list[Story]:
    """The story of each label that has a new document, in order of their ids."""
    members: dict[int, list[Document]] = {}
    for document, label in zip(documents, labels, strict=True):
        members.setdefault(label, []).append(document)
    told = (_story(each) for each in members.values() if each[-1].known is None)  # new ones come last
    return sorted(told, key=_cluster_id)


def verdicts(story: Story, ties: Mapping[str, Tie]) -> Iterator[Verdict]:
    """What each new member is."""
    for article_id in (each.fingerprint.article_id for each in story.members if each.known is None):
        verdict = Verdict(article_id=article_id, cluster_id=story.cluster_id, cluster_size=story.size)
        yield verdict if article_id == story.representative else _folded(verdict, story, ties[article_id])


def _folded(verdict: Verdict, story: Story, tie: Tie) -> Verdict:
    return replace(
        verdict,
        duplicate_of=story.representative,
        method=tie.method,
        relation=tie.relation,
        similarity=tie.jaccard,
        containment=tie.containment,
        shared_shingles=tie.shared,
        tied_to=tie.other,
    )


def merges(found: Iterable[Story]) -> Iterator[Merge]:
    return (Merge(old_id=old, new_id=each.cluster_id) for each in found for old in each.old_ids)


def large_stories(found: Iterable[Story]) -> Iterator[Notice]:
    for each in found:
        if each.texts > LARGE_TEXTS:
            examples = tuple(one.fingerprint.article_id for one in each.members[:EXAMPLES])
            yield Notice(kind=LARGE_STORY, subject=each.cluster_id, count=each.texts, examples=examples)


def _story(members: Sequence[Document]) -> Story:
    known = [each.known for each in members if each.known]
    ids = sorted({each.cluster_id for each in known})
    cluster_id = ids[0] if ids else min(each.fingerprint.article_id for each in members)
    return Story(
        cluster_id=cluster_id,
        representative=_known_representative(known, cluster_id) if ids else members[0].fingerprint.article_id,
        size=sum(_known_size(known, each) for each in ids) + len(members) - len(known),
        texts=len({each.fingerprint.content_hash for each in members}),
        old_ids=tuple(ids[1:]),
        members=tuple(members),
    )


def _known_representative(known: Sequence[Known], cluster_id: str) -> str:
    """Of the story whose id lasts; where only its copies are at hand, the one that they point to."""
    first = next(each for each in known if each.cluster_id == cluster_id)
    return first.duplicate_of or first.fingerprint.article_id


def _known_size(known: Sequence[Known], cluster_id: str) -> int:
    """Of the rows of one story the newest says most; it never has fewer members than are at hand."""
    sizes = [each.cluster_size for each in known if each.cluster_id == cluster_id]
    return max(len(sizes), *sizes)


def _cluster_id(story: Story) -> str:
    return story.cluster_id


def _survival(document: Document) -> tuple[int, datetime, datetime, str]:
    known, one = document.known, document.fingerprint
    rank = 2 if known is None else int(known.duplicate_of is not None)
    return rank, one.published_at or LAST, one.fetched_at, one.article_id
