import pytest

from transforms.tagging import automata
from transforms.tagging.automata import make_automaton


@pytest.mark.parametrize("table_bytes", [0, automata.TABLE_BYTES])
def test_few_patterns_and_many_find_the_same(monkeypatch: pytest.MonkeyPatch, table_bytes: int) -> None:
    monkeypatch.setattr(automata, "TABLE_BYTES", table_bytes)
    found = make_automaton(["Niger", "Nigeria", "iger", "Zürich"]).find_matches_as_indexes("Nigeria, Zürich, tiger")
    assert found == [(1, 0, 7), (3, 9, 15), (2, 18, 22)]
