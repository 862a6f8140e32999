import json
from pathlib import Path

import pytest

from tests.fixtures.command import newsbeam
from tests.fixtures.committed import dataset, put, story_of

TAXONOMY = """
scheme: mine
topics:
  - {name: Housing, keywords: [rent, 'tenant*'], phrases: [affordable homes], examples: [Tenants fear higher rent.]}
  - {name: Water, patterns: ['\\bdams?\\b'], examples: [The dam broke.]}
"""


@pytest.fixture
def taxonomy(tmp_path: Path) -> Path:
    file = tmp_path / "mine.yaml"
    file.write_text(TAXONOMY, encoding="utf-8")
    return file


@pytest.fixture
def output(tmp_path: Path) -> str:
    files = dataset(tmp_path / "news")
    texts = ["The dam broke. A second dam holds.", "Tenants pay more rent.", "Nothing of it."]
    put(
        files,
        1,
        "articles",
        [story_of(number, text=text, title=f"Story {number}") for number, text in enumerate(texts)],
        "published_date=2026-11-20",
    )
    return files.root


def test_a_taxonomy_shows_what_it_would_catch_with_the_words_marked(taxonomy: Path, output: str) -> None:
    said = newsbeam("tags", "try", taxonomy, "--on", output)
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "mine:housing  Housing: 1 articles"
    assert lines[1].endswith("Story 1")
    assert lines[2].strip() == "[Tenants] pay more [rent]."
    assert "[dam] broke. A second [dam] holds." in said.out


def test_json_gives_each_tag_with_offsets_in_its_column(taxonomy: Path, output: str) -> None:
    said = newsbeam("tags", "try", taxonomy, "--on", output, "--json")
    tags = [json.loads(line) for line in said.out.splitlines()]
    assert sorted(each["code"] for each in tags) == ["mine:housing", "mine:water"]
    water = next(each for each in tags if each["code"] == "mine:water")
    assert [(each["quote"], each["start"], each["end"]) for each in water["evidence"]] == [
        ("dam", 4, 7),
        ("dam", 24, 27),
    ]


def test_as_many_articles_are_shown_as_were_asked_for(taxonomy: Path, output: str) -> None:
    shown = newsbeam("tags", "try", taxonomy, "--on", output, "--show", "0").out
    assert shown.splitlines() == ["mine:housing  Housing: 1 articles", "mine:water  Water: 1 articles"]
    assert newsbeam("tags", "try", taxonomy, "--on", output, "--show", "-1").code == 2


def test_an_example_that_its_topic_misses_fails_the_command_and_is_named(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("topics: [{name: Water, keywords: [dam], examples: [The dyke broke.]}]", encoding="utf-8")
    said = newsbeam("tags", "try", file)
    assert (said.code, said.err) == (3, "own:water misses its example: The dyke broke.\n")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it has no list `topics`"),
        (b"topics: 3", "it has no list `topics`"),
        (b"topics: [{name: A}]", "neither keywords, phrases nor patterns"),
        (b"topics: [{name: A, keywords: [x], colour: red}]", "has colour; known are"),
        (b"topics: [{name: A, keywords: [2024]}]", "put quotation marks around numbers"),
        (b"topics: [{name: A, patterns: ['(a']}]", "missing )"),
        (b"topics: [{name: A, patterns: ['(?=x)y']}]", "cannot be used"),
        (b"topics: [{name: A, keywords: [x]}, {name: a, keywords: [y]}]", "two topics have the code own:a"),
        (b"topics: " + b"[" * 5_000, "nested too deeply"),
        (b"topics: [{name: 2024-13-45, keywords: [x]}]", "it is no YAML: month must be in 1..12"),
        (b"#" * 1_000_001, "1000000 are allowed"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_what_is_no_taxonomy_is_refused_with_the_place_and_the_reason(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_bytes(content)
    said = newsbeam("tags", "try", file)
    assert (said.code, said.out) == (2, "")
    assert reason in said.err
    assert len(said.err.splitlines()) == 1


def test_a_folder_that_holds_no_dataset_is_refused(taxonomy: Path, tmp_path: Path) -> None:
    said = newsbeam("tags", "try", taxonomy, "--on", tmp_path / "nothing")
    assert said.code == 2
    assert "holds no dataset" in said.err
