from hypothesis import given
from hypothesis import strategies as st

from transforms.similarity.differences import side_by_side

TEXTS = st.lists(st.text(st.characters(codec="utf-8"), max_size=20), max_size=5).map("\n".join)


def shown(left: str, right: str, width: int = 82) -> list[str]:
    return list(side_by_side(left, right, width))


def test_what_is_the_same_is_only_counted() -> None:
    assert shown("One.\nTwo.", "One.\nTwo.") == ["= 2 paragraphs the same"]
    assert shown("One.", " One. ") == ["= 1 paragraph the same"]


def test_words_that_differ_are_marked_on_both_sides() -> None:
    (line,) = shown("The ferry sank on Monday", "The ferry sank on Tuesday")
    assert line == f"{'The ferry sank on [-Monday-]':<40}  The ferry sank on {{+Tuesday+}}"


def test_a_paragraph_that_one_has_alone_stands_alone() -> None:
    lines = shown("The ferry sank.", "The ferry sank.\nNobody was hurt.")
    assert lines == ["= 1 paragraph the same", f"{'':<40}  Nobody was hurt."]


def test_long_paragraphs_are_wrapped_into_two_columns() -> None:
    lines = shown("word " * 40, "word " * 40 + "more", width=42)
    assert lines[0] == f"{'word word word word':<20}  word word word word"
    assert lines[-1].endswith("{+more+}")
    assert all(len(line) <= 42 for line in lines)


def test_what_would_speak_to_the_terminal_is_not_shown() -> None:
    assert not any("\x1b" in line or "\u202e" in line for line in shown("a \x1b[31mred\u202e", "b"))


@given(TEXTS, TEXTS)
def test_any_two_texts_are_shown(left: str, right: str) -> None:
    shown(left, right)
