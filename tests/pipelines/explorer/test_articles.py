from collections.abc import Iterator

import pytest

from pipelines.explorer.articles import Piece, cut, read_article
from pipelines.explorer.snapshot import Snapshot
from tests.fixtures.explored import FLOOD, XINJIANG, explored, id_of


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    opened = Snapshot(explored(tmp_path_factory.mktemp("explored") / "news"))
    yield opened
    opened.close()


def test_evidence_is_marked_where_it_stands(snapshot: Snapshot) -> None:
    shown = read_article(id_of(FLOOD), snapshot)
    assert shown
    assert shown.title == [Piece(text="Flood in "), Piece(text="Geneva", codes=("CH",))]
    assert [[each.text for each in paragraph if each.codes] for paragraph in shown.paragraphs] == [
        ["flood", "Geneva"],
        [],
    ]
    assert "".join(each.text for each in shown.paragraphs[0]) == "The flood reached Geneva on Monday."


def test_an_article_comes_with_its_tags_and_its_copies(snapshot: Snapshot) -> None:
    shown = read_article(id_of(FLOOD), snapshot)
    assert shown
    assert [(tag.column, tag.code, tag.role) for tag in shown.tags] == [
        ("topics", "medtop:20000150", None),
        ("regions", "CH", "about"),
    ]
    assert [(each.host, each.is_copy, each.method) for each in shown.members] == [
        ("river.example", False, None),
        ("mirror.example", True, "exact"),
    ]


def test_an_article_alone_has_no_copies(snapshot: Snapshot) -> None:
    shown = read_article(id_of(XINJIANG), snapshot)
    assert shown
    assert len(shown.members) == 1


@pytest.mark.parametrize("name", ["", "nothing", "' OR 1=1 --"])
def test_what_is_no_article_is_none(name: str, snapshot: Snapshot) -> None:
    assert read_article(name, snapshot) is None


def test_evidence_may_overlap_and_lie_beyond_the_text() -> None:
    assert cut("abcdef", [(1, 4, "x"), (2, 99, "y"), (5, 2, "z"), (-3, 1, "w")]) == [
        Piece(text="a", codes=("w",)),
        Piece(text="b", codes=("x",)),
        Piece(text="cd", codes=("x", "y")),
        Piece(text="ef", codes=("y",)),
    ]


def test_an_empty_text_has_no_pieces() -> None:
    assert cut("", []) == []
