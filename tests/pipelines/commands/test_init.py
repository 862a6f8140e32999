import io
from pathlib import Path

import pytest
import yaml

from pipelines.commands.init import init, options
from pipelines.starters import choices, chosen, starters
from schemas.errors import Code
from tests.fixtures.command import newsbeam
from transforms.inputs.feed_lists import parse_feed_list
from transforms.web.urls import canonicalize_url

ANSWERS = ("--feeds", "https://news.example/feed", "--contact", "me@example.org", "--output", "news")


def test_answers_from_flags_become_a_file_that_a_run_understands(tmp_path: Path) -> None:
    path = tmp_path / "newsbeam.yaml"
    assert newsbeam("init", "--file", path, *ANSWERS).code == 0
    assert yaml.safe_load(path.read_text()) == {
        "feeds": ["https://news.example/feed"], "contact": "me@example.org", "output": "news",
    }  # fmt: skip
    assert newsbeam("config", "show", "--config", path, "--json").json["contact"]["value"] == "me@example.org"


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "newsbeam.yaml"
    path.write_text("mine: 1")
    said = newsbeam("init", "--file", path, *ANSWERS)
    assert (said.code, path.read_text()) == (2, "mine: 1")
    assert Code.UNWRITABLE in said.err
    assert newsbeam("init", "--file", path, "--force", *ANSWERS).code == 0


def test_where_nobody_can_be_asked_the_flag_is_named(tmp_path: Path) -> None:
    said = newsbeam("init", "--file", tmp_path / "newsbeam.yaml", "--feeds", "https://news.example/feed")
    assert said.code == 2
    assert "--contact was not given" in said.err


def test_a_person_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import argparse

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal("https://news.example/feed\nme@example.org\n\n"))
    parser = argparse.ArgumentParser()
    options(parser)
    path = tmp_path / "newsbeam.yaml"
    assert init(parser.parse_args(["--file", str(path)])) == 0
    assert yaml.safe_load(path.read_text())["output"] == "news"


def test_starters_become_a_list_beside_the_file(tmp_path: Path) -> None:
    said = newsbeam(
        "init", "--file", tmp_path / "newsbeam.yaml", "--starter", "FR", "--starter", "science", *ANSWERS[2:]
    )
    assert said.code == 0
    listed = parse_feed_list((tmp_path / "feeds.opml").read_bytes(), "feeds.opml")
    assert {each.url for each in listed.feeds} == {each.url for each in chosen(["FR", "science"])}
    assert "nobody has checked" in said.err


def test_every_starter_is_an_address_of_its_own_with_title_and_language() -> None:
    found = starters()
    assert len({each.url for each in found}) == len(found) > 50
    assert all(each.title and each.language and each.category and canonicalize_url(each.url) for each in found)
    assert all(country.isupper() and len(country) == 2 for country in choices()[0])


def test_a_starter_that_is_not_there_is_told() -> None:
    assert Code.BAD_VALUE in newsbeam("init", "--starter", "Atlantis").err
    assert "countries: AT" in newsbeam("init", "--starters").out
