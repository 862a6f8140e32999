"""`croissant.json` as its own reference library sees it: valid, and enough to read the rows."""

import importlib.util
import warnings
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.committed import copy_of, dataset, put, story_of
from transforms.storage.descriptions import describe

pytestmark = [
    pytest.mark.readers,
    pytest.mark.skipif(
        importlib.util.find_spec("mlcroissant") is None,
        reason="mlcroissant is not installed; make test-readers installs it",
    ),
]


@pytest.fixture(scope="module")
def croissant(tmp_path_factory: pytest.TempPathFactory) -> Any:
    files = dataset(tmp_path_factory.mktemp("croissant") / "news")
    put(files, 1, "articles", [story_of(1), story_of(2)], "published_date=2026-11-20")
    put(files, 2, "articles", [story_of(3)], "published_date=2026-11-21")
    put(files, 3, "duplicates", [copy_of(story_of(1), "http://copy.example/1")], "run_date=2026-11-23")
    describe(files)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries below it
        import mlcroissant

        return mlcroissant.Dataset(Path(files.root) / "croissant.json")


def test_it_is_valid(croissant: Any) -> None:
    issues = croissant.metadata.ctx.issues
    assert issues.errors == set()
    assert {each.rpartition('Property "')[2].partition('"')[0].rpartition("/")[2] for each in issues.warnings} == {
        "license",  # texts belong to their publishers
        "citeAs",
    }


@pytest.mark.filterwarnings("ignore")
def test_rows_can_be_read_by_it(croissant: Any) -> None:
    rows = list(croissant.records("articles"))
    assert sorted(row["articles/article_id"].decode() for row in rows) == sorted(
        story_of(n).article_id for n in (1, 2, 3)
    )
    assert {row["articles/word_count"] for row in rows} == {story_of(1).word_count}
    assert [row["duplicates/url"] for row in croissant.records("duplicates")] == [b"http://copy.example/1"]
