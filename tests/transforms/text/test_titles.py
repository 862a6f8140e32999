import pytest

from transforms.text.titles import bare_title


@pytest.mark.parametrize(
    ("title", "heading", "site", "bare"),
    [
        ("Harbour plan passes - The Paper", None, "The Paper", "Harbour plan passes"),
        ("Harbour plan passes | Local", "Harbour plan passes", None, "Harbour plan passes"),
        ("Harbour plan passes – at last", "Another heading", "The Paper", "Harbour plan passes – at last"),
        ("Harbour plan passes", "Harbour", "passes", "Harbour plan passes"),
        ("Golem - the-paper.example", None, "the-paper.example", "Golem"),
    ],
)
def test_only_what_is_proved_foreign_is_cut(title: str, heading: str | None, site: str | None, bare: str) -> None:
    assert bare_title(title, heading, site) == bare
