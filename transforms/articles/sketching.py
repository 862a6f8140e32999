"""What deduplication needs of a candidate."""

from dataclasses import replace

import xxhash

from schemas.candidates import Candidate
from schemas.links import Link
from transforms.similarity.fingerprint import fingerprint
from transforms.web.urls import url_key


def fingerprint_candidate(candidate: Candidate) -> Candidate:
    """The candidate with the sketch of its text."""
    article = candidate.article
    address = article.canonical_url or article.final_url
    sketch = fingerprint(
        article_id=article.article_id,
        url_key=url_key(address) if address else None,
        guid_key=guid_key(candidate.link),
        content_hash=article.content_hash,
        site=article.host,
        language=article.language,
        published_at=article.published_at,
        fetched_at=article.fetched_at,
        text=article.text,
        wire_agency=article.wire_agency,
    )
    return replace(candidate, fingerprint=sketch)


def guid_key(link: Link) -> str | None:
    """Key of a guid, which means something within its feed only."""
    item = link.item
    return xxhash.xxh3_128_hexdigest(f"{item.feed_url}\n{item.guid}".encode()) if item and item.guid else None
