import pytest

from transforms.tagging.scripts import language_of


@pytest.mark.parametrize(
    ("text", "language", "read_as"),
    [
        ("anything", "pt-BR", "pt"),
        ("anything", "zh_Hant", "zh"),
        ("Hello", None, "en"),
        ("Привет", None, "ru"),
        ("東京で会談", None, "ja"),
        ("北京会谈", None, "zh"),
        ("", None, "en"),
        ("12 34", None, "en"),
    ],
)
def test_the_language_is_the_given_one_or_that_of_the_letters(text: str, language: str | None, read_as: str) -> None:
    assert language_of(text, language) == read_as
