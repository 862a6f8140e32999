"""What a page says of its article, settled once: JSON-LD first, then meta elements, then what the page shows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from schemas.pages import AuthorsSource, DatePrecision, DateSource, TitleSource
from transforms.text.block_features import headline_place
from transforms.text.blocks import Block
from transforms.text.bylines import (
    Authors,
    choose_authors,
    editors,
    is_byline,
    shown_bylines,
    signatures,
    stated_bylines,
)
from transforms.text.canonical import plausible_canonical, web_address
from transforms.text.jsonld import Story, read_story
from transforms.text.mojibake import mended
from transforms.text.names import read_bylines
from transforms.text.normal import clean_line
from transforms.text.publication import modified, published
from transforms.text.titles import Headlines, all_headlines, choose_title, same_name, site_keys, with_shown_headline
from transforms.text.trees import Element, text_of

MAX_VALUE = 2_000  # characters of one meta element that are read
MAX_META = 500  # meta elements of a page that are read; pages have 20 to 80
MAX_HEADINGS = 50  # h1 elements of a page that are read; pages of many stories have as many
MAX_KEYWORDS = 50
MAX_NAME = 80  # characters of an author that is marked as such
MAX_MARKED = 10  # such marks that are looked at
MAX_KEYWORD = 100  # characters; longer ones are sentences
KEYWORDS = ("news_keywords", "keywords", "parsely-tags", "sailthru.tags")
MARKS_AUTHOR = re.compile("author|byline", re.IGNORECASE)
MARKS_COMMENT = re.compile("comment", re.IGNORECASE)  # its author is a reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The fields of an Extraction that are not its text."""

    title: str | None
    title_source: TitleSource | None
    headlines: tuple[str, ...]
    description: str | None
    authors: tuple[str, ...]
    authors_source: AuthorsSource | None
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


def read_metadata(tree: Element, blocks: Sequence[Block], url: str | None) -> Metadata:
    """All metadata of a parsed page and its blocks. The tree is left as it was."""
    meta, story = meta_elements(tree), _story(tree, url)
    base = url or _canonical_href(tree)
    names = _site_names(meta, story)
    description = _first(meta, "og:description", "description") or (story.description if story else None)
    said = with_shown_headline(read_headlines(tree, meta, story), (block.text for block in blocks))
    chosen = choose_title(said, names, base)
    title = mended(chosen.text) if chosen else None
    headline = headline_place(blocks, title)
    moment, source = published(tree, blocks, meta, story, url, headline)
    shown = shown_bylines(blocks, headline) or _named_inline(tree)
    authors = _authors(shown, meta, story, site_keys(names, base))
    return Metadata(
        title=title,
        title_source=chosen.source if chosen else None,
        headlines=all_headlines(said, names, base),
        description=mended(description) if description else None,
        authors=authors.people,
        authors_source=authors.source,
        wire_agency="/".join(authors.agencies) or None,
        published_at=moment.at if moment else None,
        published_source=source,
        published_precision=moment.precision if moment else None,
        modified_at=modified(meta, story),
        image_url=web_address((story.image if story else None) or _first(meta, "og:image", "twitter:image"), base),
        site_name=next(iter(names), None),
        section=(story.section if story else None) or _first(meta, "article:section"),
        keywords=_keywords(meta, story),
        canonical_url=plausible_canonical(_canonical_href(tree), base),
        paywalled=None if story is None or story.free is None else not story.free,
        robots_noai=_robots_noai(meta),
        claimed_language=tree.get("lang") or tree.get("xml:lang") or _first(meta, "og:locale", "content-language"),
        live_blog=story is not None and story.kind == "liveblogposting",
        headings=said.headings,
        body=story.body if story else None,
    )


def with_signature(metadata: Metadata, texts: Sequence[str], blocks: Sequence[Block], url: str | None) -> Metadata:
    """The metadata with the names that sign the text, where nobody but the site itself is said to be the author."""
    site = site_keys(filter(None, (metadata.site_name,)), url)
    if any(not same_name(name, site) for name in metadata.authors):
        return metadata
    people = read_bylines(signatures(texts) or editors(blocks)).people
    return replace(metadata, authors=people, authors_source=AuthorsSource.SIGNATURE) if people else metadata


def meta_elements(tree: Element) -> dict[str, list[str]]:
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


def page_headlines(tree: Element, url: str | None) -> tuple[Headlines, tuple[str, ...]]:
    """What a page says its headline is, and the names of its site."""
    meta, story = meta_elements(tree), _story(tree, url)
    return read_headlines(tree, meta, story), _site_names(meta, story)


def _story(tree: Element, url: str | None) -> Story | None:
    return read_story([each.text or "" for each in tree.iterfind('.//script[@type="application/ld+json"]')], url)


def _site_names(meta: dict[str, list[str]], story: Story | None) -> tuple[str, ...]:
    return tuple(filter(None, (_first(meta, "og:site_name"), story.publisher if story else None)))


def read_headlines(tree: Element, meta: dict[str, list[str]], story: Story | None) -> Headlines:
    """What the page says its headline is, place by place."""
    document = next(tree.iter("title"), None)
    return Headlines(
        story=story.title if story else None,
        social=_first(meta, "og:title", "twitter:title"),
        twitter=_first(meta, "twitter:title"),
        document=clean_line(text_of(document)[:MAX_VALUE]) or None if document is not None else None,
        headings=tuple(
            line for each in islice(tree.iter("h1"), MAX_HEADINGS) if (line := clean_line(text_of(each)[:MAX_VALUE]))
        ),
    )


def _authors(shown: list[str], meta: dict[str, list[str]], story: Story | None, site: frozenset[str]) -> Authors:
    stated = {
        AuthorsSource.JSON_LD: story.authors if story else (),
        AuthorsSource.META: stated_bylines(meta),
    }
    return choose_authors(stated, shown, story.organizations if story else (), site)


def _named_inline(tree: Element) -> list[str]:
    """The first author that a link or span inside a line is marked with."""
    marked = (each for each in tree.iter("a", "span") if _marks_author(each))
    lines = (clean_line(text_of(each)) for each in islice(marked, MAX_MARKED))
    return next(([line] for line in lines if 0 < len(line) <= MAX_NAME and is_byline(line)), [])


def _marks_author(element: Element) -> bool:
    names = (element.get("rel"), element.get("itemprop"), element.get("class"))
    return any(name and MARKS_AUTHOR.search(name) and not MARKS_COMMENT.search(name) for name in names)


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


def _canonical_href(tree: Element) -> str | None:
    links = (each for each in tree.iter("link") if "canonical" in (each.get("rel") or "").lower().split())
    return next((href for each in links if (href := each.get("href"))), None)


def _robots_noai(meta: dict[str, list[str]]) -> bool | None:
    """Whether text and data mining is reserved: robots noai, or the TDM Reservation Protocol; None where unsaid."""
    if reservation := _first(meta, "tdm-reservation"):
        return reservation == "1"
    tokens = {token.strip().lower() for rule in meta.get("robots", ()) for token in rule.split(",")}
    return True if "noai" in tokens else None
