"""Pages as they were read, and what extraction makes of them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from schemas.failures import Failure
from schemas.links import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What the publisher says of the use of a page; None where nothing is said."""

    robots_tag: str | None = None  # X-Robots-Tag
    robots_meta: str | None = None  # meta robots, and the one that names us
    tdm_reservation: bool | None = None  # TDM Reservation Protocol, header or meta
    tdm_policy: str | None = None
    noai: bool | None = None  # all of it together: use for text and data mining is reserved


NO_SIGNALS = Signals()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer with its body, decoded from its content coding but not from its charset."""

    link: Link
    final_url: str | None  # after redirects; None for a file that has no address
    status: int
    content_type: str | None  # the header as sent, charset included
    robots_tag: str | None  # X-Robots-Tag as sent
    fetched_at: datetime
    attempts: int
    body: bytes
    signals: Signals = NO_SIGNALS
    instead_of: "Extraction | Failure | None" = None  # what the page came to, where this is the text of its feed


class DateSource(StrEnum):
    """Who said when an article was published, the best witness first."""

    JSON_LD = "json-ld"
    META = "meta"
    FEED = "feed"
    TEXT = "text"
    URL = "url"


class TitleSource(StrEnum):
    """Where the headline stands."""

    JSON_LD = "json-ld"
    META = "meta"
    HEADING = "h1"
    DOCUMENT = "title-element"
    FEED = "feed"


class AuthorsSource(StrEnum):
    """Who said who wrote an article, the best witness first."""

    JSON_LD = "json-ld"
    META = "meta"
    BYLINE = "byline"
    SIGNATURE = "signature"
    SITE = "site"
    FEED = "feed"


class DatePrecision(StrEnum):
    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """Text and metadata of one page. `blocks` are paragraphs in reading order, none empty."""

    blocks: tuple[str, ...]
    title: str | None = None
    title_source: TitleSource | None = None
    headlines: tuple[str, ...] = ()  # all that the page knows itself by; a feed's title may be one of them
    description: str | None = None
    authors: tuple[str, ...] = ()
    authors_source: AuthorsSource | None = None
    wire_agency: str | None = None
    published_at: datetime | None = None
    published_source: DateSource | None = None
    published_precision: DatePrecision | None = None
    modified_at: datetime | None = None
    image_url: str | None = None
    site_name: str | None = None
    language: str | None = None  # ISO 639-1 of the text where it can be told, else what the page claims
    language_confidence: float | None = None  # share of the text; None where the page's claim is all there is
    section: str | None = None
    keywords: tuple[str, ...] = ()
    canonical_url: str | None = None  # rel=canonical, absolute, where it is plausible
    paywalled: bool | None = None
    robots_noai: bool | None = None
    quality: tuple[str, ...] = ()
    extractor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What lies in a staging file: a page without its HTML, before cleaning and tagging."""

    link: Link
    final_url: str | None
    fetched_at: datetime
    attempts: int
    extraction: Extraction
    signals: Signals = NO_SIGNALS
    furniture: tuple[int, ...] = ()  # places of the blocks that are furniture of the site, marked after staging
    furniture_version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedFile:
    """A claim check: drafts or articles that lie in a finished file; this is all that travels."""

    path: str
    rows: int
    bytes: int = field(default=0, compare=False)  # known where it was just written
