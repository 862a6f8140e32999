import pytest

from transforms.text.mojibake import mended


@pytest.mark.parametrize(
    "text",
    [
        "Der Stadtrat hat die Pläne für den größten Hafen gebilligt – nach langer Debatte.",
        "Le conseil a approuvé le « grand projet » du port après six heures de débat.",
        "Городской совет одобрил план порта после шести часов прений.",
    ],
)
@pytest.mark.parametrize("wrong", ["cp1252", "latin-1"])
def test_utf_8_that_was_read_as_western_is_mended(text: str, wrong: str) -> None:
    broken = text.encode("utf-8").decode(wrong, "ignore")
    if broken.encode(wrong, "ignore").decode("utf-8", "ignore") == text:  # nothing was lost on the way
        assert mended(broken) == text


@pytest.mark.parametrize(
    "text",
    [
        "The council approved the plan.",
        "Größe, Ärger und Übermut",
        "“Ça va” – naïve café",
        "港口计划获得通过。",
        "وافق المجلس على الخطة",
        "Ñandú y pingüino: ¿qué más?",
        "Ã is a letter of Portuguese, as in MANHÃ.",
    ],
)
def test_what_is_right_stays_as_it_is(text: str) -> None:
    assert mended(text) == text
