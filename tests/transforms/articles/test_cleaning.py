from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from schemas.candidates import Candidate
from schemas.failures import Drop, DropReason
from schemas.links import FeedItem, LinkKind, Previous
from schemas.pages import AuthorsSource, DatePrecision, DateSource, TitleSource
from tests.fixtures.records import NOW, URL, article, draft, extraction, link, story
from transforms.articles.cleaning import (
    NO_ITEM,
    article_id,
    authorship,
    clean_draft,
    headline,
    publication,
)
from transforms.text.normal import content_hash
from transforms.web.urls import url_key

BLOCKS = story(1)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 20, tzinfo=UTC)


def test_paragraphs_are_parted_by_a_blank_line_and_stand_once() -> None:
    made = article(*BLOCKS, *BLOCKS[-2:])
    assert made.text == "\n\n".join(BLOCKS)
    assert (made.repeats_removed, made.repeats_removed_chars) == (2, sum(map(len, BLOCKS[-2:])))


@pytest.mark.parametrize(
    ("title", "source", "feed", "chosen"),
    [
        ("By hand", TitleSource.META, "For robots!", ("For robots", TitleSource.FEED)),
        ("By hand", TitleSource.META, "Something else", ("By hand", TitleSource.META)),
        ("By hand", TitleSource.META, None, ("By hand", TitleSource.META)),
        ("Plan passes, Local, Paper", TitleSource.DOCUMENT, "Plan passes", ("Plan passes", TitleSource.FEED)),
        (None, None, "Plan passes", ("Plan passes", TitleSource.FEED)),
    ],
)
def test_the_feed_is_a_witness_of_the_headline(
    title: str | None, source: TitleSource | None, feed: str | None, chosen: tuple[str, TitleSource]
) -> None:
    page = extraction(*BLOCKS, title=title, title_source=source, headlines=("By hand", "For robots"))
    assert headline(page, replace(NO_ITEM, title=feed)) == chosen


def test_the_feed_names_the_authors_where_the_page_names_only_its_site() -> None:
    item = replace(NO_ITEM, authors=("By Ana Lima", "desk@paper.example"))
    site = extraction(*BLOCKS, authors=("The Paper",), authors_source=AuthorsSource.SITE)
    assert authorship(site, item) == (("Ana Lima",), AuthorsSource.FEED)
    assert authorship(site, NO_ITEM) == (("The Paper",), AuthorsSource.SITE)
    person = extraction(*BLOCKS, authors=("Jo Berg",), authors_source=AuthorsSource.META)
    assert authorship(person, item) == (("Jo Berg",), AuthorsSource.META)


def test_identity_is_the_url_key_and_does_not_follow_the_text() -> None:
    assert article(*BLOCKS).article_id == article(*story(2)).article_id == url_key(URL)


def test_a_page_without_url_is_known_by_its_text() -> None:
    file = link("a.html", kind=LinkKind.FILE, path="a.html", canonical_url=None)
    other = replace(file, url="b.html", path="b.html")
    assert article(*BLOCKS, of=file).article_id == article(*BLOCKS, of=other).article_id
    assert article_id(file, "one text") != article_id(file, "another")


def test_the_hash_of_the_content_is_that_of_the_page_with_its_repeats() -> None:
    doubled = (*BLOCKS, *BLOCKS)
    assert article(*doubled).content_hash == content_hash(doubled) != content_hash(BLOCKS)


def test_an_unchanged_text_is_dropped() -> None:
    known = Previous(content_hash=content_hash(BLOCKS), revision=3, first_seen_at=NOW)
    assert clean_draft(draft(*BLOCKS, of=link(previous=known))) == Drop(
        url=URL, reason=DropReason.UNCHANGED, detail="the text of revision 3"
    )


def test_a_changed_text_is_the_next_revision() -> None:
    known = Previous(content_hash="before", revision=3, first_seen_at=NOW - timedelta(days=9))
    made = article(*BLOCKS, of=link(previous=known))
    assert (made.revision, made.previous_hash, made.revised_at) == (4, "before", NOW)
    assert made.first_seen_at == NOW - timedelta(days=9)


def test_the_first_revision_has_none_before() -> None:
    made = article(*BLOCKS)
    assert (made.revision, made.previous_hash, made.revised_at, made.first_seen_at) == (1, None, None, NOW)


@pytest.mark.parametrize(
    ("page", "precision", "feed", "expected"),
    [
        (None, None, None, (None, None, None)),
        (None, None, NOON, (NOON, DatePrecision.SECOND, DateSource.FEED)),
        (NOON, DatePrecision.MINUTE, MIDNIGHT, (NOON, DatePrecision.MINUTE, DateSource.META)),
        (MIDNIGHT, DatePrecision.DAY, NOON, (NOON, DatePrecision.SECOND, DateSource.FEED)),
        (MIDNIGHT, DatePrecision.DAY, NOON + timedelta(days=2), (MIDNIGHT, DatePrecision.DAY, DateSource.META)),
        (MIDNIGHT, DatePrecision.DAY, None, (MIDNIGHT, DatePrecision.DAY, DateSource.META)),
    ],
)
def test_the_page_says_when_it_was_published_and_the_feed_how_exactly(
    page: datetime | None, precision: DatePrecision | None, feed: datetime | None, expected: object
) -> None:
    stated = extraction(
        "x",
        published_at=page,
        published_precision=precision,
        published_source=DateSource.META if page else None,
    )
    assert publication(stated, FeedItem(feed_url="f", published_at=feed), NOW) == expected
    assert NO_ITEM.published_at is None


def test_what_the_page_does_not_say_the_feed_may() -> None:
    item = FeedItem(
        feed_url="f", feed_title="The Feed", guid="7", title="T", summary="S", authors=("A",), categories=("C",),
        language="de",
    )  # fmt: skip
    made = article(*BLOCKS, of=link(item=item), language=None)
    assert (made.title, made.description, made.authors, made.language, made.site_name) == (
        "T",
        "S",
        ("A",),
        "de",
        "The Feed",
    )
    assert (made.feed_url, made.feed_title, made.feed_guid, made.feed_categories) == ("f", "The Feed", "7", ("C",))


def test_what_the_page_says_counts_more_than_the_feed() -> None:
    item = FeedItem(feed_url="f", title="T", summary="S", authors=("A",), language="de")
    made = article(*BLOCKS, of=link(item=item), title="P", description="D", authors=("B",), language="en")
    assert (made.title, made.description, made.authors, made.language) == ("P", "D", ("B",), "en")


def test_the_page_may_name_the_url_to_cite_and_the_given_one_is_kept() -> None:
    made = article(*BLOCKS, of=link(URL + "?utm_source=x", canonical_url=URL), canonical_url=URL + "/canonical")
    assert (made.url, made.canonical_url) == (URL + "?utm_source=x", URL + "/canonical")
    assert article(*BLOCKS).canonical_url == URL


def test_the_password_of_a_feed_does_not_reach_the_dataset() -> None:
    secret = "https://user:secret@news.example/feed"
    made = article(*BLOCKS, of=link(item=FeedItem(feed_url=secret), source=secret, seen_in=(secret,)))
    assert "secret" not in repr(made)
    assert made.feed_url == "https://***@news.example/feed"


def test_absent_is_none() -> None:
    made = article(*BLOCKS)
    assert (made.title, made.description, made.site_name, made.feed_url, made.image_url) == (None,) * 5


def test_a_page_that_says_it_is_too_old_is_dropped() -> None:
    old = draft(*BLOCKS, published_at=MIDNIGHT)
    assert clean_draft(old, since=NOON) == Drop(url=URL, reason=DropReason.TOO_OLD, detail="published 2026-11-20")
    assert isinstance(clean_draft(old, since=MIDNIGHT), Candidate)


@pytest.mark.parametrize("odd", [datetime(1970, 1, 1, tzinfo=UTC), NOW + timedelta(days=2)])
def test_a_date_that_cannot_be_is_nobodys_date(odd: datetime) -> None:
    stated = extraction(*BLOCKS, published_at=odd, published_precision=DatePrecision.SECOND)
    assert publication(stated, FeedItem(feed_url="f"), NOW) == (None, None, None)
    assert publication(stated, FeedItem(feed_url="f", published_at=NOON), NOW)[0] == NOON


def test_a_day_that_was_guessed_from_the_text_yields_to_the_feed() -> None:
    guess = {"published_at": MIDNIGHT - timedelta(days=9), "published_precision": DatePrecision.DAY}
    feed = FeedItem(feed_url="f", published_at=NOON)
    assert publication(extraction(*BLOCKS, published_source=DateSource.TEXT, **guess), feed, NOW)[0] == NOON
    assert (
        publication(extraction(*BLOCKS, published_source=DateSource.META, **guess), feed, NOW)[0]
        == guess["published_at"]
    )


def test_furniture_goes_from_the_text_and_not_from_its_hash() -> None:
    marked = replace(draft(*BLOCKS, "Read our letter"), furniture=(len(BLOCKS),), furniture_version="v")
    made = clean_draft(marked)
    assert isinstance(made, Candidate)
    assert made.article.text == "\n\n".join(BLOCKS)
    assert made.article.content_hash == content_hash((*BLOCKS, "Read our letter"))
    assert (made.article.furniture_removed, made.article.furniture_version) == (1, "v")
