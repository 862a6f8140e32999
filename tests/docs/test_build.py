from enum import StrEnum
from pathlib import Path

import pytest

from docs.build import FOLDER, PAGES, data_dictionary, failures, main, notes_by_heading, options, outdated, retried
from pipelines.options import flag_of, option_names
from schemas.articles import Article, Duplicate
from schemas.columns import arrow_schema
from schemas.failures import DropReason, Failure, Reason
from schemas.sources import FeedHealth


class Fruit(StrEnum):
    """With a note each."""

    # of trees
    APPLE = "apple"  # red or green
    # of bushes
    CURRANT = "currant"  # red, black
    QUINCE = "quince"


def test_the_committed_pages_are_what_the_code_says() -> None:
    assert outdated(FOLDER) == []  # else run: python -m docs.build


def test_a_page_that_is_missing_or_changed_is_named(tmp_path: Path) -> None:
    for name, make in PAGES.items():
        (tmp_path / name).write_text(make(), encoding="utf-8")
    (tmp_path / "options.md").write_text("# Options", encoding="utf-8")
    (tmp_path / "failures.md").unlink()
    assert outdated(tmp_path) == ["failures.md", "options.md"]


def test_checking_says_which_pages_are_stale_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("docs.build.FOLDER", tmp_path)
    assert main(["--check"]) == 1
    assert capsys.readouterr().err.count("is out of date") == len(PAGES)
    assert list(tmp_path.iterdir()) == []
    assert main([]) == 0
    assert main(["--check"]) == 0


def test_notes_stand_under_their_headings() -> None:
    assert notes_by_heading(Fruit) == {
        "of trees": {"APPLE": "red or green"},
        "of bushes": {"CURRANT": "red, black"},
    }


@pytest.mark.parametrize("record", [Article, Duplicate, Failure, FeedHealth])
def test_every_column_is_in_the_dictionary(record: type) -> None:
    page = data_dictionary()
    assert [name for name in arrow_schema(record).names if f"| `{name}` |" not in page] == []


def test_fields_of_structs_are_in_the_dictionary() -> None:
    assert "| `regions[].evidence[].start` | integer | yes | code points |" in data_dictionary()


def test_every_reason_and_drop_is_explained() -> None:
    page = failures()
    assert [each for each in (*Reason, *DropReason) if f"| `{each}` |" not in page] == []


def test_every_option_is_listed() -> None:
    page = options()
    assert [name for name in option_names() if f"`{flag_of(name)}" not in page] == []


def test_retries_are_told_as_the_state_has_them() -> None:
    assert retried(Reason.DNS_ERROR) == "next run"
    assert retried(Reason.EXTRACT_TIMEOUT) == "after 15 minutes"
    assert retried(Reason.NOT_FOUND) == "after a day"
