from datetime import UTC, datetime

import pytest

from schemas.pages import AuthorsSource, DatePrecision, DateSource
from transforms.text.blocks import read_blocks
from transforms.text.metadata import Metadata, read_metadata
from transforms.text.trees import parse_page

URL = "https://www.paper.example/local/harbour"
BODY = "<p>The town council approved the plan for the harbour on Monday after a debate of six hours.</p>"


def metadata(head: str = "", body: str = BODY, url: str | None = URL, html: str = "<html>") -> Metadata:
    tree = parse_page(f"<!DOCTYPE html>{html}<head>{head}</head><body>{body}</body></html>".encode())
    assert tree is not None
    return read_metadata(tree, read_blocks(tree), url)


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", {text}}}</script>'


def test_the_headline_that_the_title_element_does_not_repeat_is_taken() -> None:
    head = ld('"headline": "From JSON-LD"') + '<title>HERE</title><meta property="og:title" content="From og">'
    assert metadata(head.replace("HERE", "From og"), "<h1>From h1</h1>").title == "From JSON-LD"
    assert metadata(head.replace("HERE", "From JSON-LD"), "<h1>From h1</h1>").title == "From og"


def test_the_only_h1_goes_before_the_title_element() -> None:
    head = "<title>From title</title>"
    assert metadata(head, "<h1>From <b>h1</b></h1>").title == "From h1"
    assert metadata(head, "<h1>One</h1><h1>Two</h1>").title == "From title"


def test_the_title_element_is_the_last_resort_and_no_title_is_none() -> None:
    assert metadata("<title>Harbour plan passes</title>").title == "Harbour plan passes"
    assert metadata("<title> </title>").title is None


def test_a_script_in_a_title_stays_text() -> None:
    assert metadata("<title><script>alert(1)</script></title>").title == "<script>alert(1)</script>"


def test_the_name_of_the_site_is_cut_from_the_title() -> None:
    head = ld('"headline": "Harbour plan - The Paper"') + '<meta property="og:site_name" content="The Paper">'
    found = metadata(head)
    assert (found.title, found.site_name) == ("Harbour plan", "The Paper")


@pytest.mark.parametrize(
    ("head", "at", "source", "precision"),
    [
        (
            ld('"datePublished": "2026-03-04T10:20:30+01:00"'),
            datetime(2026, 3, 4, 9, 20, 30, tzinfo=UTC),
            DateSource.JSON_LD,
            DatePrecision.SECOND,
        ),
        (
            ld('"datePublished": "soon"') + '<meta property="article:published_time" content="2026-03-04T10:20Z">',
            datetime(2026, 3, 4, 10, 20, tzinfo=UTC),
            DateSource.META,
            DatePrecision.MINUTE,
        ),
        (
            '<meta name="date" content="2026-03-04">',
            datetime(2026, 3, 4, tzinfo=UTC),
            DateSource.META,
            DatePrecision.DAY,
        ),
    ],
)
def test_the_date_of_publication_names_its_source(
    head: str, at: datetime, source: DateSource, precision: DatePrecision
) -> None:
    found = metadata(head)
    assert (found.published_at, found.published_source, found.published_precision) == (at, source, precision)


def test_a_date_is_found_in_the_text_or_in_the_address() -> None:
    in_text = metadata(body='<time datetime="2024-03-04">4 March 2024</time>' + BODY)
    assert (in_text.published_at, in_text.published_source) == (datetime(2024, 3, 4, tzinfo=UTC), DateSource.TEXT)
    in_url = metadata(url="https://www.paper.example/2024/03/05/harbour")
    assert (in_url.published_at, in_url.published_source) == (datetime(2024, 3, 5, tzinfo=UTC), DateSource.URL)


def test_a_page_without_a_date_has_none() -> None:
    found = metadata()
    assert (found.published_at, found.published_source, found.published_precision) == (None, None, None)


def test_authors_come_from_json_ld_else_from_meta_else_from_the_byline() -> None:
    assert metadata(ld('"author": {"name": "Ana Lima"}') + '<meta name="author" content="Jo Berg">').authors == (
        "Ana Lima",
    )
    assert metadata('<meta name="author" content="Jo Berg">').authors == ("Jo Berg",)
    assert metadata(body=f'<span class="author">Li Wei</span>{BODY}').authors == ("Li Wei",)
    assert metadata().authors == ()


def authors(head: str = "", body: str = BODY) -> tuple[tuple[str, ...], AuthorsSource | None, str | None]:
    site = '<meta property="og:site_name" content="The Paper">'
    found = metadata(site + head, f"<h1>Harbour plan passes</h1>{body}")
    return found.authors, found.authors_source, found.wire_agency


def test_the_authors_name_their_source() -> None:
    assert authors(ld('"author": {"name": "Ana Lima"}'))[:2] == (("Ana Lima",), AuthorsSource.JSON_LD)
    assert authors('<meta name="author" content="Ana Lima">')[:2] == (("Ana Lima",), AuthorsSource.META)
    assert authors(body=f"<p>By Ana Lima</p>{BODY}")[:2] == (("Ana Lima",), AuthorsSource.BYLINE)
    assert authors('<meta name="author" content="The Paper">')[:2] == (("The Paper",), AuthorsSource.SITE)
    assert authors()[:2] == ((), None)


def test_a_byline_that_shows_all_who_are_stated_and_more_is_the_fuller_one() -> None:
    shown = f"<address>Ana Lima</address><address>Jo Berg</address>{BODY}"
    assert authors(ld('"author": {"name": "Jo Berg"}'), shown)[:2] == (("Ana Lima", "Jo Berg"), AuthorsSource.BYLINE)
    assert authors(ld('"author": {"name": "Li Wei"}'), shown)[:2] == (("Li Wei",), AuthorsSource.JSON_LD)


def test_an_agency_that_is_stated_leaves_the_site_no_author() -> None:
    head = '<meta name="author" content="The Paper"><meta name="byl" content="dpa">'
    assert authors(head) == ((), None, "dpa")


def test_an_agency_alone_below_the_headline_is_the_source() -> None:
    assert authors(body=f"<div class='name'>AFP, MANILA</div>{BODY}") == ((), None, "AFP")


def test_a_line_with_the_address_of_the_site_is_the_site_itself() -> None:
    labelled = f"{BODY}<ul><li>Autorin/Autor Ana Lima</li></ul>"
    head = '<meta name="author" content="Harbour Voice (www.paper.example)">'
    assert authors(head, labelled)[:2] == (("Ana Lima",), AuthorsSource.BYLINE)
    assert authors(head)[:2] == (("Harbour Voice",), AuthorsSource.SITE)


def test_readers_who_comment_and_menus_are_no_authors() -> None:
    assert authors(body=BODY + '<a class="comment-author">Jo Berg</a>')[0] == ()
    assert authors(body=BODY + '<a class="author-menu">Edit topics</a>')[0] == ()


@pytest.mark.parametrize(
    ("head", "at"),
    [
        ('"datePublished": "2026-03-04 10:20:30.0"', datetime(2026, 3, 4, 8, 20, 30, tzinfo=UTC)),
        ('"datePublished": "2026-03-04"', datetime(2026, 3, 4, 8, 20, 30, tzinfo=UTC)),
        ('"datePublished": "2026-03-05"', datetime(2026, 3, 5, tzinfo=UTC)),
        ('"datePublished": "2026-03-04 11:00"', datetime(2026, 3, 4, 11, tzinfo=UTC)),
    ],
)
def test_another_statement_adds_the_zone_or_the_hour_that_the_first_one_lacks(head: str, at: datetime) -> None:
    found = metadata(ld(head) + '<meta name="article:published:time" content="2026-03-04T10:20:30+02:00">')
    assert (found.published_at, found.published_source) == (at, DateSource.JSON_LD)


def test_a_labelled_date_goes_before_dates_in_the_text() -> None:
    labels = "<ul><li>Datum 28.04.2024</li></ul>"
    caption = "<p>The harbour on 24 April 2024, seen from the town.</p>"
    assert metadata(body=caption + BODY + labels).published_at == datetime(2024, 4, 28, tzinfo=UTC)


def test_the_other_fields_are_read_from_meta_elements() -> None:
    found = metadata(
        """<meta property="og:description" content="What the&nbsp;council said">
        <meta property="og:image" content="/a.jpg"><meta property="article:section" content="Local">
        <meta name="keywords" content="harbour, council,harbour">
        <meta property="article:modified_time" content="2026-03-05T01:02:03Z">
        <link rel="canonical" href="/local/harbour">""",
        html='<html lang="en-GB">',
    )
    assert found.description == "What the council said"
    assert found.image_url == "https://www.paper.example/a.jpg"
    assert found.section == "Local"
    assert found.keywords == ("harbour", "council")
    assert found.modified_at == datetime(2026, 3, 5, 1, 2, 3, tzinfo=UTC)
    assert found.canonical_url == URL
    assert found.claimed_language == "en-GB"


def test_a_canonical_link_to_another_site_is_ignored() -> None:
    assert metadata('<link rel="canonical" href="https://other.example/harbour">').canonical_url is None
    assert metadata('<link rel="canonical" href="javascript:alert(1)">').canonical_url is None


@pytest.mark.parametrize(
    ("head", "reserved"),
    [
        ("", None),
        ('<meta name="robots" content="index, noai">', True),
        ('<meta name="ROBOTS" content="index, follow">', None),
        ('<meta name="tdm-reservation" content="1">', True),
        ('<meta name="tdm-reservation" content="0">', False),
    ],
)
def test_reservation_of_text_and_data_mining_is_read(head: str, reserved: bool | None) -> None:
    assert metadata(head).robots_noai is reserved


def test_the_paywall_is_what_json_ld_says() -> None:
    assert metadata(ld('"isAccessibleForFree": false')).paywalled is True
    assert metadata(ld('"isAccessibleForFree": true')).paywalled is False
    assert metadata().paywalled is None


def test_nothing_on_a_page_gives_nothing() -> None:
    found = metadata(body="", url=None)
    assert (found.title, found.authors, found.published_at, found.canonical_url) == (None, (), None, None)
