"""The command line where nothing has to run: help, usage errors, exit codes, and what it imports."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.cli import COMMANDS, main, whole_parser
from pipelines.commands.completion import words_of
from pipelines.options import flag_of, option_names
from schemas.version import PIPELINE_VERSION

ROOT = Path(__file__).parents[2]
SCREEN = 40  # lines of a terminal
HEAVY = ("apache_beam", "trafilatura", "lxml", "pyarrow", "numpy", "duckdb")
LOADED = f"""
import json, sys
import pipelines.cli
try:
    pipelines.cli.main(sys.argv[1:]) if sys.argv[1:] else None
except SystemExit:
    pass
sys.stderr.write(json.dumps([name for name in {HEAVY} if name in sys.modules]))
"""


def _exit_code(*arguments: str) -> int:
    """What a shell would see."""
    try:
        return main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


def _told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one sentence of a usage error."""
    assert _exit_code(*arguments) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith("newsbeam")
    assert error.count("\n") == 1
    return error


def test_the_overview_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert _exit_code("--help") == 0
    text = capsys.readouterr().out
    assert text.count("\n") <= SCREEN
    assert [name for name in COMMANDS if f"\n    {name}" not in text] == []


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "run"])
def test_the_help_of_a_command_fits_a_screen(capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert _exit_code(command, "--help") == 0
    text = capsys.readouterr().out
    assert text.count("\n") <= SCREEN
    assert COMMANDS[command].help in " ".join(text.split())


def test_the_help_of_run_fits_a_screen_and_the_whole_help_names_every_option(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert _exit_code("run", "--help") == 0
    text = capsys.readouterr().out
    assert text.count("\n") <= SCREEN
    assert _exit_code("run", "--help-all") == 0
    whole = capsys.readouterr().out
    assert [name for name in option_names() if flag_of(name) not in whole] == []
    assert "Beam" in text


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert _exit_code("--version") == 0
    assert capsys.readouterr().out == f"newsbeam {PIPELINE_VERSION}\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "COMMAND"),
        (("bogus",), "'bogus'"),
        (("--bogus", "run"), "--bogus is an option of neither newsbeam nor Beam"),
        (("run",), "add --output FOLDER"),
        (("run", "--output", "out"), "nothing to read; name at least one of --feeds"),
        (("run", "--feeds"), "--feeds"),
        (("run", "--html", ".", "--output", "out", "--max-pages", "many"), "--max-pages cannot be 'many'"),
        (("run", "--html", ".", "--output", "out", "--workers", "0"), "--workers must be positive, got 0"),
        (("run", "--html", ".", "--output", "out", "--since", "soon"), "--since cannot be 'soon'"),
        (("run", "--html", ".", "--config", "no/such.yaml"), "--config no/such.yaml cannot be read"),
        (("schema", "--bogus"), "schema does not know --bogus; see newsbeam schema --help"),
        (("schema", "--more"), "schema does not know --more; see newsbeam schema --help"),
    ],
)
def test_a_usage_error_is_one_sentence_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    assert told in _told(capsys, *arguments)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--bogus",), "--bogus is an option of neither newsbeam nor Beam"),
        (("--max-page", "5"), "--max-page is an option of neither newsbeam nor Beam"),
        (("more",), "more is an option of neither newsbeam nor Beam"),
        (("--direct_num_workers", "many"), "Beam does not take these options: argument --direct_num_workers"),
        (("--runner=Sprinter",), "Beam cannot start the runner: Unexpected pipeline runner: Sprinter"),
    ],
)
def test_options_that_beam_refuses_are_usage_errors_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, more: tuple[str, ...], told: str
) -> None:
    assert told in _told(capsys, "run", "--html", str(tmp_path), "--output", str(tmp_path / "out"), *more)


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        (("--feeds", "no/feeds.opml"), "--feeds no/feeds.opml does not exist"),
        (("--feeds", "."), "--feeds . is a folder"),
        (("--urls", "no/urls.txt"), "--urls no/urls.txt does not exist"),
        (("--warc", "no/*.warc"), "--warc no/*.warc matches no file"),
        (("--html", "no"), "--html no is not a folder"),
        (("--feeds", "https://example.org/feed"), "add --contact you@example.org"),
    ],
)
@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_inputs_that_cannot_be_read_are_told_before_anything_runs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, inputs: tuple[str, ...], told: str, dry: tuple[str, ...]
) -> None:
    assert told in _told(capsys, "run", *inputs, "--output", str(tmp_path / "out"), *dry)
    assert list((tmp_path / "out").rglob("*.parquet")) == []


@pytest.mark.parametrize("output", ["file", "file/below"])
def test_an_output_that_is_a_file_is_a_usage_error(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, output: str
) -> None:
    (tmp_path / "file").touch()
    told = _told(capsys, "run", "--html", str(tmp_path), "--output", str(tmp_path / output))
    assert "cannot be written" in told
    assert "Not a directory" in told
    assert "name another folder" in told


def test_an_output_that_another_run_writes_is_exit_code_4(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    lock = tmp_path / "out" / "_meta" / "lock.json"
    lock.parent.mkdir(parents=True)
    alive = {"heartbeat": datetime.now(UTC).isoformat(), "token": "theirs"}
    owner = {"run_id": "R1", "pid": os.getpid(), "host": os.uname().nodename, **alive}
    lock.write_text(json.dumps(owner), encoding="utf-8")
    assert _exit_code("run", "--html", str(tmp_path), "--output", str(tmp_path / "out")) == 4
    assert "run R1" in (told := capsys.readouterr().err)
    assert told.count("\n") == 1
    assert lock.exists()


def test_a_flag_beats_the_file_on_the_way_in(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    config = tmp_path / "newsbeam.yaml"
    config.write_text(f"output: {tmp_path / 'out'}\nhtml: no/such\n", encoding="utf-8")
    assert "no/such is not a folder" in _told(capsys, "run", "--config", str(config))
    assert "no/other is not a folder" in _told(capsys, "run", "--config", str(config), "--html", "no/other")


@pytest.mark.parametrize("arguments", [(), ("--help",), ("run", "--help"), ("run", "--max-pages", "x")])
def test_asking_for_help_does_not_load_beam(arguments: tuple[str, ...]) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert ended.stderr.splitlines()[-1] == "[]"


def test_the_package_runs_as_a_module() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "pipelines", "--version"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert ended.stdout == f"newsbeam {PIPELINE_VERSION}\n"


@pytest.mark.parametrize("arguments", [("schema", "--format", "json"), ("run", "--help")])
def test_a_reader_that_has_enough_is_no_trouble(arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "pipelines", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert process.returncode == 0


READING = {
    ("report",), ("doctor",), ("query",), ("duplicates",), ("schema",), ("fetch",), ("explain",), ("config", "show"),
    ("feeds", "list"), ("feeds", "test"), ("feeds", "find"), ("tags", "try"),
}  # fmt: skip


def test_every_command_that_reads_prints_json() -> None:
    words = {each.path: each.words for each in words_of(whole_parser())}
    assert {path for path in READING if "--json" not in words[path]} == set()
