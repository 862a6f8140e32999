import pytest

from transforms.tagging import tables


def test_a_row_of_the_wrong_width_is_named(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]  # fixtures
    (tmp_path / "t.tsv").write_text("# origin\na\tb\n\nc\n", encoding="utf-8")
    monkeypatch.setattr(tables, "DATA", tmp_path)
    with pytest.raises(ValueError, match=r"t\.tsv:4: 1 cells, expected 2"):
        list(tables.rows("t.tsv", 2))


def test_a_missing_row_is_named() -> None:
    with pytest.raises(KeyError, match="has no row"):
        tables.entries("person_words.tsv", "beasts")


@pytest.mark.parametrize("path", sorted(tables.DATA.glob("*.tsv")), ids=lambda path: path.name)
def test_every_table_says_where_it_comes_from(path) -> None:  # type: ignore[no-untyped-def]  # parametrised
    assert path.read_text(encoding="utf-8").startswith("# ")
