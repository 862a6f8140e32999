import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.cli import main
from schemas.articles import Article, Method, Relation
from schemas.stories import Merge
from tests.fixtures.committed import copy_of, dataset, put, story_of
from transforms.storage.files import Files

FIRST = replace(story_of(1), title="The ferry is back")
LATER = "https://other.example/ferry"


def with_copies(files: Files, *more: Article) -> None:
    put(files, 1, "articles", [FIRST, *more], "published_date=2026-11-20")
    copies = [
        copy_of(
            FIRST, LATER, method=Method.NEAR, relation=Relation.SYNDICATED, tied_to=FIRST.article_id,
            text=f"{FIRST.text} Again.", published_at=FIRST.published_at + timedelta(hours=2), wire_agency="AP",
            similarity=0.9, containment=0.95, shared_shingles=80,
        ),
        copy_of(FIRST, "https://third.example/a/ferry", text=None, title=None, published_at=None),
    ]  # fmt: skip
    put(files, 2, "duplicates", copies, "run_date=2026-11-23")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    made = dataset(tmp_path / "news")
    with_copies(made)
    return made


def shown(capsys: pytest.CaptureFixture[str], files: Files, name: str, *options: str) -> str:
    assert main(("duplicates", files.root, name, *options)) == 0
    out, error = capsys.readouterr()
    assert error == ""
    return out


@pytest.mark.parametrize("name", [FIRST.article_id, FIRST.url, LATER])
def test_a_story_is_found_by_any_id_or_url_of_it(capsys: pytest.CaptureFixture[str], files: Files, name: str) -> None:
    assert shown(capsys, files, name).startswith(f"story {FIRST.cluster_id}: 3 texts on 3 sites\n")


def test_members_come_by_time_with_what_they_are(capsys: pytest.CaptureFixture[str], files: Files) -> None:
    out = shown(capsys, files, LATER)
    first, later, undated = (out.index(each) for each in ("news.example", "other.example", "third.example"))
    assert first < later < undated
    assert "had it first, an article" in out
    assert "syndicated, tied to 1 by near, 90% alike, 95% contained, 80 shingles shared, agency AP" in out
    assert "date unknown" in out


def test_differences_stand_side_by_side(capsys: pytest.CaptureFixture[str], files: Files) -> None:
    out = shown(capsys, files, LATER)
    assert "--- 1 and 2" in out
    assert "{+Again.+}" in out
    assert "the text of a copy was not kept" in out


def test_json_has_every_member(capsys: pytest.CaptureFixture[str], files: Files) -> None:
    told = json.loads(shown(capsys, files, LATER, "--json"))
    assert [each["url"] for each in told][:2] == [FIRST.url, LATER]
    assert [each["is_copy"] for each in told] == [False, True, True]
    assert told[1]["published_at"] == "2026-11-20 14:00:00+00:00"


def test_a_story_that_was_merged_is_found_by_its_old_id(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    files = dataset(tmp_path / "news")
    other = story_of(2)
    with_copies(files, other)
    old, new = sorted((FIRST.cluster_id, other.cluster_id), reverse=True)
    put(files, 3, "merges", [Merge(old_id=old, new_id=new)], "run_date=2026-11-23")
    for name in (old, new, other.url):
        assert shown(capsys, files, name).startswith(f"story {new}: 4 texts on 3 sites\n")


def test_many_members_are_compared_when_all_are_asked_for(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    files = dataset(tmp_path / "news")
    put(files, 1, "articles", [FIRST], "published_date=2026-11-20")
    copies = [copy_of(FIRST, f"https://c.example/{'x' * n}") for n in range(8)]
    put(files, 2, "duplicates", copies, "run_date=2026-11-23")
    assert "3 more; --all compares them too" in shown(capsys, files, FIRST.url)
    assert shown(capsys, files, FIRST.url, "--all").count("--- ") == 8


@pytest.mark.parametrize("name", ["nothing", "", "' OR 1=1 --", "https://none.example/"])
def test_what_is_not_there_is_said(capsys: pytest.CaptureFixture[str], files: Files, name: str) -> None:
    assert main(("duplicates", files.root, name)) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert "has no article, copy or story" in error


def test_a_folder_without_a_dataset_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(("duplicates", str(tmp_path / "none"), "x")) == 2
    assert str(tmp_path / "none") in capsys.readouterr().err
