import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.similarity.shingles import among, is_unspaced, ngram_hashes, numbers, tokens, word_hashes


def read(text: str) -> list[str]:
    return [each.decode() for each in tokens(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("?! — …", []),
        ("The Harbour's gate, re-opened", ["the", "harbour", "s", "gate", "re", "opened"]),
        ("The Harbour’s gate – “re-opened”", ["the", "harbour", "s", "gate", "re", "opened"]),
        ("ＦＵＬＬ width ﬁnd", ["full", "width", "find"]),
        ("Die Straße, ПРИВЕТ", ["die", "strasse", "привет"]),
        ("हिन्दी में लिखा", ["हिन्दी", "में", "लिखा"]),
        ("한국은 오늘", ["한국은", "오늘"]),
        ("snake_case", ["snake", "case"]),
        ("lone \ud800 surrogate", ["lone", "surrogate"]),
    ],
)
def test_words_are_folded_and_punctuation_parts_them(text: str, words: list[str]) -> None:
    assert read(text) == words


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("港は再開", ["港は再", "は再開"]),
        ("港は、再開。", ["港は再", "は再開"]),
        ("港", ["港"]),
        ("港口ABC重开", ["abc", "港口重", "口重开"]),
        ("ท่าเรือเปิด", ["ท่าเรื", "่าเรือ", "าเรือเ", "เรือเป", "รือเปิ", "ือเปิด"]),
        (" កំពង់ផែ", ["កំពង់ផ", "ំពង់ផែ"]),
    ],
)
def test_scripts_without_spaces_are_read_in_windows_past_punctuation(text: str, windows: list[str]) -> None:
    assert read(text) == windows


@pytest.mark.parametrize("text", ["港口", "ဆိပ်ကမ်းကိုပြန်ဖွင့်သည်", "ທ່າເຮືອເປີດຄືນ", "ท่าเรือเปิดอีกครั้ง"])
def test_an_unspaced_sentence_keeps_most_windows_when_a_character_is_put_in_front(text: str) -> None:
    assert set(read(text)) <= {*read(text[0] + text), text}


@given(st.text(st.characters(max_codepoint=127)))
def test_the_ascii_path_reads_as_the_general_path_does(text: str) -> None:
    assert [*read(text), "é"] == read(text + " é")
    assert numbers(text) == numbers(text + " é")


@given(st.text())
def test_any_text_gives_words_without_spaces_in_them(text: str) -> None:
    assert all(each and not any(mark.isspace() for mark in each) for each in read(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("no figures", set()),
        ("1,200.5 or 1.200,5", {b"12005"}),
        ("up 3.2 pct, to 42.", {b"32", b"42"}),
        ("٣٫٢ と ４２", {b"32", b"42"}),
        ("., ,.", set()),
    ],
)
def test_numbers_are_known_by_their_digits(text: str, found: set[bytes]) -> None:
    assert numbers(text) == found


def test_ngrams_are_sorted_distinct_and_follow_order_of_words() -> None:
    words = word_hashes(b"a rose is a rose is a rose".split())
    assert len(ngram_hashes(words, 3)) == 3
    assert (np.diff(ngram_hashes(words, 3).astype(object)) > 0).all()
    assert not np.intersect1d(ngram_hashes(words, 3), ngram_hashes(words[::-1], 3)[:1]).size


def test_fewer_words_than_n_make_one_ngram_and_none_make_none() -> None:
    assert len(ngram_hashes(word_hashes([b"two", b"words"]), 8)) == 1
    assert len(ngram_hashes(word_hashes([]), 8)) == 0


def test_hashes_never_change_for_they_are_compared_with_those_of_earlier_runs() -> None:
    assert ngram_hashes(word_hashes(tokens("the harbour gate")), 3).tolist() == [11327311359863064825]


@given(st.lists(st.integers(0, 9)), st.sets(st.integers(0, 9)))
def test_members_are_told(hashes: list[int], members: set[int]) -> None:
    told = among(np.array(hashes, np.uint64), np.array(sorted(members), np.uint64))
    assert told.tolist() == [each in members for each in hashes]


@pytest.mark.parametrize(
    ("text", "unspaced"),
    [("plain", False), ("Привет, мир", False), ("新华社北京 AP", True), ("ข่าววันนี้", True), ("", False)],
)
def test_scripts_without_spaces_are_told_by_most_of_a_text(text: str, unspaced: bool) -> None:  # a column of the table
    assert is_unspaced(text) is unspaced
