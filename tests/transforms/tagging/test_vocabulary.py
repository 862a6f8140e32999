import pytest

from transforms.tagging.vocabulary import vocabulary


def test_seventeen_topics_stand_at_the_top() -> None:
    assert sum(vocabulary().is_top(code) for code in vocabulary().names) == 17


def test_a_line_ends_at_the_top() -> None:
    assert vocabulary().line("medtop:20000592") == ["medtop:20000592", "medtop:20000587", "medtop:14000000"]


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(KeyError):
        vocabulary().line("medtop:99999999")
