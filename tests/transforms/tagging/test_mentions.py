import pytest

from schemas.tags import EvidenceSource
from transforms.tagging.mentions import find_mentions
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
        ("South China Sea", []),
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


def test_sentences_are_counted() -> None:
    found = find_mentions("Norway won. Chad lost.\nPeru drew with Kenya.", EvidenceSource.TEXT, names_for("en"))
    assert [each.sentence for each in found] == [0, 1, 2, 2]
