"""When an article was published and changed, out of all that a page says of it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from htmldate import find_date
from lxml.etree import tostring

from schemas.pages import DatePrecision, DateSource
from transforms.text.blocks import Block
from transforms.text.dates import Moment, parse_moment, parse_numeric_day
from transforms.text.jsonld import Story
from transforms.text.shown_dates import shown_day
from transforms.text.trees import Element

MAX_TIMES = 50  # time elements that are looked at
MAX_SEARCHED = 1_000_000  # characters of a page that is searched for a date; the search takes seconds for each million
MAX_LABELLED = 60  # letters of a block that is a label and a date
PUBLISHED = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "og:published_time",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "publish-date",
    "publish_date", "publishdate", "pubdate", "dc.date.issued", "dcterms.created", "dc.date", "date",
)  # fmt: skip
MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified")
PUBLISHED_LIKE = re.compile(r"publi\w*\W?(?:time|date)")  # names that are nobody's standard: article:published:time
DATE_IN_PATH = re.compile(r"(20\d\d)[/-]?(\d\d)[/-]?(\d\d)")
LABEL = re.compile(
    r"\A(?:datum|date|published(?: on)?|veröffentlicht(?: am)?|publié le|publicado(?: el| em)?|pubblicato(?: il)?|дата|"
    r"tarih|data|dato|dátum|日期|日時)\s*[:：]?\s+(.+)",
    re.IGNORECASE,
)
Meta = dict[str, list[str]]


def published(
    tree: Element, blocks: Sequence[Block], meta: Meta, story: Story | None, url: str | None, headline: int = -1
) -> tuple[Moment | None, DateSource | None]:
    """JSON-LD, then meta elements, then elements that state it for machines, a labelled date, one in words that
    stands behind the headline, htmldate's search.

    Another statement of the same page adds the time zone or the time of day that the first one lacks.
    """
    stated = list(_stated(meta, story))
    if stated:
        moment, source = stated[0]
        return _completed(moment, (each for each, _ in stated)), source
    if marked := next(_for_machines(tree), None):
        return marked, DateSource.TEXT
    if labelled := _labelled(blocks):
        return _completed(labelled, _shown_times(tree)), DateSource.TEXT
    if DATE_IN_PATH.search(url or "") is None and (shown := shown_day(blocks, headline)):
        return _completed(shown, _shown_times(tree)), DateSource.TEXT
    return _searched(tree, url)


def modified(meta: Meta, story: Story | None) -> datetime | None:
    moment = parse_moment(story.modified) if story and story.modified else None
    moment = moment or next(_named(meta, MODIFIED), None)
    return moment.at if moment else None


def _stated(meta: Meta, story: Story | None) -> Iterator[tuple[Moment, DateSource]]:
    if story and story.published and (moment := parse_moment(story.published)):
        yield moment, DateSource.JSON_LD
    others = sorted(name for name in meta if PUBLISHED_LIKE.search(name) and name not in PUBLISHED)
    for moment in _named(meta, (*PUBLISHED, *others)):
        yield moment, DateSource.META


def _completed(moment: Moment, others: Iterable[Moment]) -> Moment:
    """The moment, or the first other statement of it that says more."""
    for other in others:
        if not moment.zoned and other.zoned and _minute(other.clock) == _minute(moment.clock):
            return other
        day_only = moment.precision is DatePrecision.DAY and other.precision is not DatePrecision.DAY
        if day_only and other.clock.date() == moment.clock.date():
            return other
    return moment


def _minute(clock: datetime) -> datetime:
    return clock.replace(second=0, microsecond=0)


def _for_machines(tree: Element) -> Iterator[Moment]:
    """schema.org's property first, then time elements that say they are the date of publication."""
    for element in tree.iterfind('.//*[@itemprop="datePublished"]'):
        if moment := parse_moment(element.get("datetime") or element.get("content") or ""):
            yield moment
    for element in islice(tree.iter("time"), MAX_TIMES):
        if element.get("pubdate") is not None and (moment := parse_moment(element.get("datetime") or "")):
            yield moment


def _shown_times(tree: Element) -> Iterator[Moment]:
    """All time elements, those of other stories as well."""
    for element in islice(tree.iter("time"), MAX_TIMES):
        if moment := parse_moment(element.get("datetime") or ""):
            yield moment


def _labelled(blocks: Sequence[Block]) -> Moment | None:
    """The date behind the word for one, in a block of its own, where all of them say the same."""
    short = (LABEL.match(block.text) for block in blocks if block.letters <= MAX_LABELLED)
    found = [parse_moment(match[1]) or parse_numeric_day(match[1]) for match in short if match]
    moments = [moment for moment in found if moment]
    return moments[0] if len({moment.clock.date() for moment in moments}) == 1 else None


def _searched(tree: Element, url: str | None) -> tuple[Moment | None, DateSource | None]:
    html = tostring(tree, encoding="unicode", method="html")
    if len(html) > MAX_SEARCHED:
        return None, None
    found = find_date(html, extensive_search=True, original_date=True, url=url)
    if not found or not (moment := parse_moment(found)):
        return None, None
    if _stands_in(url, moment):
        return moment, DateSource.URL
    if (moment.clock.month, moment.clock.day) == (1, 1):  # what the search makes of a year alone, as in a copyright
        return None, None
    return _completed(moment, _shown_times(tree)), DateSource.TEXT


def _stands_in(url: str | None, moment: Moment) -> bool:
    match = DATE_IN_PATH.search(url or "")
    return match is not None and "".join(match.groups()) == moment.at.strftime("%Y%m%d")


def _named(meta: Meta, names: Iterable[str]) -> Iterator[Moment]:
    for name in names:
        for content in meta.get(name, ()):
            if moment := parse_moment(content):
                yield moment
