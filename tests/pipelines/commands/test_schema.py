import json

import duckdb
import pytest

from pipelines.cli import main
from schemas.tables import TABLES


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(("schema", *arguments)) == 0
    return capsys.readouterr().out


def test_words_are_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys)
    assert [f"## {name}" in text for name in TABLES] == [True] * len(TABLES)
    assert "| `article_id` | string |" in text


def test_duckdb_can_make_all_tables_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    with duckdb.connect() as connection:
        connection.execute(printed(capsys, "--format", "duckdb"))
        assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(len(TABLES),)]


@pytest.mark.parametrize(("form", "first"), [("bigquery", "article_id"), ("spark", "article_id")])
def test_one_table_at_a_time_where_a_system_wants_it_so(
    capsys: pytest.CaptureFixture[str], form: str, first: str
) -> None:
    articles, feeds = (json.loads(printed(capsys, *name, "--format", form)) for name in ((), ("feeds",)))
    columns = [each["fields"] if form == "spark" else each for each in (articles, feeds)]
    assert [each[0]["name"] for each in columns] == [first, "feed_url"]


def test_json_names_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(printed(capsys, "duplicates", "--format", "json"))["schema_version"] >= 1


def test_a_table_that_is_none_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("schema", "authors")) == 2
    assert "there is no table authors; it is any of articles, duplicates" in capsys.readouterr().err
