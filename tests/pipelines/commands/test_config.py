from pathlib import Path

import pytest
import yaml

from tests.fixtures.command import newsbeam


def test_each_value_says_where_it_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "newsbeam.yaml"
    path.write_text("delay: 2\ncontact: file@example.org\nmax-items: 5\n")
    monkeypatch.setenv("NEWSBEAM_CONTACT", "environment@example.org")
    said = newsbeam("config", "show", "--config", path, "--delay", "3", "--origin")
    assert said.code == 0
    assert 'delay: "3"  # flag --delay' in said.out
    assert 'contact: "environment@example.org"  # environment NEWSBEAM_CONTACT' in said.out
    assert f"max_items: 5  # file {path}" in said.out
    assert "# deadline: 30.0  # default" in said.out


def test_what_is_shown_is_a_file_that_says_the_same(tmp_path: Path) -> None:
    shown = newsbeam("config", "show", "--feeds", "a: b", "--since", "7d").out
    assert yaml.safe_load(shown) == {"feeds": ["a: b"], "since": "7d"}
    (tmp_path / "again.yaml").write_text(shown)
    assert newsbeam("config", "show", "--config", tmp_path / "again.yaml").out == shown


def test_a_value_that_no_run_would_take_is_refused() -> None:
    said = newsbeam("config", "show", "--delay", "soon")
    assert (said.code, "NB102" in said.err) == (2, True)
