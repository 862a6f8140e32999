import pytest

from schemas.selection import Selection


def test_without_wishes_everything_is_selected() -> None:
    assert Selection() == Selection(include=(), exclude=(), since=None, max_pages=None)


@pytest.mark.parametrize("most", [0, -5])
def test_a_limit_below_one_page_is_refused(most: int) -> None:
    with pytest.raises(ValueError, match=f"max_pages must be at least 1, got {most}"):
        Selection(max_pages=most)


def test_a_limit_of_one_page_is_allowed() -> None:
    assert Selection(max_pages=1).max_pages == 1
