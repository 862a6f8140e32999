import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from pipelines.cli import main
from tests.fixtures.committed import dataset, put_stories, story_of
from transforms.storage.agreement import Agreement, write_agreement
from transforms.storage.files import LocalFiles


@pytest.fixture
def output(tmp_path: Path) -> str:
    files = dataset(tmp_path / "news")
    put_stories(files, 1, 1, 2)
    return files.root


def answer(capsys: pytest.CaptureFixture[str], output: str, sql: str, *options: str) -> str:
    """What the command prints."""
    assert main(("query", output, sql, *options)) == 0
    out, error = capsys.readouterr()
    assert error == ""
    return out


def refusal(capsys: pytest.CaptureFixture[str], output: str, sql: str, code: int = 2) -> str:
    assert main(("query", output, sql)) == code
    out, error = capsys.readouterr()
    assert out == ""
    return error


def test_a_table_is_for_people(capsys: pytest.CaptureFixture[str], output: str) -> None:
    assert "│     2 │" in answer(capsys, output, "SELECT count(*) AS n FROM articles_current")


def test_json_has_an_object_for_each_row(capsys: pytest.CaptureFixture[str], output: str) -> None:
    out = answer(
        capsys,
        output,
        "SELECT title, fetched_at, authors, published_date, revision FROM articles LIMIT 1",
        "--format",
        "json",
    )
    assert json.loads(out) == {
        "title": None, "fetched_at": "2026-11-23T12:00:00+00:00", "authors": [], "published_date": "2026-11-20",
        "revision": 1,
    }  # fmt: skip


def test_csv_has_a_header_and_lists_as_json(capsys: pytest.CaptureFixture[str], output: str) -> None:
    out = answer(
        capsys,
        output,
        "SELECT 'a,\"b\"' AS odd, [{'k': published_date}] AS list, title FROM articles LIMIT 1",
        "--format",
        "csv",
    )
    assert list(csv.reader(StringIO(out))) == [["odd", "list", "title"], ['a,"b"', '[{"k": "2026-11-20"}]', ""]]


def test_many_rows_come_whole(capsys: pytest.CaptureFixture[str], output: str) -> None:
    out = answer(capsys, output, "SELECT range AS n FROM range(2500)", "--format", "json")
    assert [json.loads(line)["n"] for line in out.splitlines()] == list(range(2500))


def test_a_moved_dataset_answers_without_being_told(capsys: pytest.CaptureFixture[str], output: str) -> None:
    moved = Path(output).rename(Path(output).with_name("moved"))
    out = answer(capsys, str(moved), "SELECT article_id FROM articles ORDER BY 1", "--format", "csv")
    assert out.split()[1:] == sorted(story_of(n).article_id for n in (1, 2))


def test_nothing_in_the_dataset_is_written(capsys: pytest.CaptureFixture[str], output: str) -> None:
    before = {path: path.stat().st_mtime_ns for path in Path(output).rglob("*")}
    answer(capsys, output, "CREATE OR REPLACE VIEW articles AS SELECT 1")
    assert {path: path.stat().st_mtime_ns for path in Path(output).rglob("*")} == before


@pytest.mark.parametrize("sql", ["SELEC 1", "SELECT * FROM nowhere", "SELECT text::INTEGER FROM articles"])
def test_a_query_that_cannot_be_answered_is_a_usage_error(
    capsys: pytest.CaptureFixture[str], output: str, sql: str
) -> None:
    assert refusal(capsys, output, sql).startswith("newsbeam: the query cannot be answered: ")


def test_a_folder_without_a_dataset_is_a_usage_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "holds no dataset" in refusal(capsys, str(tmp_path / "nowhere"), "SELECT 1")


def test_a_dataset_of_another_version_names_the_command_that_helps(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write_agreement(Agreement(schema_version=0, partition_by=("region",), created_at=""), LocalFiles(str(tmp_path)))
    assert f"newsbeam migrate {tmp_path}" in refusal(capsys, str(tmp_path), "SELECT 1")


def test_a_damaged_dataset_is_exit_code_5(capsys: pytest.CaptureFixture[str], output: str) -> None:
    (Path(output) / "_meta" / "dataset.json").write_text("{", encoding="utf-8")
    assert "newsbeam doctor" in refusal(capsys, output, "SELECT 1", code=5)
