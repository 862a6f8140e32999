import pytest

from schemas.tags import EvidenceSource
from transforms.tagging.mentions import find_mentions, word_before
from transforms.tagging.names import names_for


def quotes(text: str, language: str = "en") -> list[str]:
    found = find_mentions(text, EvidenceSource.TEXT, names_for(language))
    assert all(text[each.start : each.end] == each.quote for each in found)
    return [each.quote for each in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Romanians in Oman", ["Romanians", "Oman"]),
        ("a Chinaman's chinaware", []),
        ("Guinea-Bissau", ["Guinea-Bissau"]),
        ("New Zealand's", ["New Zealand"]),
        ("NEW ZEALAND AND JAPAN MEET", ["NEW ZEALAND", "JAPAN"]),
        ("The NATO chief met US officials", ["NATO", "US"]),
        ("South China Sea", ["South China Sea"]),
        ("a Dutch\nEast Timor envoy", ["Dutch", "East Timor"]),
        ("CHICAGO, ILL., March 20", ["CHICAGO", "ILL."]),
        ("“Norway” and ‘Chad’ – Peru", ["Norway", "Chad", "Peru"]),
    ],
)
def test_names_are_whole_words_and_the_longest_wins(text: str, found: list[str]) -> None:
    assert quotes(text) == found


def test_endings_of_cases_are_part_of_the_quote() -> None:
    assert quotes("в Китае, из Китая, с Китаем", "ru") == ["Китае", "Китая", "Китаем"]
    assert quotes("Kiinassa ja Ranskan", "fi") == ["Kiinassa", "Ranskan"]


def test_particles_are_not_part_of_the_quote() -> None:
    assert quotes("وفرنسا وبألمانيا", "ar") == ["فرنسا", "ألمانيا"]


def test_a_name_inside_a_longer_word_in_katakana_is_none() -> None:
    assert quotes("パリで", "ja") == ["パリ"]
    assert quotes("パリンカ", "ja") == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("said in Reading", "in"),
        ("said Mr. London", "Mr"),
        ("“in” Reading", ""),
        ("'tis Nice", ""),
        ("Nice", ""),
        (" Nice", ""),
        ("well-to-do Bath", "well-to-do"),
    ],
)
def test_the_word_before(text: str, word: str) -> None:
    assert word_before(text, text.rindex(" ") + 1 if " " in text else 0) == word


def test_a_name_in_latin_letters_ends_where_another_script_begins() -> None:
    assert quotes("NATOはポーランドに", "ja") == ["NATO", "ポーランド"]
