"""Articles on their way to a verdict: what lies in a tagged staging file, and what is planned with it."""

from dataclasses import dataclass

from schemas.articles import Article
from schemas.fingerprints import Fingerprint, Verdict
from schemas.links import Link
from schemas.stories import Merge, Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article that may become a row, with the link it stems from."""

    link: Link
    article: Article
    fingerprint: Fingerprint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Which rows of one candidate file go into a batch of the commit, and what each of them is."""

    path: str
    rows: tuple[int, ...]
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitBatch:
    """Rows that are written together, because they lie in neighbouring partitions.

    The first batch of a run brings what concerns stories of earlier runs.
    """

    placements: tuple[Placement, ...]
    merges: tuple[Merge, ...] = ()
    notices: tuple[Notice, ...] = ()
