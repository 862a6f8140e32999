import pytest

from transforms.text.names import author_names


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
