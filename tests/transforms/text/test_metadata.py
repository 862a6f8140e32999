from datetime import UTC, datetime

import pytest

from schemas.pages import DatePrecision, DateSource
from transforms.text.blocks import read_blocks
from transforms.text.extract import parse_page
from transforms.text.metadata import Metadata, read_metadata

URL = "https://www.paper.example/local/harbour"
BODY = "<p>The town council approved the plan for the harbour on Monday after a debate of six hours.</p>"


def metadata(head: str = "", body: str = BODY, url: str | None = URL, html: str = "<html>") -> Metadata:
    tree = parse_page(f"<!DOCTYPE html>{html}<head>{head}</head><body>{body}</body></html>")
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
