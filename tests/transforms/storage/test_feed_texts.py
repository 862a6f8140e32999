from dataclasses import replace
from pathlib import Path

from transforms.storage.feed_texts import read_text, stage_texts
from transforms.storage.files import LocalFiles
from transforms.storage.recovery import clear_staging

TEXTS = ["<p>one", "<p>zwei ü", "<p>" + "三" * 10_000]


def test_texts_of_a_feed_lie_in_one_file_and_are_read_one_by_one(tmp_path: Path) -> None:
    files = LocalFiles(str(tmp_path))
    checks = stage_texts(TEXTS, files, "run")
    assert len({check.path for check in checks}) == 1
    assert [read_text(check, files) for check in checks] == TEXTS
    assert stage_texts(TEXTS, files, "run") == checks
    assert len(files.list("_meta/staging")) == 1


def test_no_text_makes_no_file(tmp_path: Path) -> None:
    assert stage_texts([], LocalFiles(str(tmp_path)), "run") == []
    assert list(tmp_path.iterdir()) == []


def test_texts_of_a_run_that_is_over_are_cleared_away_and_read_as_none(tmp_path: Path) -> None:
    files = LocalFiles(str(tmp_path))
    (check,) = stage_texts(["<p>one"], files, "run")
    clear_staging(files)
    assert read_text(check, files) is None
    assert read_text(replace(check, path="_meta/staging/other/feed_texts/x.zst"), files) is None
