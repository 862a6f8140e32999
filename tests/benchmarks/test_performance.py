from pathlib import Path
from xml.etree import ElementTree

from benchmarks.performance import HEAD, Bar, chart, sections, write_section
from benchmarks.small import worse


def test_a_section_is_written_in_its_place_and_the_others_are_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    for name, text in (("feeds", "## Feeds\n\nold"), ("pages", "## Pages"), ("feeds", "## Feeds\n\nnew")):
        write_section(page, name, text)
    written = page.read_text(encoding="utf-8")
    assert written.startswith(HEAD)
    assert list(sections(written)) == [("pages", "## Pages"), ("feeds", "## Feeds\n\nnew")]


def test_a_chart_is_svg_with_a_bar_and_a_figure_for_each() -> None:
    drawn = ElementTree.fromstring(
        chart("a < b", [Bar(name="ours", value=2, shown="2/s"), Bar(name="x & y", value=1, shown="1")])
    )
    texts = [each.text for each in drawn.iter() if each.tag.endswith("text")]
    assert texts == ["a < b", "ours", "2/s", "x & y", "1"]
    ours, other = (float(each.get("width", "")) for each in drawn.iter() if each.tag.endswith("rect"))
    assert ours == 2 * other


def test_a_ratio_that_fell_to_half_is_told_and_so_is_one_that_is_gone() -> None:
    assert list(worse({"a": 0.51, "b": 9.0}, {"a": 1.0, "b": 1.0})) == []
    told = list(worse({"a": 0.5}, {"a": 1.0, "b": 1.0}))
    assert [each.partition(":")[0] for each in told] == ["a", "b"]
