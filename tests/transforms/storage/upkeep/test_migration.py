from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
import pytest

from schemas.columns import Column, from_table, to_table
from schemas.fingerprints import Known
from schemas.version import SCHEMA_VERSION
from tests.fixtures.committed import DAY, at, dataset, globbed, put_stories, run_id, snapshot
from transforms.similarity.fingerprint import pack
from transforms.storage import layout
from transforms.storage.agreement import Agreement, Disagreement, read_agreement, want_agreement, write_agreement
from transforms.storage.files import LocalFiles, StorageError
from transforms.storage.manifests import Manifest, commit, committed, committed_paths
from transforms.storage.tables import read_table, write_aside
from transforms.storage.upkeep import migration
from transforms.storage.upkeep.migration import Migrated, Step, halve_hashes, migrate, shaped

OLD = SCHEMA_VERSION - 1


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    """A dataset as an older newsbeam left it: without some columns, and with another name for one."""
    made = dataset(tmp_path)
    put_stories(made, 1, 1, 2)
    put_stories(made, 2, 3)
    for number, file in enumerate(committed(made), 10):
        table = read_table(file.path, made)
        if file.table == "articles":
            table = table.drop_columns(["repeats_removed", "image_url"]).rename_columns({"title": "headline"})
            table = table.set_column(
                table.schema.get_field_index("schema_version"), "schema_version", [[OLD] * len(table)]
            )
        folder = DAY if file.table == "articles" else ""
        old = write_aside(table, file.table, folder, made, run_id(number))
        commit(Manifest(run_id=run_id(number), files=(old,), removes=(file.path,), schema_version=OLD), made)
        made.delete(file.path)
    for number in (1, 2):
        made.delete(layout.manifest(run_id(number)))
    write_agreement(Agreement(schema_version=OLD, partition_by=("published_date",), created_at="then"), made)
    return made


STEPS = {OLD: Step(renamed={"articles": {"headline": "title"}})}


def test_a_run_is_refused_before_and_accepted_after(files: LocalFiles) -> None:
    with pytest.raises(Disagreement, match="run: newsbeam migrate"):
        want_agreement(files)
    assert migrate(files, run_id(50), at(50), steps=STEPS) == Migrated(
        before=OLD, after=SCHEMA_VERSION, files=6, rows=9
    )
    assert want_agreement(files) == Agreement(
        schema_version=SCHEMA_VERSION, partition_by=("published_date",), created_at="then"
    )


def test_columns_are_todays_in_name_order_and_type(files: LocalFiles, tmp_path: Path) -> None:
    migrate(files, run_id(50), at(50), steps=STEPS)
    today = dataset(tmp_path / "today")
    put_stories(today, 1, 1)
    new = read_table(committed_paths("articles", files)[0], files)
    assert new.schema.equals(read_table(committed_paths("articles", today)[0], today).schema, check_metadata=True)
    rows = snapshot(files, "articles")
    assert [row["repeats_removed"] for row in rows] == [0, 0, 0]
    assert {row["schema_version"] for row in rows} == {SCHEMA_VERSION}
    assert all(row["image_url"] is None for row in rows)


def test_every_reader_sees_the_new_rows_only(files: LocalFiles) -> None:
    before = sorted(row["article_id"] for row in snapshot(files, "articles"))
    migrate(files, run_id(50), at(50), steps=STEPS)
    assert sorted(row["article_id"] for row in snapshot(files, "articles")) == before
    assert globbed(files, "articles") == snapshot(files, "articles")


def test_migrating_again_has_nothing_to_do(files: LocalFiles) -> None:
    assert migrate(files, run_id(50), at(50), steps=STEPS)
    assert migrate(files, run_id(51), at(51), steps=STEPS) is None


def test_a_migration_that_was_killed_before_it_told_the_dataset_tells_it(files: LocalFiles) -> None:
    migrate(files, run_id(50), at(50), steps=STEPS)
    write_agreement(Agreement(schema_version=OLD, partition_by=("published_date",), created_at="then"), files)
    assert migrate(files, run_id(51), at(51), steps=STEPS) is None
    with files.open(layout.DATASET) as file:
        assert f'"schema_version": {SCHEMA_VERSION}'.encode() in file.read()


def test_a_dataset_of_a_newer_version_is_left_alone(files: LocalFiles) -> None:
    migrate(files, run_id(50), at(50), steps=STEPS)
    with pytest.raises(StorageError, match=rf"version {SCHEMA_VERSION}, and this newsbeam knows {OLD}"):
        migrate(files, run_id(51), at(51), to=OLD)


def test_versions_are_walked_one_by_one(files: LocalFiles) -> None:
    def shouted(table: pa.Table) -> pa.Table:
        place = table.schema.get_field_index("title")
        return table.set_column(place, "title", [["LOUD"] * table.num_rows])

    steps = STEPS | {SCHEMA_VERSION: Step(changed={"articles": shouted})}
    assert migrate(files, run_id(50), at(50), to=SCHEMA_VERSION + 1, steps=steps)
    assert {row["title"] for row in snapshot(files, "articles")} == {"LOUD"}
    assert {row["schema_version"] for row in snapshot(files, "articles")} == {SCHEMA_VERSION + 1}
    agreement = read_agreement(files)
    assert agreement
    assert agreement.schema_version == SCHEMA_VERSION + 1


def test_an_empty_dataset_has_nothing_to_migrate(tmp_path: Path) -> None:
    assert migrate(dataset(tmp_path), run_id(1), at(1)) is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    name: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    id: Annotated[str, Column("Its id")]
    parts: tuple[Part, ...] = ()
    tags: tuple[str, ...] = field(default_factory=lambda: ("new",))
    note: str | None
    must: int = 7


@pytest.fixture
def things(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "RECORDS", {"things": Thing})


@pytest.mark.usefixtures("things")
def test_a_new_column_has_its_default_also_inside_a_struct() -> None:
    old: dict[str, Any] = {"id": ["a"], "parts": [[{"name": "x"}]]}
    new = shaped(pa.table(old), "things", 2)
    assert new.to_pylist() == [
        {"id": "a", "parts": [{"name": "x", "weight": 1.0}], "tags": ["new"], "note": None, "must": 7}
    ]


@pytest.mark.usefixtures("things")
def test_a_column_without_a_default_needs_a_step() -> None:
    with pytest.raises(StorageError, match="the column id of things is new and has no default"):
        shaped(pa.table({"must": [1]}), "things", 2)


@pytest.mark.usefixtures("things")
def test_columns_of_before_that_are_no_more_are_left_out() -> None:
    assert "gone" not in shaped(pa.table({"id": ["a"], "gone": [1]}), "things", 2).column_names


def test_hashes_of_the_first_version_are_halved_and_stay_what_they_are_of(tmp_path: Path) -> None:
    wide = np.array([1 << 32 | 7, 5 << 32 | 9], "<u8").tobytes()
    files = dataset(tmp_path)
    put_stories(files, 1, 1)
    (table,) = [read_table(each.path, files) for each in committed(files) if each.table == "fingerprints"]
    known = replace(from_table(table, Known)[0].fingerprint, keys=wide, sample=wide, numbers=b"", lead=b"\x01\x00")
    (made,) = from_table(
        halve_hashes(to_table([replace(from_table(table, Known)[0], fingerprint=known)], Known)), Known
    )
    assert made.fingerprint == replace(known, keys=pack(np.array([1, 5])), sample=pack(np.array([1, 5])))
