from pathlib import Path

import pytest

from schemas.links import Link
from schemas.pages import Draft, StagedFile
from tests.fixtures.datasets import commit, stage, staged
from tests.fixtures.records import draft, link, run_in, story
from tests.fixtures.verbs import run_verb
from transforms.stage_articles import ReadStaged, StageArticles, _Stage, take_up


def drafts(count: int) -> list[Draft]:
    return [draft(*story(n), of=link(f"https://news.example/{n}"), title=f"Title {n}") for n in range(count)]


def test_only_a_claim_check_travels_and_the_drafts_come_back(tmp_path: Path) -> None:
    (file,) = run_verb(lambda _: StageArticles(run_in(tmp_path)), drafts(3)).outputs
    assert (type(file), file.rows) == (StagedFile, 3)
    assert "_meta/staging/" in file.path
    assert run_verb(lambda _: ReadStaged(run_in(tmp_path)), [file]).outputs == drafts(3)


def test_the_name_of_a_file_follows_from_its_content(tmp_path: Path) -> None:
    first, again = (run_verb(lambda _: StageArticles(run_in(tmp_path)), drafts(2)).outputs for _ in range(2))
    assert first == again


@pytest.mark.parametrize("limit", ["FILE_ROWS", "FILE_CHARS"])
def test_a_full_file_is_closed_before_the_bundle_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    chars = sum(map(len, drafts(1)[0].extraction.blocks))
    monkeypatch.setattr(f"transforms.stage_articles.{limit}", 2 if limit == "FILE_ROWS" else chars + 1)
    stage = _Stage(run_in(tmp_path))
    stage.start_bundle()
    early = [file for each in drafts(3) for file in stage.process(each)]
    late = [each.value for each in stage.finish_bundle()]
    assert [each.rows for each in (*early, *late)] == [2, 1]
    assert [each for file in (*early, *late) for each in staged(tmp_path, file.path, Draft)] == drafts(3)


def test_what_a_killed_run_staged_is_taken_up_by_the_next(tmp_path: Path) -> None:
    killed, committed = run_in(tmp_path, "20261123T100000Z-000000"), run_in(tmp_path, "20261123T110000Z-000000")
    left = stage(killed, "drafts", drafts(2))
    stage(committed, "drafts", drafts(1))
    commit([], Link, "links", committed)
    stage(run_in(tmp_path), "drafts", drafts(3))
    assert take_up(run_in(tmp_path)) == [left]


def test_a_bundle_without_drafts_writes_no_file(tmp_path: Path) -> None:
    stage = _Stage(run_in(tmp_path))
    stage.start_bundle()
    assert list(stage.finish_bundle()) == []
    assert not (tmp_path / "_meta").exists()
