import pytest

from schemas.tags import Evidence, EvidenceSource
from transforms.tagging.evidence import excerpts, marked, spans


def at(text: str, *quotes: str) -> list[Evidence]:
    return [
        Evidence(source=EvidenceSource.TEXT, quote=each, start=text.index(each), end=text.index(each) + len(each))
        for each in quotes
    ]


@pytest.mark.parametrize(
    ("text", "quotes", "shown"),
    [
        ("Talks in Norway end.", ["Norway"], "Talks in [Norway] end."),
        ("South China Sea", ["South China Sea", "China"], "[South China Sea]"),
        ("abcd", ["abc", "bcd"], "[abcd]"),
        ("a b", ["b", "a"], "[a] [b]"),
        ("𝔘 и Китай", ["Китай"], "𝔘 и [Китай]"),
        ("nothing", [], "nothing"),
    ],
)
def test_quotes_stand_between_marks(text: str, quotes: list[str], shown: str) -> None:
    assert marked(text, at(text, *quotes)) == shown


def test_what_does_not_stand_in_the_text_is_passed_over() -> None:
    strangers = [
        Evidence(source=EvidenceSource.KEYWORD, quote="Norway"),
        Evidence(source=EvidenceSource.TEXT, quote="Chad", start=0, end=4),
        Evidence(source=EvidenceSource.TEXT, quote="x", start=90, end=91),
    ]
    assert marked("Norway", strangers) == "Norway"
    assert spans("Norway", strangers) == []


def test_an_excerpt_shows_what_stands_around() -> None:
    text = "a " * 100 + "Norway and Chad" + " b" * 100
    assert excerpts(text, at(text, "Norway", "Chad"), around=4) == ["…a a [Norway] and [Chad] b b…"]
    far = "Norway" + " b" * 100 + "Chad"
    assert len(excerpts(far, at(far, "Norway", "Chad"), around=4)) == 2
