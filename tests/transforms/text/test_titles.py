import pytest

from schemas.pages import TitleSource
from transforms.text.titles import (
    Headlines,
    all_headlines,
    bare_title,
    choose_title,
    names_host,
    same_name,
    site_keys,
    with_shown_headline,
)

URL = "https://www.the-paper.example/local/harbour"


@pytest.mark.parametrize(
    ("title", "heading", "site", "bare"),
    [
        ("Harbour plan passes - The Paper", None, "The Paper", "Harbour plan passes"),
        ("Harbour plan passes - News - The Paper", "Harbour plan passes", "The Paper", "Harbour plan passes"),
        ("The Paper | Harbour plan passes", None, "The Paper", "Harbour plan passes"),
        ("Harbour plan passes | Local", "Harbour plan passes", None, "Harbour plan passes"),
        ("Harbour plan passes – at last", "Another heading", "The Paper", "Harbour plan passes – at last"),
        ("Harbour plan passes", "Harbour", "passes", "Harbour plan passes"),
        ("Golem - the-paper.example", None, "the-paper.example", "Golem"),
    ],
)
def test_only_what_is_proved_foreign_is_cut(title: str, heading: str | None, site: str | None, bare: str) -> None:
    assert bare_title(title, [heading] if heading else [], site_keys([site] if site else [], None)) == bare


def said(**places: str | tuple[str, ...]) -> Headlines:
    return Headlines(**{"story": None, "social": None, "document": None, "headings": ()} | places)  # type: ignore[arg-type]  # a mix


def chosen(*site_names: str, **places: str | tuple[str, ...]) -> tuple[str, TitleSource] | None:
    title = choose_title(said(**places), site_names, URL)
    return (title.text, title.source) if title else None


def test_the_headline_that_the_title_element_does_not_repeat_is_the_editors() -> None:
    one = {"story": "By hand", "social": "For robots", "document": "For robots - The Paper"}
    assert chosen("The Paper", **one) == ("By hand", TitleSource.JSON_LD)
    other = {"story": "For robots", "social": "By hand", "document": "For robots"}
    assert chosen(**other) == ("By hand", TitleSource.META)


def test_two_places_against_two_are_settled_by_what_readers_see() -> None:
    pairs = {"social": "For friends", "twitter": "For friends", "story": "In print", "document": "In print"}
    assert chosen(**pairs, headings=("For friends",)) == ("For friends", TitleSource.META)
    assert chosen(**pairs, headings=("In print",)) == ("In print", TitleSource.JSON_LD)
    assert chosen(**pairs) == ("In print", TitleSource.JSON_LD)


def test_what_json_ld_and_og_agree_on_is_taken_whole() -> None:
    title = chosen(story="Goals - a list", social="Goals - a list", headings=("Goals",))
    assert title == ("Goals - a list", TitleSource.JSON_LD)


def test_where_they_differ_in_punctuation_only_og_title_is_as_it_is_shown() -> None:
    assert chosen(story="Harbour - plan passes", social="Harbour: plan passes") == (
        "Harbour: plan passes",
        TitleSource.META,
    )


def test_kickers_that_two_places_do_not_share_are_cut() -> None:
    places = {
        "social": "Council: Harbour plan passes at last",
        "headings": ("Town news - Harbour plan passes at last",),
    }
    assert chosen(**places) == ("Harbour plan passes at last", TitleSource.META)
    assert chosen(social="Council: Yes", headings=("Town news - Yes",)) == ("Council: Yes", TitleSource.META)


def test_the_only_h1_and_then_the_title_element_are_left_where_nothing_else_is() -> None:
    assert chosen(headings=("One",), document="Other") == ("One", TitleSource.HEADING)
    assert chosen("The Paper", headings=("One", "Two"), document="Three | The Paper") == ("Three", TitleSource.DOCUMENT)
    assert chosen() is None


def test_all_headlines_of_a_page_come_once_and_without_the_site() -> None:
    places = said(story="One", social="Two | The Paper", document="Two - The Paper", headings=("One", "Three"))
    assert all_headlines(places, ["The Paper"], URL) == ("One", "Two", "Three")


def test_the_address_of_the_site_in_a_line_is_seen() -> None:
    assert names_host("The Paper (www.the-paper.example)", site_keys([], URL))
    assert not names_host("Ana Lima (www.ana-lima.example)", site_keys([], URL))


@pytest.mark.parametrize("name", ["The Paper", "thepaper.example", "TP News", "The-Paper.example"])
def test_names_of_the_site_are_known(name: str) -> None:
    assert same_name(name, site_keys(["The Paper", "TP"], URL))


def test_a_person_is_no_site() -> None:
    assert not same_name("Ana Lima", site_keys(["The Paper"], URL))


def test_nothing_but_separators_is_bounded_work() -> None:
    assert bare_title(" | ".join("ab" * 500), (), frozenset({"zz"}))


def test_a_page_without_an_h1_shows_its_headline_before_the_site_in_its_title_element() -> None:
    page = said(document="The ferry sails at night - The Paper")
    found = with_shown_headline(page, ["Home", "The ferry sails at night", "It left at nine."])
    assert found.headings == ("The ferry sails at night",)
    assert with_shown_headline(page, ["Home", "Another headline of the page"]) == page


def test_a_page_with_an_h1_needs_no_other_headline() -> None:
    page = said(document="The ferry sails at night - The Paper", headings=("At night",))
    assert with_shown_headline(page, ["The ferry sails at night"]) == page
