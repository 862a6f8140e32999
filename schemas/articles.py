"""Rows of the dataset: articles, and the copies that were folded into them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from schemas.columns import Column
from schemas.pages import AuthorsSource, DatePrecision, DateSource, TitleSource
from schemas.tags import Organization, Region, Topic
from schemas.version import PIPELINE_VERSION, SCHEMA_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One story text, cleaned and tagged; a row of `articles`. Paragraphs of `text` are parted by a blank line."""

    article_id: Annotated[str, Column("Hash of the URL key, or of the text where there is no URL; 32 hex digits")]
    url: Annotated[str, Column("The input URL as it was given, without a password")]
    canonical_url: Annotated[str | None, Column("The URL to cite: the page's own canonical link, else the cleaned URL")]
    final_url: Annotated[str | None, Column("Where redirects ended")]
    host: Annotated[str | None, Column("Host of the final URL")]
    site_name: Annotated[str | None, Column("Name of the publication")]
    title: Annotated[str | None, Column("Headline, without the name of the site")]
    title_source: Annotated[
        TitleSource | None, Column("Where the headline stands; feed where it bore out one of several on the page")
    ] = None
    description: Annotated[str | None, Column("The publisher's own summary")]
    text: Annotated[str, Column("Body of the article, paragraphs parted by a blank line")]
    authors: Annotated[tuple[str, ...], Column("Names of the authors, in the order of the page")]
    authors_source: Annotated[
        AuthorsSource | None, Column("Who names the authors; site where the page only names itself")
    ] = None
    wire_agency: Annotated[
        str | None, Column("News agency that the byline or else the dateline names; several are parted by a slash")
    ] = None
    image_url: Annotated[str | None, Column("Lead picture")]
    language: Annotated[str | None, Column("ISO 639-1 code")]
    language_confidence: Annotated[
        float | None, Column("Share of the text that is in it, 0 to 1; null where only the page or feed claims it")
    ] = None
    word_count: Annotated[int, Column("Length of the text", "words")]
    published_at: Annotated[datetime | None, Column("Time of publication, UTC")]
    published_precision: Annotated[DatePrecision | None, Column("How exact published_at is")]
    published_source: Annotated[DateSource | None, Column("Who said when it was published")]
    modified_at: Annotated[datetime | None, Column("Time of the last change that the page states, UTC")]
    fetched_at: Annotated[datetime, Column("When this text was read, UTC; of an archived page its WARC-Date")]
    first_seen_at: Annotated[datetime, Column("When the first revision was read, UTC")]
    feed_url: Annotated[str | None, Column("The feed that named it")]
    feed_title: Annotated[str | None, Column("Title of that feed")]
    feed_guid: Annotated[str | None, Column("Its guid in that feed")]
    feed_categories: Annotated[tuple[str, ...], Column("The feed's categories for it")]
    seen_in: Annotated[tuple[str, ...], Column("Other inputs that named the same link")]
    section: Annotated[str | None, Column("The publisher's section")]
    keywords: Annotated[tuple[str, ...], Column("The publisher's keywords")]
    topics: Annotated[tuple[Topic, ...], Column("IPTC Media Topics, the strongest first")] = ()
    primary_topic: Annotated[str | None, Column("The strongest top-level topic")] = None
    tags: Annotated[tuple[Topic, ...], Column("Topics of the user's own taxonomy, the strongest first")] = ()
    regions: Annotated[
        tuple[Region, ...], Column("Countries, subdivisions, cities and areas, the strongest first")
    ] = ()
    places: Annotated[
        tuple[Region, ...], Column("Cities, seas and parts of the world that it names, the strongest first")
    ] = ()
    primary_region: Annotated[str | None, Column("The country that it is about, ISO 3166-1 alpha-2")] = None
    primary_subdivision: Annotated[str | None, Column("The subdivision that it is about, ISO 3166-2")] = None
    organizations: Annotated[tuple[Organization, ...], Column("Organisations of states that it names")] = ()
    content_hash: Annotated[str, Column("Hash of the normalised text before site furniture is removed; 32 hex digits")]
    revision: Annotated[int, Column("1, and one more with each changed text")] = 1
    revised_at: Annotated[datetime | None, Column("When this revision was read; null for the first")] = None
    previous_hash: Annotated[str | None, Column("content_hash of the revision before")] = None
    cluster_id: Annotated[
        str, Column("Story that it belongs to, as of the commit: the smallest member's article_id")
    ] = ""
    cluster_size: Annotated[int, Column("Members of that story as of the commit, copies included", "articles")] = 1
    paywalled: Annotated[bool | None, Column("The page says that it is not free to read")]
    robots_noai: Annotated[bool | None, Column("The publisher reserves text and data mining")]
    robots_tag: Annotated[str | None, Column("X-Robots-Tag, as sent")] = None
    robots_meta: Annotated[str | None, Column("Meta robots, as the page has it")] = None
    tdm_reservation: Annotated[bool | None, Column("Text and data mining is reserved, by header or meta element")] = (
        None
    )
    tdm_policy: Annotated[str | None, Column("Address of the terms for text and data mining")] = None
    quality: Annotated[tuple[str, ...], Column("What is odd about the page or text; empty when nothing is")]
    repeats_removed: Annotated[int, Column("Repeated paragraphs that were taken out", "paragraphs")] = 0
    repeats_removed_chars: Annotated[int, Column("Their length", "code points")] = 0
    furniture_removed: Annotated[int, Column("Blocks taken out that the site has on many pages", "paragraphs")] = 0
    furniture_removed_chars: Annotated[int, Column("Their length", "code points")] = 0
    homes_version: Annotated[
        str | None, Column("Learning of home countries that the regions rest on; null where there was none")
    ] = None
    furniture_version: Annotated[
        str | None, Column("Hash of the site's furniture in force; null where it has none")
    ] = None
    attempts: Annotated[int, Column("Requests that were needed")] = 1
    extractor: Annotated[str, Column("What extracted the text, with its version")]
    run_id: Annotated[str, Column("The run that committed this row")] = ""
    pipeline_version: Annotated[str, Column("Version of newsbeam")] = PIPELINE_VERSION
    schema_version: Annotated[int, Column("Version of these columns")] = SCHEMA_VERSION


class Method(StrEnum):
    """How a copy was recognised, the cheapest first."""

    URL = "url"
    GUID = "guid"
    EXACT = "exact"
    NEAR = "near"


class Relation(StrEnum):
    """What a copy is to the text that it is tied to; the first that holds."""

    EXCERPT = "excerpt"  # a part of it, and hardly anything else
    UPDATE = "update"  # a later or earlier state: much of one is new, or their numbers differ
    SYNDICATED = "syndicated"  # the same text on another site, and one of them names a news agency
    COPY = "copy"  # the same text, with small changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """A page that was read and folded into another article; a row of `duplicates`."""

    article_id: Annotated[str, Column("Id of this copy")]
    url: Annotated[str, Column("The input URL as it was given, without a password")]
    canonical_url: Annotated[str | None, Column("The URL to cite")]
    host: Annotated[str | None, Column("Host of the final URL")]
    title: Annotated[str | None, Column("Headline of this copy; null where copies are not kept")]
    text: Annotated[str | None, Column("Text of this copy; null where copies are not kept")]
    wire_agency: Annotated[str | None, Column("News agency that this copy names")] = None
    language: Annotated[str | None, Column("ISO 639-1 code")]
    published_at: Annotated[datetime | None, Column("Time of publication, UTC")]
    fetched_at: Annotated[datetime, Column("When it was read, UTC")]
    feed_url: Annotated[str | None, Column("The feed that named it")]
    content_hash: Annotated[str, Column("Hash of the normalised text")]
    duplicate_of: Annotated[str, Column("article_id that stands for the story")]
    cluster_id: Annotated[str, Column("The story, as of the commit")]
    method: Annotated[Method, Column("How it was recognised: url, guid, exact or near")]
    relation: Annotated[Relation | None, Column("What it is to tied_to: copy, excerpt, update or syndicated")] = None
    tied_to: Annotated[
        str | None, Column("article_id of the nearest text of the story, which ties it to the story")
    ] = None
    similarity: Annotated[
        float, Column("Jaccard similarity of the two: shared shingles of all that either has, 0 to 1")
    ]
    containment: Annotated[float, Column("Shared shingles of those that the shorter of the two has, 0 to 1")] = 1.0
    shared_shingles: Annotated[int, Column("Word 3-grams that the two share, estimated from a sample", "shingles")] = 0
    run_id: Annotated[str, Column("The run that committed this row")]
    schema_version: Annotated[int, Column("Version of these columns")] = SCHEMA_VERSION
