import pytest

from pipelines.explorer.articles import Piece
from pipelines.explorer.passages import LENGTH, passage
from pipelines.explorer.words import parse_search


def marked(typed: str, text: str, title: str | None = None) -> tuple[str, str]:
    """Headline and passage with words found in brackets."""
    seen = passage(title, text, parse_search(typed))
    return _told(seen.title), _told(seen.text)


def _told(pieces: object) -> str:
    assert isinstance(pieces, list | tuple)
    return "".join(f"[{each.text}]" if each.codes else each.text for each in pieces if isinstance(each, Piece))


@pytest.mark.parametrize(
    ("typed", "text", "shown"),
    [
        ("flood", "The flood, a Flood of floods", "The [flood], a [Flood] of floods"),
        ("flood*", "a flood of floods", "a [flood] of [floods]"),
        ("elan", "with ÉLAN and élan", "with [ÉLAN] and [élan]"),
        ("elan", "with e\u0301lan", "with [e\u0301lan]"),
        ('"side by side"', "set side by, side by side", "set [side by, side] by side"),
        ("棉花", "新疆的棉花今年丰收", "新疆的[棉花]今年丰收"),
        ("strasse", "Straße", ""),  # as in the index
        ("-flood river", "a river", "a [river]"),
        ("title:river", "a river", ""),
    ],
)
def test_words_found_are_marked(typed: str, text: str, shown: str) -> None:
    assert marked(typed, text)[1] == shown


def test_the_headline_is_marked_too() -> None:
    assert marked("title:river", "a river", "River, dry") == ("[River], dry", "")


def test_a_passage_is_short_and_begins_and_ends_with_a_word() -> None:
    _, shown = marked("needle", "straw " * 200 + "needle " + "straw " * 200)
    assert shown.startswith("… straw")
    assert shown.endswith("straw …")
    assert "[needle]" in shown
    assert len(shown) < LENGTH + 10


def test_the_passage_with_most_of_the_words_is_shown() -> None:
    text = "The river. " + "Nothing at all happens here. " * 30 + "A river and its flood."
    assert "A [river] and its [flood]." in marked("river flood", text)[1]


def test_a_text_of_marks_alone_and_a_huge_one_do_no_harm() -> None:
    assert marked("a", "\u0301" * 50) == ("", "")
    assert marked("needle", "straw " * 100_000 + "needle") == ("", "")
