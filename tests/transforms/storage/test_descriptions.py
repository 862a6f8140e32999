import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator

from schemas.tables import TABLES
from tests.fixtures.committed import copy_of, dataset, put, put_stories, story_of
from transforms.storage.descriptions import CONTEXT, describe
from transforms.storage.files import LocalFiles

SCHEMA = json.loads((Path(__file__).parents[2] / "fixtures" / "datapackage.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    """A dataset of two tables in three files."""
    files = dataset(tmp_path / "news")
    put_stories(files, 1, 1, 2)
    put_stories(files, 2, 3)
    put(files, 3, "duplicates", [copy_of(story_of(1), "http://copy.example/1")], "run_date=2026-11-23")
    describe(files)
    return files


def read(files: LocalFiles, name: str) -> Any:
    return json.loads((Path(files.root) / name).read_text(encoding="utf-8"))


def resource(files: LocalFiles, table: str) -> Any:
    return next(each for each in read(files, "datapackage.json")["resources"] if each["name"] == table)


def fields_below(fields: list[Any]) -> Iterator[Any]:
    for field in fields:
        yield field
        yield from fields_below(field.get("subField", []))


def test_the_data_package_is_what_the_standard_demands(files: LocalFiles) -> None:
    errors = Draft202012Validator(SCHEMA).iter_errors(read(files, "datapackage.json"))
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


@pytest.mark.parametrize("path", ["/x", "../x", "a/../b", "./x", "~/x", "a\\b", ""])
def test_the_schema_of_the_standard_can_fail(files: LocalFiles, path: str) -> None:
    package = read(files, "datapackage.json")
    package["resources"][0]["path"] = [path]
    assert not Draft202012Validator(SCHEMA).is_valid(package)


def test_it_lists_the_committed_files_and_no_others(files: LocalFiles) -> None:
    assert resource(files, "articles")["path"] == files.list("articles")
    assert resource(files, "duplicates")["path"] == files.list("duplicates")


def test_a_table_without_rows_is_left_out(files: LocalFiles) -> None:
    assert [each["name"] for each in read(files, "datapackage.json")["resources"]] == ["articles", "duplicates"]


def test_fields_are_the_columns_of_the_files_in_their_order(files: LocalFiles) -> None:
    found = resource(files, "articles")
    names = pq.read_schema(Path(files.root) / found["path"][0]).names
    assert [field["name"] for field in found["schema"]["fields"]] == names
    assert found["schema"]["primaryKey"] == ["article_id", "revision"]


def test_what_is_never_null_is_required(files: LocalFiles) -> None:
    fields = {each["name"]: each for each in resource(files, "articles")["schema"]["fields"]}
    assert fields["text"]["constraints"] == {"required": True}
    assert "constraints" not in fields["title"]
    assert fields["word_count"]["description"] == "Length of the text (words)"


def test_croissant_names_files_below_itself_and_columns_that_they_have(files: LocalFiles) -> None:
    croissant = read(files, "croissant.json")
    sets = {each["@id"]: each["includes"] for each in croissant["distribution"]}
    assert sets == {f"{name}-files": files.list(name) for name in ("articles", "duplicates")}
    for each in croissant["recordSet"]:
        names = pq.read_schema(Path(files.root) / sets[f"{each['name']}-files"][0]).names
        assert [field["name"].split("/")[1] for field in each["field"]] == names


def test_every_croissant_field_has_a_type_or_fields_and_an_id_of_its_own(files: LocalFiles) -> None:
    found = list(fields_below([each for one in read(files, "croissant.json")["recordSet"] for each in one["field"]]))
    assert len({each["@id"] for each in found}) == len(found) > 90
    assert all(("dataType" in each and "source" in each) != ("subField" in each) for each in found)
    assert all(each["description"] for each in found)


def test_fields_inside_structs_are_found_by_their_path(files: LocalFiles) -> None:
    fields = list(fields_below(read(files, "croissant.json")["recordSet"][0]["field"]))
    (quote,) = [each for each in fields if each["@id"] == "articles/regions/evidence/quote"]
    assert quote["source"] == {
        "fileSet": {"@id": "articles-files"},
        "extract": {"column": "regions"},
        "transform": {"jsonPath": "$[*].evidence[*].quote"},
    }


def test_the_context_has_a_meaning_for_every_word(files: LocalFiles) -> None:
    used = {key for field in fields_below(read(files, "croissant.json")["recordSet"][0]["field"]) for key in field}
    assert {key for key in used if not key.startswith("@")} - {"name", "description"} <= CONTEXT.keys()


def test_views_are_written_with_them(files: LocalFiles) -> None:
    assert (Path(files.root) / "_meta" / "views.sql").exists()


def test_a_dataset_without_a_row_for_people_has_views_only(tmp_path: Path) -> None:
    files = dataset(tmp_path)
    describe(files)
    assert files.list("") == ["_meta/dataset.json", "_meta/views.sql"]


def test_the_words_about_tables_are_those_of_the_dictionary(files: LocalFiles) -> None:
    for each in read(files, "croissant.json")["recordSet"]:
        assert each["description"] == TABLES[each["name"]].description
