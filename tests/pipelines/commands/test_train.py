import json
from pathlib import Path

import pytest

from tests.fixtures.command import newsbeam

TEXTS = [
    ("The striker scored a goal in the match.", "sport"),
    ("Fans saw the match and a late goal.", "sport"),
    ("A goal won them the match today.", "sport"),
    ("The bank raised rates as inflation grew.", "money"),
    ("Inflation fell, said the bank today.", "money"),
    ("昨天的足球比赛很精彩", "sport"),
]


def written(folder: Path, times: int = 20) -> Path:
    file = folder / "labelled.jsonl"
    lines = [json.dumps({"text": text, "topic": topic}) for text, topic in TEXTS * times]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_what_is_learned_is_a_taxonomy_that_tags(tmp_path: Path) -> None:
    learned = tmp_path / "learned.yaml"
    said = newsbeam("tags", "train", written(tmp_path), "--output", learned)
    assert said.code == 0
    assert "learned from 96 texts; on the other 24:" in said.err
    assert "  money: precision 1.00, recall 1.00, F1 1.00" in said.err
    content = learned.read_text(encoding="utf-8")
    assert "- inflation\n" in content
    assert "足球" in content
    assert newsbeam("tags", "try", learned).code == 0


def test_the_same_texts_teach_the_same(tmp_path: Path) -> None:
    file = written(tmp_path)
    assert newsbeam("tags", "train", file).out == newsbeam("tags", "train", file).out


@pytest.mark.parametrize(
    ("line", "trouble"),
    [
        ("{", "labelled.jsonl:1 is not like"),
        ('{"text": 1, "topic": "a"}', "labelled.jsonl:1 is not like"),
        ('{"text": "a"}', "labelled.jsonl:1 is not like"),
        ('{"text": "a", "topics": "b"}', "labelled.jsonl:1 is not like"),
        ('{"text": "a", "topic": "b"}', "no word tells a topic"),
        ("", "no word tells a topic"),
    ],
)
def test_what_cannot_be_learned_from_is_said(tmp_path: Path, line: str, trouble: str) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_text(line, encoding="utf-8")
    said = newsbeam("tags", "train", file)
    assert said.code == 2
    assert trouble in said.err
