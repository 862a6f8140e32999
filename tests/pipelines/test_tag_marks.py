import pytest

from pipelines.tag_marks import COLOURED, PLAIN, Tag, TaggedText, tag_lines, terminal_marks
from schemas.tags import Evidence, EvidenceSource

DAM = Evidence(source=EvidenceSource.TEXT, quote="dam", start=2, end=5)
SECTION = Evidence(source=EvidenceSource.SECTION, quote="Floods")


def test_words_are_told_by_their_source_and_marked_where_they_stand() -> None:
    told = TaggedText(title=None, text="A dam.", tags=(Tag(kind="tag", about="x", evidence=(DAM, SECTION)),))
    assert list(tag_lines(told)) == ["tag            x  text: dam; section: Floods", "\nA [dam]."]
    assert list(tag_lines(told, COLOURED))[-1] == "\nA \x1b[1;33mdam\x1b[0m."


def test_a_text_without_tags_says_so() -> None:
    assert list(tag_lines(TaggedText(title="T", text="A", tags=()))) == ["tags           none", "\nT", "\nA"]


@pytest.mark.parametrize(
    ("terminal", "no_color", "marks"), [(True, "", COLOURED), (True, "1", PLAIN), (False, "", PLAIN)]
)
def test_colours_are_for_terminals_whose_owner_wants_them(
    terminal: bool, no_color: str, marks: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    assert terminal_marks() == marks
