"""What travels instead of a text, so that copies can be found, and what comes back."""

from dataclasses import dataclass
from datetime import datetime

from schemas.articles import Method, Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """One article as deduplication sees it. Hashes are unsigned 32-bit integers, little-endian, sorted, distinct."""

    article_id: str
    url_key: str | None  # 32 hex digits: key of the address after redirects and rel=canonical
    guid_key: str | None  # 32 hex digits: of feed and guid
    content_hash: str
    site: str | None
    language: str | None
    published_at: datetime | None
    fetched_at: datetime
    shingles: int  # distinct word 8-grams in the text
    keys: bytes  # FracMinHash of word 8-grams: candidates share two of them
    sample: bytes  # 1 in 4 of word 3-grams: candidates are verified on it
    numbers: bytes  # hashes of the numbers in the text: templates differ in nothing else
    lead: bytes = b""  # a byte for each hash of the sample: 1 where it stands in the first words of the text
    wire_agency: str | None = None
    exact: bytes = b""  # 8 bytes each of id, url_key, guid_key, content_hash; 0 for none: all history is searched by it


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A fingerprint that an earlier run committed, with the story it belongs to."""

    fingerprint: Fingerprint
    cluster_id: str
    cluster_size: int
    duplicate_of: str | None  # None for the article that stands for the story


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one new article is: itself (`duplicate_of` is None), or a copy of another.

    The pair that ties it to its story is the nearest: `tied_to` is the other one, and the likeness is that pair's.
    """

    article_id: str
    cluster_id: str
    cluster_size: int
    duplicate_of: str | None = None
    method: Method | None = None
    relation: Relation | None = None
    similarity: float = 1.0  # Jaccard
    containment: float = 1.0
    shared_shingles: int = 0
    tied_to: str | None = None
