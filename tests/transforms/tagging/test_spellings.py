import pytest

from transforms.tagging.lexicon import lexicon_for, make_lexicon
from transforms.tagging.spellings import spelling_of, stems


def quotes(language: str, terms: str, text: str) -> list[str]:
    lexicon = make_lexicon([("medtop:15000000", 1.0, terms)], language)
    return [text[start:end] for _, start, end in lexicon.hits(text)]


@pytest.mark.parametrize(
    ("language", "terms", "text", "found"),
    [
        ("yo", "bọ́ọ̀lù", "Wọ́n gbá bọọlu.", ["bọọlu"]),
        ("yo", "bọọlu", "Wọ́n gbá bọ́ọ̀lù.", ["bọ́ọ̀lù"]),
        ("yo", "ọkọ", "Oko ni.", []),
        ("ha", "ƙwallo", "Kwallo da ƙwallo", ["Kwallo", "ƙwallo"]),
        ("am", "ፀሐይ", "ጸሀይ ወጣች", ["ጸሀይ"]),
        ("am", "ፊልም", "ፊልሞች እና ፊልሙ", ["ፊልሞች", "ፊልሙ"]),
        ("ta", "தாக்குதல்*", "தாக்குதலில்", ["தாக்குதலில்"]),
        ("bn", "খেলোয়াড়", "খেলোয়াড়", ["খেলোয়াড়"]),
    ],
)
def test_a_word_is_found_in_each_of_its_spellings_and_quoted_as_it_stands(
    language: str, terms: str, text: str, found: list[str]
) -> None:
    assert quotes(language, terms, text) == found


def test_letters_of_two_encodings_are_one() -> None:
    for text in (
        "\u0996\u09c7\u09b2\u09cb\u09df\u09be\u09dc",
        "\u0996\u09c7\u09b2\u09cb\u09af\u09bc\u09be\u09a1\u09bc",
    ):
        assert quotes("bn", "\u0996\u09c7\u09b2\u09cb\u09af\u09bc\u09be\u09a1\u09bc", text) == [text]


def test_marks_behind_a_hit_are_part_of_it_and_those_before_move_nothing() -> None:
    assert quotes("yo", "eré", "O\u0301 e\u0300re\u0301, ere") == ["e\u0300re\u0301", "ere"]


def test_most_languages_are_written_in_one_way() -> None:
    assert spelling_of("en") is None
    assert lexicon_for("fi").spelling is None
    assert list(stems("film", "en")) == ["film"]
