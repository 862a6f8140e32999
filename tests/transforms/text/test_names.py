import pytest

from transforms.text.names import Bylines, author_names, read_bylines


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Ana Lima", ("Ana Lima",)),
        ("By Ana Lima and Jo Berg", ("Ana Lima", "Jo Berg")),
        ("Von Ana Lima und Jo Berg", ("Ana Lima", "Jo Berg")),
        ("Ana Lima; Jo Berg / Li Wei", ("Ana Lima", "Jo Berg", "Li Wei")),
        ("Ana Lima, Jo Berg", ("Ana Lima", "Jo Berg")),
        ("Lima, Ana", ("Lima, Ana",)),
        ("Ana Lima (ali)", ("Ana Lima",)),
        ("王小明", ("王小明",)),
        ("佐藤美咲 記者", ("佐藤美咲",)),
        ("記者 佐藤美咲", ("佐藤美咲",)),
        ("取材・文/佐藤美咲", ("佐藤美咲",)),
        ("本报记者 王建国", ("王建国",)),
        ("김서연 기자 seoyeon@paper.example", ("김서연",)),
        ("글 이하은", ("이하은",)),
        ("โดย สมชาย แก้วมณี", ("สมชาย แก้วมณี",)),
        ("بقلم: ليلى حداد", ("ليلى حداد",)),
        ("Ana Lima, science reporter", ("Ana Lima",)),
        ("https://paper.example/ana", ()),
        ("ana@paper.example", ()),
        ("123", ()),
        ("", ()),
    ],
)
def test_names_come_out_of_bylines(byline: str, names: tuple[str, ...]) -> None:
    assert author_names([byline]) == names


def test_names_come_once_and_in_order() -> None:
    assert author_names(["Jo Berg", "Ana Lima", "By Jo Berg"]) == ("Jo Berg", "Ana Lima")


@pytest.mark.parametrize(
    ("byline", "people", "agencies"),
    [
        ("Von Ana Lima, dpa", ("Ana Lima",), ("dpa",)),
        ("AFP, MANILA", (), ("AFP",)),
        ("dpa Sport", (), ("dpa",)),
        ("Ana Lima y Jo Berg", ("Ana Lima", "Jo Berg"), ()),
        ("José Ortega y Gasset", ("José Ortega y Gasset",), ()),
        ("George A Smith", ("George A Smith",), ()),
        ("Li Wei, Professor für Hafenbau an der Universität", ("Li Wei",), ()),
        ("Autor: Ana Lima", ("Ana Lima",), ()),
        ("Nachrichtenagentur", (), ()),
        ("By Ana Lima, in Local News, Business", ("Ana Lima",), ()),
        ("Ana Lima, writes from the harbour", ("Ana Lima",), ()),
        ("van den Berg", ("van den Berg",), ()),
    ],
)
def test_people_and_agencies_are_told_apart(byline: str, people: tuple[str, ...], agencies: tuple[str, ...]) -> None:
    assert read_bylines([byline]) == Bylines(people=people, agencies=agencies)
