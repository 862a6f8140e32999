"""Tags and their evidence: which words, and where."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from schemas.columns import Column


class EvidenceSource(StrEnum):
    TITLE = "title"
    TEXT = "text"
    FEED_CATEGORY = "feed_category"
    SECTION = "section"
    KEYWORD = "keyword"
    URL = "url"
    HOME_COUNTRY = "home_country"
    MODEL = "model"


class Role(StrEnum):
    """What a region is to an article."""

    ABOUT = "about"
    MENTIONED = "mentioned"
    DATELINE = "dateline"


class RegionKind(StrEnum):
    """What a region is; areas are seas, continents and lands that lie across countries."""

    COUNTRY = "country"
    SUBDIVISION = "subdivision"
    CITY = "city"
    AREA = "area"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    source: Annotated[
        EvidenceSource,
        Column(
            "Where the words stand: title, text, feed_category, section, keyword, url; model: nearest name of a topic"
        ),
    ]
    quote: Annotated[str, Column("The words themselves")]
    start: Annotated[int | None, Column("Start in the title or text column; null for other sources", "code points")] = (
        None
    )
    end: Annotated[int | None, Column("End in that column, exclusive; null for other sources", "code points")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    code: Annotated[str, Column("IPTC Media Topic, as medtop:11000000")]
    name: Annotated[str, Column("Its English name")]
    score: Annotated[float, Column("Strength of the evidence, 0 to 1")]
    evidence: Annotated[tuple[Evidence, ...], Column("The words that carry the decision, the strongest first")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    code: Annotated[
        str,
        Column(
            "ISO 3166-1 alpha-2 of a country, ISO 3166-2 of a subdivision, geonames:ID of a city, M49:150 of a part of "
            "the world (UN M49), SEA: or LAND: and a name for seas and lands across countries"
        ),
    ]
    name: Annotated[str, Column("Its English name")]
    role: Annotated[Role, Column("about, mentioned or dateline")]
    score: Annotated[float, Column("Share of the article's weight of places, 0 to 1")]
    evidence: Annotated[tuple[Evidence, ...], Column("The mentions that carry the decision, in reading order")]
    kind: Annotated[RegionKind, Column("country, subdivision, city or area")] = RegionKind.COUNTRY


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    code: Annotated[str, Column("Short name of the organisation of states, as UN, EU, NATO")]
    name: Annotated[str, Column("Its English name")]
    evidence: Annotated[tuple[Evidence, ...], Column("Its mentions, in reading order")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regions:
    """All that region tagging says of one article. Regions come strongest first, ties by code."""

    regions: tuple[Region, ...] = ()
    organizations: tuple[Organization, ...] = ()
    primary_region: str | None = None
    primary_subdivision: str | None = None
