from lxml.html import HtmlElement, document_fromstring

from transforms.text.trimming import link_texts, trim_blocks

URL = "https://paper.example/harbour"
TITLE = "The harbour plan passes the council"
BODY = "The town council approved the plan for the harbour on Monday."


def page(html: str) -> HtmlElement:
    return document_fromstring(f"<html><body>{html}</body></html>")


def trimmed(*blocks: str, html: str = "", authors: tuple[str, ...] = ()) -> tuple[str, ...]:
    tree = page(html)
    headlines = (TITLE, *(each.text_content() for each in tree.iter("h1")))
    return trim_blocks(blocks, headlines, authors, link_texts(blocks, tree, URL))


def test_the_headline_is_not_the_first_paragraph() -> None:
    assert trimmed("The harbour plan passes the council!", BODY) == (BODY,)


def test_a_heading_other_than_the_title_and_a_glued_kicker_go_too() -> None:
    html = "<h1>Local<span>Harbour plan passes</span></h1>"
    assert trimmed("LocalHarbour plan passes", f"Town hall{TITLE}", BODY, html=html) == (BODY,)


def test_a_paragraph_that_quotes_the_headline_further_down_stays() -> None:
    blocks = (BODY, BODY + " Two.", BODY + " Three.", TITLE)
    assert trimmed(*blocks) == blocks


def test_a_long_paragraph_that_ends_like_the_headline_stays() -> None:
    block = f"After a debate of six hours in which forty speakers were heard by members, {TITLE}"
    assert trimmed(block) == (block,)


def test_bylines_go_at_both_ends_and_nowhere_else() -> None:
    blocks = ("By Ana Lima", BODY, "One.", "Two.", "Three.", "Four.", "Ana Lima", "Five.", "Six.", "Jo Berg")
    assert trimmed(*blocks, authors=("Ana Lima", "Jo Berg")) == blocks[1:-1]


def test_a_block_that_is_only_a_link_to_another_page_goes() -> None:
    html = '<a href="/storm">Storm damages the old quay</a>'
    assert trimmed(BODY, "Storm damages the old quay", html=html) == (BODY,)


def test_links_inside_the_page_and_short_ones_leave_their_text() -> None:
    inside = '<a href="#storm">Storm damages the old quay</a><a href="/harbour#x">What happens next now</a>'
    html = f'{inside}<a href="/a">Ana</a>'
    blocks = (BODY, "Storm damages the old quay", "What happens next now", "Ana")
    assert trimmed(*blocks, html=html) == blocks


def test_a_broken_link_does_no_harm() -> None:
    html = '<a href="http://[broken">Storm damages the old quay</a>'
    assert trimmed("Storm damages the old quay", html=html) == ("Storm damages the old quay",)


def test_short_links_of_navigation_go() -> None:
    assert trimmed(
        "Home", BODY, "Imprint", html='<nav><a href="/">Home</a></nav><footer><a href="/i">Imprint</a></footer>'
    ) == (BODY,)
