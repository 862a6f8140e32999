"""Every code that stands in schemas/errors.py, reached by the command that gives it."""

import sys
from pathlib import Path

import pytest

from pipelines.exits import EngineError, Exit
from pipelines.noise import told_as_a_bug
from schemas.errors import Code
from schemas.notes import notes_of
from schemas.runs import Accounting, Outcome, RunRecord
from tests.fixtures.command import Said, newsbeam
from tests.fixtures.committed import DAY, dataset, put, run_id, story_of
from transforms.storage.agreement import Agreement, write_agreement
from transforms.storage.files import LocalFiles
from transforms.storage.lock import Lock

DATASET, NOWHERE, EMPTY = "dataset", "nowhere", "empty.txt"
COMMANDS: dict[Code, tuple[str, ...]] = {
    Code.UNKNOWN_OPTION: ("schema", "--no-such-thing"),
    Code.BAD_VALUE: ("run", "--output", "out", "--feeds", EMPTY, "--delay", "soon"),
    Code.NOTHING_NAMED: ("run", "--output", "out"),
    Code.AT_ODDS: ("run", "--retry", DATASET, "--output", "out"),
    Code.BAD_CONFIG: ("run", "--config", NOWHERE),
    Code.RUNNER: ("run", "--output", "out", "--html", DATASET, "--runner=NoSuchRunner"),
    Code.MISSING_INPUT: ("run", "--output", "out", "--warc", NOWHERE),
    Code.UNREADABLE_INPUT: ("tags", "try", NOWHERE),
    Code.NO_CONTACT: ("run", "--output", "out", "--feeds", "https://news.example/feed"),
    Code.CREDENTIALS: ("fetch", "https://me:secret@news.example/"),
    Code.BAD_HEADERS: ("fetch", "http://127.0.0.1:1/", "--headers-file", NOWHERE),
    Code.NOT_AN_ADDRESS: ("run", "--output", "out", "--sitemap", "sitemap.xml"),
    Code.NO_DATASET: ("query", NOWHERE, "SELECT 1"),
    Code.UNWRITABLE: ("run", "--output", f"{EMPTY}/out", "--html", DATASET),
    Code.DISAGREEMENT: ("query", "newer", "SELECT 1"),
    Code.NOT_IN_DATASET: ("duplicates", DATASET, "f" * 32),
    Code.BAD_QUERY: ("query", DATASET, "SELEKT"),
    Code.LOCKED: ("compact", "locked"),
    Code.STORAGE: ("report", "damaged"),
    Code.ALL_FAILED: ("run", "--output", "out", "--html", "pages", "--workers", "1"),
}
ELSEWHERE = {
    Code.UNBALANCED,
    Code.INTERRUPTED,
    Code.ENGINE,
    Code.BUG,
    Code.NO_PROFILER,
}  # by the tests below and of profiling


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the commands above name."""
    monkeypatch.chdir(tmp_path)
    put(dataset(tmp_path / DATASET), 1, "articles", [story_of(1, run_id=run_id(1))], DAY)
    (tmp_path / EMPTY).write_text("")
    newer = Agreement(schema_version=10_000, partition_by=("published_date",), created_at="2026-11-23T12:00:00+00:00")
    write_agreement(newer, LocalFiles(str(tmp_path / "newer")))
    dataset(tmp_path / "locked")
    dataset(tmp_path / "damaged")
    (tmp_path / "damaged/_meta/runs").mkdir()
    (tmp_path / "damaged/_meta/runs/R1.json").write_text("{")
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/one.html").write_text("<p>short")
    return tmp_path


@pytest.mark.parametrize("code", COMMANDS, ids=lambda code: code.name)
def test_a_command_that_cannot_go_on_says_why_with_its_code(code: Code, folder: Path) -> None:
    with Lock(LocalFiles(str(folder / "locked")), "R1"):
        said = newsbeam(*COMMANDS[code])
    assert said.code != Exit.DONE
    assert f"[{code}: docs/errors.md]" in said.err
    assert "Traceback" not in said.err


def test_every_code_is_reached_and_explained() -> None:
    assert set(COMMANDS) | ELSEWHERE == set(Code)
    assert set(notes_of(Code)) == {str(each) for each in Code}
    page = Path(__file__).parents[2] / "docs" / "errors.md"
    assert all(f"| `{each}` |" in page.read_text(encoding="utf-8") for each in Code)


@pytest.mark.parametrize(
    ("outcome", "code"), [(Outcome.UNBALANCED, Code.UNBALANCED), (Outcome.INTERRUPTED, Code.INTERRUPTED)]
)
def test_a_run_that_ended_badly_says_so_with_its_code(
    outcome: Outcome, code: Code, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "one.html" in str(next((folder / "pages").iterdir()))
    counts = Accounting(links=1, articles=0, duplicates=0)
    record = RunRecord(run_id="R1", outcome=outcome, started_at="", ended_at="", accounting=counts, files=0, output="")
    monkeypatch.setattr("pipelines.ingest.ingest", lambda _options: record)
    said = _run()
    assert f"[{code}: docs/errors.md]" in said.err
    assert said.code != Exit.DONE


def test_a_runner_that_gave_up_is_no_bug_of_ours(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(_options: object) -> RunRecord:
        raise EngineError("CANCELLED: client cancelled")

    monkeypatch.setattr("pipelines.ingest.ingest", ended)
    said = _run()
    assert said.code == Exit.ENGINE
    assert f"run the same again, what was read is staged [{Code.ENGINE}: docs/errors.md]" in said.err


def test_what_nobody_foresaw_is_told_as_a_bug_with_its_trace(capsys: pytest.CaptureFixture[str]) -> None:
    error = RuntimeError("what nobody foresaw")
    told_as_a_bug(type(error), error, None)
    said = capsys.readouterr().err
    assert "what nobody foresaw" in said
    assert f"[{Code.BUG}: docs/errors.md]" in said
    assert sys.excepthook is not None


def _run() -> Said:
    return newsbeam("run", "--output", "out", "--html", "pages")
