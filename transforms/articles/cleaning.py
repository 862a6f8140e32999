"""Drafts become articles, each paragraph once, all times and sources settled."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import xxhash

from schemas.articles import Article
from schemas.candidates import Candidate
from schemas.failures import Drop, DropReason
from schemas.links import FeedItem, Link
from schemas.pages import AuthorsSource, DatePrecision, DateSource, Draft, Extraction, TitleSource
from transforms.storage.deleted import NOTHING, Deleted, dropped_as_deleted
from transforms.text.datelines import dateline_agency
from transforms.text.furniture import without_places
from transforms.text.names import author_names
from transforms.text.normal import content_hash, join_blocks, normalize, word_count
from transforms.text.repeats import drop_repeats
from transforms.web.masking import without_credentials
from transforms.web.urls import fold_host, host_of, url_key

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the web there were no pages; 1970 is an empty field
AHEAD = timedelta(days=1)  # a publisher's clock or time zone may be ahead by less
NO_ITEM = FeedItem(feed_url="")


def clean_draft(draft: Draft, deleted: Deleted = NOTHING, since: datetime | None = None) -> Candidate | Drop:
    """The article that a draft holds, not yet tagged."""
    link, identity = draft.link, content_hash(draft.extraction.blocks)
    if link.previous and link.previous.content_hash == identity:
        return Drop(url=link.url, reason=DropReason.UNCHANGED, detail=f"the text of revision {link.previous.revision}")
    article = _article(draft, identity)
    if _is_deleted(article, deleted):
        return dropped_as_deleted(link)
    if since and article.published_at and article.published_at < since:
        return Drop(url=link.url, reason=DropReason.TOO_OLD, detail=f"published {article.published_at:%Y-%m-%d}")
    return Candidate(link=link, article=article)


def _is_deleted(article: Article, deleted: Deleted) -> bool:
    """Also where another address led to what was taken down."""
    if deleted == NOTHING:
        return False
    addresses = [each for each in (article.canonical_url, article.final_url) if each]
    keys, hosts = map(url_key, addresses), (fold_host(urlsplit(each).hostname or "") for each in addresses)
    taken_down = any(map(deleted.has_key, (article.article_id, *keys))) or any(map(deleted.has_host, hosts))
    return taken_down or deleted.is_past(article.published_at or article.fetched_at)


def article_id(link: Link, identity: str) -> str:
    """Hash of the URL key, or of the text where there is no URL."""
    return url_key(link.canonical_url) if link.canonical_url else xxhash.xxh3_128_hexdigest(f"text:{identity}".encode())


def publication(
    extraction: Extraction, item: FeedItem, fetched_at: datetime
) -> tuple[datetime | None, DatePrecision | None, DateSource | None]:
    """When it was published, how exactly, and who says so.

    The page goes first; where it names a day only, or a day that the feed does not know and text or URL alone bear
    out, the feed does. What lies a day or more after the reading, or before there were pages, is nobody's date.
    """
    stated, feed = _plausible(extraction.published_at, fetched_at), _plausible(item.published_at, fetched_at)
    precision = extraction.published_precision
    if feed and (stated is None or (_is_vague(extraction) and _agree(stated, feed, extraction.published_source))):
        return feed, DatePrecision.SECOND, DateSource.FEED
    return (stated, precision, extraction.published_source) if stated else (None, None, None)


def headline(extraction: Extraction, item: FeedItem) -> tuple[str | None, TitleSource | None]:
    """The headline, and who says so: that of the page, but for one of its others where the feed bears that out.

    A title element may hold the name of the site and more; the feed's title is taken where it stands in it.
    """
    feed = normalize(item.title or "")
    if feed and feed != normalize(extraction.title or ""):
        if confirmed := next((each for each in extraction.headlines if normalize(each) == feed), None):
            return confirmed, TitleSource.FEED
        from_document = extraction.title_source is TitleSource.DOCUMENT and feed in normalize(extraction.title or "")
        if extraction.title is None or from_document:
            return item.title, TitleSource.FEED
    return extraction.title, extraction.title_source


def authorship(extraction: Extraction, item: FeedItem) -> tuple[tuple[str, ...], AuthorsSource | None]:
    """The authors, and who says so: the feed where the page names nobody, or the site alone."""
    own = extraction.authors_source is AuthorsSource.SITE or not extraction.authors
    if own and (named := author_names(item.authors)):
        return named, AuthorsSource.FEED
    return extraction.authors, extraction.authors_source


def _plausible(moment: datetime | None, fetched_at: datetime) -> datetime | None:
    return moment if moment and EARLIEST <= moment <= fetched_at + AHEAD else None


def _is_vague(extraction: Extraction) -> bool:
    return extraction.published_precision is DatePrecision.DAY


def _agree(stated: datetime, feed: datetime, source: DateSource | None) -> bool:
    """The same day, or a day that was only guessed from the text."""
    return feed.date() == stated.date() or (source is DateSource.TEXT and abs(feed - stated) > AHEAD)


def _article(draft: Draft, identity: str) -> Article:
    link, extraction = draft.link, draft.extraction
    item = link.item or NO_ITEM
    published, precision, source = publication(extraction, item, draft.fetched_at)
    title, title_source = headline(extraction, item)
    authors, authors_source = authorship(extraction, item)
    bare = without_places(extraction.blocks, draft.furniture)
    repeats = drop_repeats(bare)
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
        title=title,
        title_source=title_source,
        description=extraction.description or item.summary,
        text=text,
        authors=authors,
        authors_source=authors_source,
        wire_agency=extraction.wire_agency or dateline_agency(text),
        image_url=extraction.image_url,
        language=language,
        language_confidence=extraction.language_confidence,
        word_count=word_count(text, language),
        published_at=published,
        published_precision=precision,
        published_source=source,
        modified_at=_plausible(extraction.modified_at, draft.fetched_at),
        fetched_at=draft.fetched_at,
        **_feed(item),
        seen_in=tuple(map(without_credentials, link.seen_in)),
        section=extraction.section,
        keywords=extraction.keywords,
        content_hash=identity,
        paywalled=extraction.paywalled,
        robots_noai=extraction.robots_noai,
        **_signals(draft),
        quality=extraction.quality,
        **_removals(draft, len(bare), repeats.removed),
        attempts=draft.attempts,
        extractor=extraction.extractor,
        **_revision(draft),
    )


def _removals(draft: Draft, bare: int, repeats: Sequence[str]) -> dict[str, Any]:
    """What was taken out, in blocks and characters: furniture of the site, which left `bare` blocks, and repeats."""
    blocks = draft.extraction.blocks
    return {
        "repeats_removed": len(repeats),
        "repeats_removed_chars": sum(map(len, repeats)),
        "furniture_removed": len(blocks) - bare,
        "furniture_removed_chars": sum(len(blocks[place]) for place in draft.furniture),
        "furniture_version": draft.furniture_version,
    }


def _feed(item: FeedItem) -> dict[str, Any]:
    """What the feed says of the article."""
    return {
        "feed_url": without_credentials(item.feed_url) or None,
        "feed_title": item.feed_title,
        "feed_guid": item.guid,
        "feed_categories": item.categories,
    }


def _signals(draft: Draft) -> dict[str, Any]:
    """What the publisher says of robots and of text and data mining, as said."""
    said = draft.signals
    return {
        "robots_tag": said.robots_tag,
        "robots_meta": said.robots_meta,
        "tdm_reservation": said.tdm_reservation,
        "tdm_policy": said.tdm_policy,
    }


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
