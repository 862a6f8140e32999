import os
from datetime import UTC, datetime
from pathlib import Path

from transforms.inputs.folders import HtmlFile, list_html


def names(folder: Path) -> list[str]:
    return [os.path.relpath(file.path, folder) for file in list_html(str(folder))]


def make(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("<p>")


def test_files_come_sorted_and_hidden_ones_stay_out(tmp_path: Path) -> None:
    make(tmp_path, "b.html", "a.HTM", "sub/c.xhtml", "sub/.d.html", ".git/e.html", "f.txt", "zz/g.html")
    assert names(tmp_path) == ["a.HTM", "b.html", "sub/c.xhtml", "zz/g.html"]


def test_size_and_time(tmp_path: Path) -> None:
    make(tmp_path, "a.html")
    os.utime(tmp_path / "a.html", (1_700_000_000, 1_700_000_000))
    assert list(list_html(str(tmp_path))) == [
        HtmlFile(path=str(tmp_path / "a.html"), size=3, modified_at=datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC))
    ]


def test_loops_of_links_end(tmp_path: Path) -> None:
    make(tmp_path, "a/x.html")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert names(tmp_path) == ["a/x.html"]


def test_a_link_that_leads_nowhere_is_listed(tmp_path: Path) -> None:
    (tmp_path / "gone.html").symlink_to(tmp_path / "nothing")
    assert names(tmp_path) == ["gone.html"]
