"""CleanArticles: drafts become articles, each paragraph once, all times and sources settled."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import apache_beam as beam
import xxhash
from apache_beam.transforms.error_handling import ErrorHandler

from schemas.articles import Article
from schemas.candidates import Candidate
from schemas.failures import Drop, DropReason, Stage
from schemas.links import FeedItem, Link
from schemas.pages import DatePrecision, DateSource, Draft, Extraction
from transforms.outcomes import Attempt
from transforms.text.normal import content_hash, join_blocks, word_count
from transforms.text.repeats import drop_repeats
from transforms.web.masking import without_credentials
from transforms.web.urls import host_of, url_key

NO_ITEM = FeedItem(feed_url="")


@dataclass
class CleanArticles(beam.PTransform):
    """Candidates of drafts. A text that is the same as in the run before is dropped as unchanged."""

    since: datetime | None
    ledger: ErrorHandler

    def expand(self, drafts: beam.PCollection) -> beam.PCollection:
        return drafts | Attempt(partial(clean_draft, since=self.since), Stage.CLEAN, self.ledger)


def clean_draft(draft: Draft, since: datetime | None = None) -> Candidate | Drop:
    """The article that a draft holds, not yet tagged."""
    link, identity = draft.link, content_hash(draft.extraction.blocks)
    if link.previous and link.previous.content_hash == identity:
        return Drop(url=link.url, reason=DropReason.UNCHANGED, detail=f"the text of revision {link.previous.revision}")
    article = _article(draft, identity)
    if since and article.published_at and article.published_at < since:
        return Drop(url=link.url, reason=DropReason.TOO_OLD, detail=f"published {article.published_at:%Y-%m-%d}")
    return Candidate(link=link, article=article)


def article_id(link: Link, identity: str) -> str:
    """Hash of the URL key, or of the text where there is no URL."""
    return url_key(link.canonical_url) if link.canonical_url else xxhash.xxh3_128_hexdigest(f"text:{identity}".encode())


def publication(
    extraction: Extraction, item: FeedItem
) -> tuple[datetime | None, DatePrecision | None, DateSource | None]:
    """When it was published, how exactly, and who says so: the page first, a day's precision loses to the feed."""
    stated, feed = extraction.published_at, item.published_at
    vague = stated is None or extraction.published_precision is DatePrecision.DAY
    if feed and vague and (stated is None or feed.date() == stated.date()):
        return feed, DatePrecision.SECOND, DateSource.FEED
    return stated, extraction.published_precision, extraction.published_source


def _article(draft: Draft, identity: str) -> Article:
    link, extraction = draft.link, draft.extraction
    item = link.item or NO_ITEM
    published, precision, source = publication(extraction, item)
    repeats = drop_repeats(extraction.blocks)
    text = join_blocks(repeats.blocks)
    language = extraction.language or item.language
    address = draft.final_url or extraction.canonical_url
    return Article(
        article_id=article_id(link, identity),
        url=link.url,
        canonical_url=extraction.canonical_url or link.canonical_url,
        final_url=draft.final_url,
        host=host_of(address) if address else None,
        site_name=extraction.site_name or item.feed_title,
        title=extraction.title or item.title,
        description=extraction.description or item.summary,
        text=text,
        authors=extraction.authors or item.authors,
        image_url=extraction.image_url,
        language=language,
        word_count=word_count(text, language),
        published_at=published,
        published_precision=precision,
        published_source=source,
        modified_at=extraction.modified_at,
        fetched_at=draft.fetched_at,
        feed_url=without_credentials(item.feed_url) or None,
        feed_title=item.feed_title,
        feed_guid=item.guid,
        feed_categories=item.categories,
        seen_in=tuple(map(without_credentials, link.seen_in)),
        section=extraction.section,
        keywords=extraction.keywords,
        content_hash=identity,
        paywalled=extraction.paywalled,
        robots_noai=extraction.robots_noai,
        quality=extraction.quality,
        repeats_removed=len(repeats.removed),
        repeats_removed_chars=sum(map(len, repeats.removed)),
        attempts=draft.attempts,
        extractor=extraction.extractor,
        **_revision(draft),
    )


def _revision(draft: Draft) -> dict[str, Any]:
    previous = draft.link.previous
    if previous is None:
        return {"first_seen_at": draft.fetched_at}
    return {
        "first_seen_at": previous.first_seen_at,
        "revision": previous.revision + 1,
        "revised_at": draft.fetched_at,
        "previous_hash": previous.content_hash,
    }
