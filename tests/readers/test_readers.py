"""One meaning in every reader: the same rows, columns, types, sums, nulls and partitions, whoever opens the folder.

`make test-readers` installs them all; one that is not installed is skipped.
"""

import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from schemas.articles import Article
from schemas.columns import to_row, to_table
from schemas.dialects import columns_of
from schemas.pages import DatePrecision, DateSource
from schemas.tags import Evidence, EvidenceSource, Organization, Region, Role, Topic
from schemas.version import SCHEMA_VERSION
from tests.fixtures.committed import at, run_id, story_of
from tests.fixtures.readers import READERS, Reader, in_utc, plain
from tests.fixtures.records import NOW
from transforms.storage.agreement import Agreement, write_agreement
from transforms.storage.descriptions import describe
from transforms.storage.files import LocalFiles
from transforms.storage.manifests import Manifest, commit
from transforms.storage.partitions import folders
from transforms.storage.tables import write_aside
from transforms.storage.upkeep.migration import migrate

pytestmark = pytest.mark.readers

ALL = ("published_date", "language", "topic", "region")
NEW_COLUMNS = ("image_url", "paywalled")  # that the version before did not have, in the dataset that is migrated
EVIDENCE = (
    Evidence(source=EvidenceSource.TEXT, quote="Zürich 🦕 „x“", start=0, end=13),
    Evidence(source=EvidenceSource.KEYWORD, quote="world"),
)


def tagged(number: int, **fields: Any) -> Article:
    """An article with something in every kind of column."""
    given = {
        "title": f"Überschrift {number} 🦕 \u202b\"'\\\n\t新闻",
        "authors": ("Ada L.", "李雷"),
        "language": "de",
        "published_at": datetime(2026, 11, 20, 23, 59, 59, 999_999, tzinfo=UTC),
        "published_precision": DatePrecision.SECOND,
        "published_source": DateSource.JSON_LD,
        "topics": (
            Topic(code="medtop:01000000", name="arts", score=0.1 + 0.2, evidence=EVIDENCE),
            Topic(code="medtop:11000000", name="politics", score=0.0, evidence=()),
        ),
        "primary_topic": "medtop:01000000",
        "regions": (Region(code="CH", name="Switzerland", role=Role.ABOUT, score=1 / 3, evidence=EVIDENCE[:1]),),
        "primary_region": "NO",  # which YAML takes for false
        "organizations": (Organization(code="UN", name="United Nations", evidence=()),),
        "quality": ("short",),
        "robots_noai": False,
    }
    return story_of(number, **given | fields)


def bare(number: int, **fields: Any) -> Article:
    """An article of which next to nothing is known."""
    made = story_of(number, text="e\u0301 𝔘" * number, word_count=2**40, language=None, published_at=None, host=None)
    return replace(made, canonical_url=None, final_url=None, **fields)


FIRST = (tagged(1), bare(2), tagged(3, revision=2, revised_at=NOW, previous_hash="0" * 32))
SECOND = (
    tagged(4, primary_region="CN"),
    bare(5, fetched_at=datetime(1969, 12, 31, 23, tzinfo=UTC)),
    tagged(6, language="zh", primary_topic="medtop:11000000"),
)


def commit_rows(
    files: LocalFiles, number: int, records: Sequence[Article], partition_by: Sequence[str], **more: Any
) -> None:
    """One run, its rows by partition, some columns left out for a dataset of another version."""
    table, version = to_table(records, Article), more.get("version", SCHEMA_VERSION)
    written = []
    for record, folder in zip(records, folders(table, partition_by), strict=True):
        rows = to_table([replace(record, schema_version=version)], Article).drop_columns(list(more.get("without", ())))
        written.append(write_aside(rows, "articles", folder, files, run_id(number), 1))
    commit(Manifest(run_id=run_id(number), files=tuple(written), schema_version=version), files)


def make_dataset(folder: Path, partition_by: tuple[str, ...], **more: Any) -> LocalFiles:
    files = LocalFiles(str(folder))
    version = more.get("version", SCHEMA_VERSION)
    write_agreement(Agreement(schema_version=version, partition_by=partition_by, created_at=""), files)
    commit_rows(files, 1, FIRST, partition_by, **more)
    commit_rows(files, 2, SECOND, partition_by, **more)
    return files


class Made:
    """A dataset, and what every reader must find in it."""

    def __init__(self, files: LocalFiles, partition_by: tuple[str, ...]) -> None:
        describe(files)
        self.folder = Path(files.root) / "articles"
        self.schema = columns_of("articles", partition_by)
        records = (*FIRST, *SECOND)
        places = [
            dict(part.split("=") for part in each.split("/"))
            for each in folders(to_table(records, Article), partition_by)
        ]
        self.rows = sorted(
            ({**to_row(record), **place} for record, place in zip(records, places, strict=True)), key=by_id
        )
        self.keys = list(places[0])


@pytest.fixture(scope="module", params=["two runs", "four partitions", "migrated"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder, kind = tmp_path_factory.mktemp("readers") / "news", request.param
    partition_by = ALL if kind == "four partitions" else ALL[:1]
    if kind != "migrated":
        return Made(make_dataset(folder, partition_by), partition_by)
    files = make_dataset(folder, partition_by, version=SCHEMA_VERSION - 1, without=NEW_COLUMNS)
    assert migrate(files, run_id(9), at(9)) is not None
    return Made(files, partition_by)


@pytest.fixture(scope="module", autouse=True)
def utc() -> Iterator[None]:
    with in_utc():
        yield


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest, made: Made) -> Reader:
    package, make = READERS[request.param]
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed; make test-readers installs it")
    return make(made.keys)


def by_id(row: dict[str, Any]) -> tuple[str, int]:
    return row["article_id"], row["revision"]


def test_columns_and_types_are_the_same_for_all(made: Made, reader: Reader) -> None:
    found, wanted = reader.types(made.folder), reader.wanted_types(made.schema)
    of_files = len(wanted) - len(made.keys)
    assert found[:of_files] == wanted[:of_files]
    assert dict(found) == dict(wanted)  # names of folders come in another order from some


def test_rows_are_the_same_for_all(made: Made, reader: Reader) -> None:
    found = sorted((plain(row) for row in reader.rows(made.folder)), key=by_id)
    assert found == [plain(row) for row in made.rows]


def test_sums_are_the_same_for_all(made: Made, reader: Reader) -> None:
    found = {name: plain(value) for name, value in reader.sums(made.folder).items()}
    assert found == {
        "rows": len(made.rows),
        "words": sum(row["word_count"] for row in made.rows),
        "code_points": sum(len(row["text"]) for row in made.rows),
        "untitled": sum(row["title"] is None for row in made.rows),
        "last": max(row["published_at"] for row in made.rows if row["published_at"]),
    }
