"""What a page says of its article, settled once: JSON-LD first, then meta elements, then what the page shows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from htmldate import find_date
from lxml.html import HtmlElement

from schemas.pages import DatePrecision, DateSource
from transforms.text.block_features import headline_place
from transforms.text.blocks import Block
from transforms.text.bylines import choose_bylines, shown_bylines, signatures, stated_bylines
from transforms.text.canonical import plausible_canonical, web_address
from transforms.text.dates import Moment, parse_moment
from transforms.text.jsonld import Story, read_story
from transforms.text.names import Bylines, read_bylines
from transforms.text.normal import clean_line
from transforms.text.titles import Headlines, choose_title, same_name, site_keys

MAX_VALUE = 2_000  # characters of one meta element that are read
MAX_META = 500  # meta elements of a page that are read; pages have 20 to 80
MAX_KEYWORDS = 50
MAX_NAME = 80  # characters of an author that is marked as such
MAX_MARKED = 10  # such marks that are looked at
MAX_TIMES = 50  # time elements that are looked at
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
    wire_agency: str | None
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
    headings: tuple[str, ...]
    body: str | None  # articleBody, a witness of the text


def read_metadata(tree: HtmlElement, blocks: Sequence[Block], url: str | None) -> Metadata:
    """All metadata of a parsed page and its blocks. The tree is left as it was."""
    meta = _meta_elements(tree)
    scripts = [each.text or "" for each in tree.iterfind('.//script[@type="application/ld+json"]')]
    story = read_story(scripts, url)
    moment, source = _published(tree, meta, story, url)
    base = url or _canonical_href(tree)
    site_name = _first(meta, "og:site_name") or (story.publisher if story else None)
    names = tuple(filter(None, (_first(meta, "og:site_name"), story.publisher if story else None)))
    headings = tuple(line for each in tree.iter("h1") if (line := clean_line(each.text_content())))
    title = _title(tree, meta, story, headings, names, base)
    shown = shown_bylines(blocks, headline_place(blocks, title)) or _named_inline(tree)
    bylines = _bylines(shown, meta, story, site_keys(names, base))
    return Metadata(
        title=title,
        description=_first(meta, "og:description", "description") or (story.description if story else None),
        authors=bylines.people,
        wire_agency="/".join(bylines.agencies) or None,
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
        headings=headings,
        body=story.body if story else None,
    )


def with_signature(metadata: Metadata, texts: Sequence[str], url: str | None) -> Metadata:
    """The metadata with the names that sign the text, where nobody but the site itself is said to be the author."""
    site = site_keys(filter(None, (metadata.site_name,)), url)
    if any(not same_name(name, site) for name in metadata.authors):
        return metadata
    people = read_bylines(signatures(texts)).people
    return replace(metadata, authors=people) if people else metadata


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


def _title(
    tree: HtmlElement,
    meta: dict[str, list[str]],
    story: Story | None,
    headings: tuple[str, ...],
    site_names: tuple[str, ...],
    url: str | None,
) -> str | None:
    document = next(tree.iter("title"), None)
    said = Headlines(
        story=story.title if story else None,
        social=_first(meta, "og:title", "twitter:title"),
        document=clean_line(document.text_content()) or None if document is not None else None,
        headings=headings,
    )
    return choose_title(said, site_names, url)


def _bylines(shown: list[str], meta: dict[str, list[str]], story: Story | None, site: frozenset[str]) -> Bylines:
    stated = (story.authors if story else (), stated_bylines(meta))
    return choose_bylines(stated, shown, story.organizations if story else (), site)


def _named_inline(tree: HtmlElement) -> list[str]:
    """The first author that a link or span inside a line is marked with."""
    marked = (each for each in tree.iter("a", "span") if _marks_author(each))
    lines = (clean_line(each.text_content()) for each in islice(marked, MAX_MARKED))
    return next(([line] for line in lines if 0 < len(line) <= MAX_NAME), [])


def _marks_author(element: HtmlElement) -> bool:
    names = (element.get("rel"), element.get("itemprop"), element.get("class"))
    return any(name and ("author" in name.lower() or "byline" in name.lower()) for name in names)


def _published(
    tree: HtmlElement, meta: dict[str, list[str]], story: Story | None, url: str | None
) -> tuple[Moment | None, DateSource | None]:
    if story and story.published and (moment := parse_moment(story.published)):
        return moment, DateSource.JSON_LD
    if moment := next(_moments(meta, PUBLISHED), None):
        return moment, DateSource.META
    if moment := next(_shown_moments(tree), None):
        return moment, DateSource.TEXT
    found = find_date(tree, extensive_search=True, original_date=True, url=url)
    if not found or not (moment := parse_moment(found)):
        return None, None
    return moment, DateSource.URL if _stands_in(url, moment) else DateSource.TEXT


def _shown_moments(tree: HtmlElement) -> Iterator[Moment]:
    """Dates that elements of the body state for machines: schema.org's property first, then time elements."""
    for element in tree.iterfind('.//*[@itemprop="datePublished"]'):
        if moment := parse_moment(element.get("datetime") or element.get("content") or ""):
            yield moment
    for element in islice(tree.iter("time"), MAX_TIMES):
        if element.get("pubdate") is not None and (moment := parse_moment(element.get("datetime") or "")):
            yield moment


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
