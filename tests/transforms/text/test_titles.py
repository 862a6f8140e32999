import pytest

from transforms.text.titles import Headlines, bare_title, choose_title, same_name, site_keys

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


def test_the_headline_that_the_title_element_does_not_repeat_is_the_editors() -> None:
    assert (
        choose_title(said(story="By hand", social="For robots", document="For robots - The Paper"), ["The Paper"], URL)
        == "By hand"
    )
    assert choose_title(said(story="For robots", social="By hand", document="For robots"), (), URL) == "By hand"


def test_what_json_ld_and_og_agree_on_is_taken_whole() -> None:
    assert (
        choose_title(said(story="Goals - a list", social="Goals - a list", headings=("Goals",)), (), URL)
        == "Goals - a list"
    )


def test_the_only_h1_and_then_the_title_element_are_left_where_nothing_else_is() -> None:
    assert choose_title(said(headings=("One",), document="Other"), (), URL) == "One"
    assert choose_title(said(headings=("One", "Two"), document="Three | The Paper"), ["The Paper"], URL) == "Three"
    assert choose_title(said(), (), URL) is None


@pytest.mark.parametrize("name", ["The Paper", "thepaper.example", "TP News", "The-Paper.example"])
def test_names_of_the_site_are_known(name: str) -> None:
    assert same_name(name, site_keys(["The Paper", "TP"], URL))


def test_a_person_is_no_site() -> None:
    assert not same_name("Ana Lima", site_keys(["The Paper"], URL))


def test_nothing_but_separators_is_bounded_work() -> None:
    assert bare_title(" | ".join("ab" * 500), (), frozenset({"zz"}))
