"""Every example of the documents runs here, or says above it why it cannot."""

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml

from schemas.failures import Failure, Reason, Stage
from tests.fixtures.committed import put
from tests.fixtures.explored import explored
from transforms.storage.views import write_views

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("deploy/**/*.md")])
FENCE = re.compile(
    r"^(?:<!-- (?P<mark>[^\n]*?) -->\n)?```(?P<language>\w+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)
RUN, NOT_RUN = "runs", re.compile(r"not run: \S.{10,}")
WALKED = ("README.md:", "walked")  # tests/docs/test_readme.py runs these in their order
NO_CODE = {"text"}  # output and pictures


def _examples() -> list[tuple[str, str | None, str, str]]:
    return [
        (
            f"{page.relative_to(ROOT)}:{text[: found.start()].count(chr(10)) + 1}",
            *found.group("mark", "language", "code"),
        )
        for page in PAGES
        for text in [page.read_text(encoding="utf-8")]
        for found in FENCE.finditer(text)
        if found["language"] not in NO_CODE
    ]


def _runnable() -> list[object]:
    return [pytest.param(language, code, id=name) for name, mark, language, code in _examples() if mark == RUN]


def test_every_example_runs_or_says_why_not() -> None:
    unmarked = [
        name
        for name, mark, _, _ in _examples()
        if mark != RUN and not NOT_RUN.fullmatch(mark or "") and not (name.startswith(WALKED[0]) and mark == WALKED[1])
    ]
    assert unmarked == []  # else write above it: <!-- runs -->, or <!-- not run: the reason -->
    assert len(_runnable()) >= 5


@pytest.mark.parametrize(("language", "code"), _runnable())
def test_an_example_runs_as_it_stands(language: str, code: str, tmp_path: Path) -> None:
    files = explored(tmp_path / "news")
    gone = Failure(url="https://news.example/gone", stage=Stage.OPEN, reason=Reason.GONE)
    put(files, 3, "failures", [gone], "run_date=2026-11-23")
    write_views(files)
    if language == "sql":
        with duckdb.connect() as connection:
            connection.execute(f"SET file_search_path = '{tmp_path}'")
            connection.execute(code)
        return
    if language == "yaml":
        assert yaml.safe_load(code)
        return
    command = [sys.executable, "-c", code] if language == "python" else ["bash", "-euo", "pipefail", "-c", code]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    there = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=there, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
