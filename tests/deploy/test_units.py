"""The units of systemd, and the cron line."""

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

LOCAL = Path(__file__).parents[2] / "deploy" / "local"
UNITS = sorted([*LOCAL.glob("*.service"), *LOCAL.glob("*.timer")])
ABSENT = re.compile(r".*Command /opt/newsbeam/bin/newsbeam is not executable: No such file or directory")


def _unit(path: Path) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment, method-assign]  # keys of systemd have capitals
    parsed.read(path)
    return parsed


def test_systemd_takes_the_units() -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    verified = subprocess.run(["systemd-analyze", "verify", *UNITS], capture_output=True, text=True, check=False)
    said = [line for line in verified.stderr.splitlines() if not ABSENT.match(line)]
    assert said == []  # the command itself is installed where the README says, not here


def test_the_timer_starts_a_unit_that_is_there() -> None:
    assert (LOCAL / _unit(LOCAL / "newsbeam.timer")["Timer"]["Unit"]).is_file()


@pytest.mark.parametrize("path", [each for each in UNITS if each.suffix == ".service"], ids=lambda path: path.name)
def test_a_service_runs_the_command_of_the_readme_as_nobody(path: Path) -> None:
    service = _unit(path)["Service"]
    assert shlex.split(service["ExecStart"])[0] == "/opt/newsbeam/bin/newsbeam"
    assert (service["User"], service["NoNewPrivileges"], service["ProtectSystem"]) == ("newsbeam", "yes", "strict")


def test_both_services_are_confined_alike() -> None:
    confined = [
        {
            key: value
            for key, value in _unit(LOCAL / name)["Service"].items()
            if key.startswith(("Protect", "Private", "Restrict", "Capab"))
        }
        for name in ("newsbeam.service", "newsbeam-run.service")
    ]
    differing = {"Restart", "RestartSec"}
    first, second = ({key: value for key, value in each.items() if key not in differing} for each in confined)
    assert first == second


def test_the_cron_line_has_five_fields_and_a_command() -> None:
    (line,) = re.findall(r"^```crontab\n(.+)\n```$", (LOCAL / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    *when, command = line.split(maxsplit=5)
    assert len(when) == 5
    assert command.startswith("/opt/newsbeam/bin/newsbeam run --config ")
