"""Which source names which link, and what a run should make of each."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from pipelines.demo.pages import Origins, address
from pipelines.demo.stories import Story, stories
from pipelines.demo.tables import read_rows, sources


class Fate(StrEnum):
    """What becomes of the one link of a key that is read; its other occurrences are dropped as `duplicate_link`."""

    ARTICLE = "article"
    DUPLICATE = "duplicate"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One link as one source names it: the unit of accounting."""

    source: str
    url: str  # as given
    key: str  # cleaned: no tracking, fragment or trailing slash, percent-encoded
    fate: Fate
    reason: str | None  # of a failure: schemas.failures.Reason; of a duplicate: schemas.articles.Method
    story: Story | None  # what is read there
    tied: bool  # same text and date as another link of the story: either may be the article
    answer: str | None  # how the server answers, where it is not the page of the story
    title: str
    published: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The fate of all links of one key. `original` is the story that stands for its copies.

    Links of one story that are `tied` have the same text and date: one of them is the article, whichever it is.
    """

    key: str
    given: tuple[tuple[str, str], ...]  # every (source, url) that names it
    fate: Fate
    reason: str | None
    story: str | None
    original: str | None
    language: str | None
    tied: bool

    @property
    def dropped(self) -> int:
        """Links that end as `duplicate_link`."""
        return len(self.given) - 1


def list_links(origins: Origins) -> list[Listing]:
    """All links of all sources, newest first within a source, ties by address."""
    listings = [*_plain(origins), *_special(origins)]
    order = list(sources())
    return sorted(listings, key=lambda each: (order.index(each.source), -_age(each), each.url))


def expect(listings: Iterable[Listing]) -> dict[str, Expected]:
    """Fates by key, in the order in which the sources name them."""
    grouped: dict[str, list[Listing]] = {}
    for listing in listings:
        grouped.setdefault(listing.key, []).append(listing)
    fates = {key: _expected(key, group) for key, group in grouped.items()}
    tied = {each.original for each in fates.values() if each.tied}
    return {key: replace(each, tied=each.original in tied) for key, each in fates.items()}


def encoded(url: str) -> str:
    return quote(url, safe=":/?&=#%")


def _age(listing: Listing) -> float:
    return listing.published.timestamp() if listing.published else 0.0


def _plain(origins: Origins) -> Iterable[Listing]:
    for story in stories().values():
        for source in story.sources:
            url = address(story, origins)
            yield Listing(
                source=source,
                url=url + sources()[source].suffix,
                key=encoded(url),
                fate=Fate.DUPLICATE if story.copy_of else Fate.ARTICLE,
                reason=story.copy_reason,
                story=story,
                tied=story.copy_reason == "url",
                answer=None,
                title=story.title,
                published=story.published,
            )


def _special(origins: Origins) -> Iterable[Listing]:
    for row in read_rows("links.tsv"):
        story = stories()[row["story"]] if row["story"] else None
        fate, url = row["fate"] or "", (row["url"] or "").format_map(origins)
        yield Listing(
            source=row["source"] or "",
            url=url,
            key=encoded((row["key"] or url).format_map(origins)),
            fate=Fate(fate.removesuffix("~")),
            reason=row["reason"],
            story=story,
            tied=fate.endswith("~"),
            answer=row["answer"],
            title=row["title"] or (story.title if story else ""),
            published=datetime.fromisoformat(row["published"]) if row["published"] else None,
        )


def _expected(key: str, group: list[Listing]) -> Expected:
    first = group[0]
    return Expected(
        key=key,
        given=tuple((each.source, each.url) for each in group),
        fate=first.fate,
        reason=first.reason,
        story=first.story.id if first.story else None,
        original=first.story.copy_of or first.story.id if first.story else None,
        language=first.story.language if first.story else None,
        tied=first.tied,
    )
