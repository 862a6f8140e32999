import json
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from schemas.columns import arrow_schema
from schemas.dialects import (
    bigquery_columns,
    columns_of,
    duckdb_table,
    duckdb_type,
    plain_schema,
    spark_schema,
    sql_text,
)
from schemas.dictionary import dictionary_parts
from schemas.tables import TABLES

EVERY_TABLE = pytest.mark.parametrize("table", TABLES)


def column(columns: list[dict[str, Any]], path: str) -> dict[str, Any]:
    """A column by its path, as topics.evidence.quote."""
    name, _, below = path.partition(".")
    found = next(each for each in columns if each["name"] == name)
    return column(found["fields"], below) if below else found


def inner(found: dict[str, Any], *path: str) -> dict[str, Any]:
    """A field of Spark's schema below another one's array of structs."""
    for name in path:
        found = next(each for each in found["type"]["elementType"]["fields"] if each["name"] == name)
    return found


@EVERY_TABLE
def test_columns_are_those_of_files_then_those_of_folders(table: str) -> None:
    names = columns_of(table).names
    assert names == [*arrow_schema(TABLES[table].record).names, "published_date" if table == "articles" else "run_date"]


@EVERY_TABLE
def test_duckdb_takes_its_table_and_has_the_same_types(table: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(duckdb_table(table))
        rows = connection.execute(f"DESCRIBE {table}").fetchall()
        comments = connection.execute(f"SELECT comment FROM duckdb_columns() WHERE table_name = '{table}'").fetchall()
    schema = columns_of(table)
    assert [row[0] for row in rows] == schema.names
    assert [row[1].replace('"', "") for row in rows] == [duckdb_type(each.type).replace('"', "") for each in schema]
    assert [row[2] for row in rows] == ["YES" if each.nullable else "NO" for each in schema]
    assert all(comment for (comment,) in comments)


@EVERY_TABLE
def test_an_empty_arrow_table_is_taken_by_duckdb_with_these_types(table: str) -> None:
    empty = columns_of(table).empty_table()
    with duckdb.connect() as connection:
        connection.register("given", empty)
        rows = connection.execute("DESCRIBE SELECT * FROM given").fetchall()
    assert [row[1].replace('"', "") for row in rows] == [
        duckdb_type(each.type).replace('"', "") for each in empty.schema
    ]


def test_bigquery_has_lists_as_repeated_and_structs_as_records() -> None:
    columns = bigquery_columns("articles")
    assert column(columns, "text")["mode"] == "REQUIRED"
    assert column(columns, "title")["mode"] == "NULLABLE"
    assert column(columns, "authors") | {"description": ""} == {
        "name": "authors", "type": "STRING", "mode": "REPEATED", "description": "",
    }  # fmt: skip
    assert column(columns, "topics")["type"] == "RECORD"
    assert column(columns, "regions.evidence")["mode"] == "REPEATED"
    assert column(columns, "regions.evidence.start")["type"] == "INT64"
    assert column(columns, "published_at")["type"] == "TIMESTAMP"
    assert column(columns, "word_count")["description"] == "Length of the text (words)"


@EVERY_TABLE
def test_every_bigquery_column_has_a_known_type_and_words(table: str) -> None:
    known = {"STRING", "INT64", "FLOAT64", "BOOL", "BYTES", "DATE", "TIMESTAMP", "RECORD"}

    def check(columns: list[dict[str, Any]]) -> None:
        for each in columns:
            assert each["type"] in known
            assert each["description"]
            assert ("fields" in each) == (each["type"] == "RECORD")
            check(each.get("fields", []))

    check(bigquery_columns(table))


def test_spark_has_arrays_of_structs_without_nulls() -> None:
    fields = {each["name"]: each for each in spark_schema("articles")["fields"]}
    assert fields["published_at"]["type"] == "timestamp"
    assert fields["revision"]["type"] == "long"
    assert fields["authors"]["type"] == {"type": "array", "elementType": "string", "containsNull": False}
    assert inner(fields["topics"], "evidence", "quote")["type"] == "string"
    assert inner(fields["topics"], "evidence", "start")["nullable"] is True
    assert fields["text"]["metadata"]["comment"].startswith("Body of the article")


def test_the_plain_schema_is_json_with_every_table_and_unit() -> None:
    plain = json.loads(json.dumps(plain_schema()))
    assert [each["name"] for each in plain["tables"]] == list(TABLES)
    articles = plain["tables"][0]["columns"]
    assert column(articles, "word_count")["unit"] == "words"
    assert column(articles, "topics.evidence.quote")["type"] == "string"
    assert [each["name"] for each in plain_schema(["feeds"])["tables"]] == ["feeds"]


def test_a_type_that_no_dialect_knows_is_our_mistake_and_said_at_once() -> None:
    with pytest.raises(KeyError):
        duckdb_type(pa.float16())


def test_quotes_in_words_do_not_end_a_text() -> None:
    assert sql_text("the page's own") == "'the page''s own'"


def test_one_table_of_the_dictionary_can_be_had_alone() -> None:
    headings = [part for part in dictionary_parts(["failures"]) if part.startswith("## ")]
    assert headings == ["## failures"]
