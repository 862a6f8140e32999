"""Case 82: the disk fails at each point where a run writes, links or renames a file, one after the other."""

import errno
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.archives import write_warc
from tests.fixtures.command import Said, newsbeam
from tests.fixtures.datasets import rows
from tests.fixtures.records import html, story
from transforms.storage import files as storage

pytestmark = pytest.mark.faults

OLD, NEW = 2, 3
PAGE = 1  # report.html, the last that is written: a run that is committed stands without it
SPARED = 1  # the probe; where that fails nothing is begun, and it is a usage error


class Disk:
    """Lets so many calls through, and fails from then on, as a full disk or one that is going."""

    def __init__(self, allowed: int) -> None:
        self.allowed, self.asked = allowed, 0

    def guarding(self, real: Callable[..., Any], number: int) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self.asked += 1
            if self.asked > self.allowed:
                raise OSError(number, os.strerror(number))
            return real(*arguments)

        return call


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A dataset, and an archive with more than is in it."""
    folder = tmp_path_factory.mktemp("disk")
    pages = [(f"https://news.example/{n}", html(f"Title {n}", *story(n))) for n in range(NEW)]
    few = write_warc(folder / "few.warc.gz", pages[:OLD])
    assert newsbeam("run", "--warc", few, "--output", folder / "out", "--workers", "1").code == 0
    return folder / "out", write_warc(folder / "many.warc.gz", pages)


def failing_run(
    before: tuple[Path, str], output: Path, disk: Disk, patch: pytest.MonkeyPatch, *, renames: bool
) -> Said:
    shutil.copytree(before[0], output)
    with patch.context() as failing:
        if renames:
            failing.setattr(Path, "replace", disk.guarding(Path.replace, errno.EIO))
            failing.setattr(Path, "hardlink_to", disk.guarding(Path.hardlink_to, errno.EIO))
        else:
            failing.setattr(storage, "_write_through", disk.guarding(storage._write_through, errno.ENOSPC))
        return newsbeam("run", "--warc", before[1], "--output", output, "--workers", "1")


def assert_loud_and_whole(said: Said, output: Path, trouble: str) -> None:
    """The sentence names the file and what was tried; readers see all of the old rows, or a commit that was through."""
    assert (said.code, said.out) == (5, ""), said
    assert re.search(rf"{re.escape(str(output))}/\S+ could not be {trouble}", said.err), said.err
    assert "Traceback" not in said.err
    urls = {row["url"] for row in rows(output, "articles")}
    assert len(urls) == len(rows(output, "articles")) in (OLD, NEW)


@pytest.mark.parametrize(
    ("renames", "step", "trouble"),
    [
        (False, 1, r"written \(\d+ bytes\): No space left on device"),
        (True, 3, r"(written \(\d+ bytes\)|renamed to \S+): Input/output error"),
    ],
    ids=["writes", "renames"],
)
def test_case_82_a_disk_that_fails_at_any_point_fails_the_run_loudly_and_leaves_the_old_rows(
    before: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: bool, step: int, trouble: str
) -> None:
    whole = Disk(10_000)
    assert failing_run(before, tmp_path / "whole", whole, monkeypatch, renames=renames).code == 0
    for allowed in range(SPARED, whole.asked - PAGE, step):
        output = tmp_path / f"out{allowed}"
        assert_loud_and_whole(failing_run(before, output, Disk(allowed), monkeypatch, renames=renames), output, trouble)
    without_page = failing_run(before, tmp_path / "page", Disk(whole.asked - PAGE), monkeypatch, renames=renames)
    assert (without_page.code, len(rows(tmp_path / "page", "articles"))) == (0, NEW)
    assert newsbeam("run", "--warc", before[1], "--output", output, "--workers", "1").code == 0
    assert len({row["url"] for row in rows(output, "articles")}) == len(rows(output, "articles")) == NEW
    assert newsbeam("doctor", output).code == 0


def test_case_82_a_disk_that_is_full_from_the_start_is_a_usage_error(
    before: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = failing_run(before, tmp_path / "out", Disk(0), monkeypatch, renames=False)
    assert (said.code, said.out) == (2, "")
    assert "No space left on device" in said.err
