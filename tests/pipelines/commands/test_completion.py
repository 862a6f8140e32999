import shutil
import subprocess
from pathlib import Path

import pytest

from pipelines.cli import COMMANDS, whole_parser
from pipelines.commands.completion import words_of
from pipelines.commands.run import COMMON
from pipelines.options import flag_of, option_names
from tests.fixtures.command import newsbeam

PROBE = """
source {script}
COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_newsbeam; printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def _bash(script: Path, words: str) -> set[str]:
    done = subprocess.run(
        ["bash", "--norc", "-c", PROBE.format(script=script, words=words)], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_bash_completes_commands_tools_and_options(tmp_path: Path) -> None:
    script = tmp_path / "newsbeam.bash"
    script.write_text(newsbeam("completion", "bash").out)
    assert _bash(script, "newsbeam do") == {"doctor"}
    assert {"--feeds", "--output", "--no-wait"} <= _bash(script, "newsbeam run --")
    assert _bash(script, "newsbeam run --max-p") == {"--max-pages", "--max-page-bytes"}
    assert "list" in _bash(script, "newsbeam feeds li")
    assert _bash(script, "newsbeam feeds list --js") == {"--json"}


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_other_shells_find_their_script_in_order(shell: str, tmp_path: Path) -> None:
    said = newsbeam("completion", shell)
    assert said.code == 0
    assert all(name in said.out for name in COMMANDS)
    if shutil.which(shell):
        (tmp_path / "script").write_text(said.out)
        subprocess.run([shell, "-n", str(tmp_path / "script")], check=True)


def test_every_command_is_told_with_its_options() -> None:
    found = {each.path: each.words for each in words_of(whole_parser())}
    assert set(found[()]) == {*COMMANDS, "-h", "--help"}
    assert {flag_of(name) for name in option_names()} <= set(found["run",])


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_is_one_screen(name: str) -> None:
    assert len(newsbeam(name, "--help").out.splitlines()) <= 40


def test_the_whole_help_has_what_the_short_one_leaves_out() -> None:
    short, whole = newsbeam("run", "--help").out, newsbeam("run", "--help-all").out
    assert set(option_names()) > COMMON
    assert all(flag_of(name) in whole for name in option_names())
    assert not any(f"{flag_of(name)} " in short for name in set(option_names()) - COMMON)
