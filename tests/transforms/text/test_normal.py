import unicodedata

import pytest

from transforms.text.normal import clean_line, content_hash, fair_length, join_blocks, normalize, word_count


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("  two \t words\n here ", "two words here"),
        ("no\u00a0break\u2009thin\u3000wide", "no break thin wide"),
        ("zero\u200bwidth\ufeff and\u2060 joined", "zerowidth and joined"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\u202eright to left\u202c \u2066isolate\u2069\u200e", "right to left isolate"),
        ("bell\x07 and \x00nul", "bell and nul"),
        ("broken \ud800 surrogate", "broken surrogate"),
        (unicodedata.normalize("NFD", "Größe, Škoda, 한국"), "Größe, Škoda, 한국"),
        ("a\u200db \u200c", "ab"),
    ],
)
def test_a_line_is_folded_and_rid_of_what_nobody_sees(dirty: str, clean: str) -> None:
    assert clean_line(dirty) == clean


@pytest.mark.parametrize("text", ["می\u200cخواهم", "क\u094d\u200dष", "👩\u200d🚀", "“quoted” – dash … €"])
def test_what_shapes_words_and_emoji_stays(text: str) -> None:
    assert clean_line(text) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The “Harbour” plan", "the harbour   PLAN!"),
        ("ＦＵＬＬ width", "full width"),
        ("Straße", "STRASSE"),
        ("ﬁne", "fine"),
        ("e\u0301t\u00e9", "été"),
    ],
)
def test_texts_that_read_alike_have_one_normal_form(one: str, other: str) -> None:
    assert normalize(one) == normalize(other)


def test_vowel_signs_are_part_of_words() -> None:
    assert normalize("की") != normalize("का")


def test_the_hash_sees_words_and_not_their_dress() -> None:
    assert content_hash(["One, two.", "Three"]) == content_hash(["one two three!"])
    assert content_hash(["one two three"]) != content_hash(["one two tree"])


def test_the_hash_has_32_digits_and_stays_from_release_to_release() -> None:
    assert content_hash(["Hello, world"]) == "df8d09e93f874900a99b8775cc15b6c7"


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("", None, 0),
        ("The well-known mayor doesn't agree — yet.", "en", 6),
        ("यह एक छोटा वाक्य है", "hi", 5),
        ("시의회는 계획을 통과시켰다", "ko", 3),
        ("市議会は計画を可決した", "ja", 6),
        ("他说 OpenOffice 很好", "zh", 3),
        ("สภาเมืองอนุมัติ", "th", 4),
    ],
)
def test_words_are_counted_by_spaces_or_by_characters(text: str, language: str | None, count: int) -> None:
    assert word_count(text, language) == count


def test_dense_scripts_count_for_more_letters() -> None:
    assert fair_length("abc") == 3
    assert fair_length("市議会") == 9


def test_blocks_are_parted_by_one_blank_line_and_hold_none() -> None:
    assert join_blocks(["one\n\ntwo", " three "]) == "one two\n\nthree"
