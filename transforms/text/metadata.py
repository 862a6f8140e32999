"""What a page says of its article, settled once: JSON-LD first, then meta elements, then trafilatura's reading."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from htmldate import find_date
from lxml.html import HtmlElement
from trafilatura.metadata import examine_meta, extract_author, extract_title

from schemas.pages import DatePrecision, DateSource
from transforms.text.canonical import plausible_canonical, web_address
from transforms.text.dates import Moment, parse_moment
from transforms.text.jsonld import Story, read_story
from transforms.text.names import author_names
from transforms.text.normal import clean_line
from transforms.text.titles import bare_title

MAX_VALUE = 2_000  # characters of one meta element that are read
MAX_META = 500  # meta elements of a page that are read; pages have 20 to 80
MAX_KEYWORDS = 50
MAX_KEYWORD = 100  # characters; longer ones are sentences
PUBLISHED = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "og:published_time",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "publish-date",
    "publish_date", "publishdate", "pubdate", "dc.date.issued", "dcterms.created", "dc.date", "date",
)  # fmt: skip
MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified")
KEYWORDS = ("news_keywords", "keywords", "parsely-tags", "sailthru.tags")
DATE_IN_PATH = re.compile(r"(20\d\d)[/-]?(\d\d)[/-]?(\d\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The fields of an Extraction that are not its text."""

    title: str | None
    description: str | None
    authors: tuple[str, ...]
    published_at: datetime | None
    published_source: DateSource | None
    published_precision: DatePrecision | None
    modified_at: datetime | None
    image_url: str | None
    site_name: str | None
    section: str | None
    keywords: tuple[str, ...]
    canonical_url: str | None
    paywalled: bool | None
    robots_noai: bool | None
    claimed_language: str | None
    live_blog: bool


def read_metadata(tree: HtmlElement, url: str | None) -> Metadata:
    """All metadata of a parsed page. The tree is left as it was."""
    meta = _meta_elements(tree)
    scripts = [each.text or "" for each in tree.iterfind('.//script[@type="application/ld+json"]')]
    story = read_story(scripts, url)
    moment, source = _published(tree, meta, story, url)
    base = url or _canonical_href(tree)
    site_name = _first(meta, "og:site_name") or (story.publisher if story else None)
    return Metadata(
        title=_title(tree, meta, story, site_name),
        description=_first(meta, "og:description", "description") or (story.description if story else None),
        authors=_authors(tree, story),
        published_at=moment.at if moment else None,
        published_source=source,
        published_precision=moment.precision if moment else None,
        modified_at=_modified(meta, story),
        image_url=web_address((story.image if story else None) or _first(meta, "og:image", "twitter:image"), base),
        site_name=site_name,
        section=(story.section if story else None) or _first(meta, "article:section"),
        keywords=_keywords(meta, story),
        canonical_url=plausible_canonical(_canonical_href(tree), base),
        paywalled=None if story is None or story.free is None else not story.free,
        robots_noai=_robots_noai(meta),
        claimed_language=tree.get("lang") or tree.get("xml:lang") or _first(meta, "og:locale", "content-language"),
        live_blog=story is not None and story.kind == "liveblogposting",
    )


def _meta_elements(tree: HtmlElement) -> dict[str, list[str]]:
    """Contents of meta elements by lower-case name, whichever attribute the name stands in."""
    found: dict[str, list[str]] = {}
    for element, _ in zip(tree.iter("meta"), range(MAX_META), strict=False):
        content = clean_line(element.get("content", "")[:MAX_VALUE])
        names = (element.get(kind) for kind in ("property", "name", "itemprop", "http-equiv"))
        name = next((name for name in names if name), None)
        if name and content:
            found.setdefault(name.strip().lower(), []).append(content)
    return found


def _first(meta: dict[str, list[str]], *names: str) -> str | None:
    return next((meta[name][0] for name in names if name in meta), None)


def _title(tree: HtmlElement, meta: dict[str, list[str]], story: Story | None, site_name: str | None) -> str | None:
    """JSON-LD's headline, else the only h1, else what trafilatura would take."""
    headings = [line for each in tree.iter("h1") if (line := clean_line(each.text_content()))]
    heading = headings[0] if len(headings) == 1 else None
    title = (story.title if story else None) or heading or _first(meta, "og:title", "twitter:title")
    title = title or clean_line(extract_title(tree) or "")
    return bare_title(title, heading, site_name) if title else None


def _authors(tree: HtmlElement, story: Story | None) -> tuple[str, ...]:
    """Authors of the JSON-LD, else of meta elements, else of what looks like a byline."""
    return author_names(story.authors if story else ()) or author_names(
        (examine_meta(tree).author or extract_author(tree) or "").split(";")
    )


def _published(
    tree: HtmlElement, meta: dict[str, list[str]], story: Story | None, url: str | None
) -> tuple[Moment | None, DateSource | None]:
    if story and story.published and (moment := parse_moment(story.published)):
        return moment, DateSource.JSON_LD
    if moment := next(_moments(meta, PUBLISHED), None):
        return moment, DateSource.META
    found = find_date(tree, extensive_search=True, original_date=True, url=url)
    if not found or not (moment := parse_moment(found)):
        return None, None
    return moment, DateSource.URL if _stands_in(url, moment) else DateSource.TEXT


def _stands_in(url: str | None, moment: Moment) -> bool:
    match = DATE_IN_PATH.search(url or "")
    return match is not None and "".join(match.groups()) == moment.at.strftime("%Y%m%d")


def _modified(meta: dict[str, list[str]], story: Story | None) -> datetime | None:
    moment = parse_moment(story.modified) if story and story.modified else None
    moment = moment or next(_moments(meta, MODIFIED), None)
    return moment.at if moment else None


def _moments(meta: dict[str, list[str]], names: tuple[str, ...]) -> Iterator[Moment]:
    for name in names:
        for content in meta.get(name, ()):
            if moment := parse_moment(content):
                yield moment


def _keywords(meta: dict[str, list[str]], story: Story | None) -> tuple[str, ...]:
    """The publisher's keywords, from the best place that has any."""
    for values in (
        story.keywords if story else (),
        *(meta.get(name, ()) for name in KEYWORDS),
        meta.get("article:tag"),
    ):
        words = [word.strip() for value in values or () for word in re.split(r"[,;،、]", value)]
        if kept := tuple(dict.fromkeys(word for word in words if 0 < len(word) <= MAX_KEYWORD)):
            return kept[:MAX_KEYWORDS]
    return ()


def _canonical_href(tree: HtmlElement) -> str | None:
    links = (each for each in tree.iter("link") if "canonical" in (each.get("rel") or "").lower().split())
    return next((href for each in links if (href := each.get("href"))), None)


def _robots_noai(meta: dict[str, list[str]]) -> bool | None:
    """Whether text and data mining is reserved: robots noai, or the TDM Reservation Protocol; None where unsaid."""
    if reservation := _first(meta, "tdm-reservation"):
        return reservation == "1"
    tokens = {token.strip().lower() for rule in meta.get("robots", ()) for token in rule.split(",")}
    return True if "noai" in tokens else None
