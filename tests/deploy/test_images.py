"""The images, as far as can be seen without a container engine: linted, and their steps carried out in a folder."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILES = [ROOT / "deploy" / name / "Dockerfile" for name in ("local", "worker", "dataflow")]
INSTALLED = "/opt/newsbeam"
NOBODY = "10001"
SYSTEM_PYTHON = Path("/usr/bin/python3.11")
# What `docker run --read-only --tmpfs /tmp --cap-drop ALL` and no-new-privileges do, with the kernel's own means.
CONFINED = """
set -e
mount --make-rprivate /
mkdir "$1/tmp"
mount -t tmpfs -o mode=1777 tmpfs "$1/tmp"
mount -o remount,bind,ro /
cd "$1/tmp"
touch "$1/written-where-nobody-may" 2>/dev/null && exit 99
exec setpriv --reuid=10001 --regid=10001 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \\
    env HOME="$1/tmp" TMPDIR="$1/tmp" "$1/installed/bin/newsbeam" demo --output "$1/tmp/news"
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction of a Dockerfile, continuation lines joined."""

    name: str
    value: str


def _steps(path: Path) -> list[Step]:
    text = re.sub(r"^#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    parted = (line.partition(" ") for line in text.splitlines() if line.strip())
    return [Step(name, " ".join(value.split())) for name, _, value in parted]


def _stages(path: Path) -> list[list[Step]]:
    stages: list[list[Step]] = []
    for step in _steps(path):
        if step.name == "FROM":
            stages.append([])
        if stages:
            stages[-1].append(step)
    return stages


def _copied(stage: list[Step]) -> list[str]:
    """What a stage takes out of the checkout."""
    parts = [step.value.split() for step in stage if step.name == "COPY" and "--from" not in step.value]
    return [source for *sources, _ in parts for source in sources]


def _last(path: Path, name: str) -> str:
    return [step.value for step in _stages(path)[-1] if step.name == name][-1]


def _name(path: Path) -> str:
    return path.parent.name


@pytest.mark.parametrize("path", DOCKERFILES, ids=_name)
def test_what_is_copied_is_in_the_checkout_and_reaches_the_builder(path: Path) -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    sources = [source for stage in _stages(path) for source in _copied(stage)]
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert {source for source in sources if source not in let_in} == set()


@pytest.mark.parametrize("path", DOCKERFILES[:2], ids=_name)
def test_an_image_runs_as_a_user_without_rights(path: Path) -> None:
    made = [step.value for step in _stages(path)[-1] if step.name == "RUN"]
    assert _last(path, "USER") == f"{NOBODY}:{NOBODY}"
    assert any(f"useradd --uid {NOBODY} --gid {NOBODY}" in each for each in made)


@pytest.mark.parametrize("path", DOCKERFILES, ids=_name)
def test_an_image_installs_the_versions_that_were_tested(path: Path) -> None:
    installs = [
        part for step in _steps(path) if step.name == "RUN" for part in step.value.split("&&") if " pip " in part
    ]
    assert installs
    assert [each for each in installs if "--constraint constraints.txt" not in each] == []


def test_the_harness_of_the_worker_is_the_beam_that_is_installed() -> None:
    pinned = re.search(r"^apache-beam==(.+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    assert pinned
    assert Step("ARG", f"BEAM={pinned[1]}") in _steps(ROOT / "deploy" / "worker" / "Dockerfile")


@pytest.mark.deploy
@pytest.mark.parametrize("path", DOCKERFILES, ids=_name)
def test_hadolint_finds_nothing(path: Path) -> None:
    linted = subprocess.run(["hadolint", path], capture_output=True, text=True, check=False, env=_with_tools())
    assert (linted.returncode, linted.stdout) == (0, "")


@pytest.mark.deploy
def test_what_the_image_holds_runs_confined() -> None:
    """Its files are copied and installed as the Dockerfile says, then run as nobody, on a root that is read-only."""
    python = next(filter(_anybody_may_read, (Path(sys.executable).resolve(), SYSTEM_PYTHON)), None)
    if os.geteuid() or not shutil.which("unshare") or python is None:
        pytest.skip("only root may make a root read-only, and a user without rights must be able to read Python")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        _build(Path(folder), python)
        demo = ["unshare", "--mount", "bash", "-c", CONFINED, "bash", folder]
        ended = subprocess.run(demo, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert "72 articles" in ended.stdout


def _build(folder: Path, python: Path) -> None:
    """The first stage of the image, in a folder."""
    source, installed = folder / "source", folder / "installed"
    source.mkdir()
    stage = _stages(DOCKERFILES[0])[0]
    for name in _copied(stage):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, source / name)
    for step in (each for each in stage if each.name == "RUN"):
        command = step.value.replace(INSTALLED, str(installed)).replace(".[${EXTRAS}]", ".")
        command = command.replace("python -m venv", f"{python} -m venv", 1)
        subprocess.run(command, shell=True, cwd=source, check=True, capture_output=True)


def _anybody_may_read(path: Path) -> bool:
    return path.exists() and all(each.stat().st_mode & 0o5 == 0o5 for each in (path, *path.parents))


def _with_tools() -> dict[str, str]:
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
