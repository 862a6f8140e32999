"""The flex template, its program and its Terraform; the job itself is tests/end_to_end/test_dataflow_graph.py."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from deploy.dataflow.metadata import FILE, LEFT_OUT, main, metadata, text
from deploy.dataflow.template import parted
from pipelines.configuration import settings
from pipelines.launch import new_run
from pipelines.options import option_names
from transforms.open_links import OWNERS

TERRAFORM = FILE.parent / "terraform"


def _parameters() -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in metadata()["parameters"]}


def test_the_committed_file_is_what_the_options_say() -> None:
    assert FILE.read_text(encoding="utf-8") == text()  # else run: python -m deploy.dataflow.metadata
    assert main(["--check"]) == 0


def test_a_file_that_differs_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.dataflow.metadata.FILE", tmp_path / "metadata.json")
    assert main(["--check"]) == 1
    assert main([]) == 0
    assert main(["--check"]) == 0
    assert json.loads((tmp_path / "metadata.json").read_text()) == metadata()


def test_every_option_is_a_parameter_or_left_out_for_a_reason() -> None:
    assert set(_parameters()) | set(LEFT_OUT) == {*option_names(), "sdk_container_image"}
    assert [name for name in LEFT_OUT if name in _parameters()] == []


def test_values_are_checked_before_anything_starts() -> None:
    patterns = {name: each["regexes"][0] for name, each in _parameters().items() if "regexes" in each}
    good = {"max_pages": "500", "delay": "1.5", "respect_ai_optout": "true", "refetch_after": "7d"}
    assert {name for name, value in good.items() if re.fullmatch(patterns[name], value)} == set(good)
    assert not any(re.fullmatch(patterns[name], "soon") for name in good)


def test_the_program_reads_its_parameters_as_options(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, rest = parted(
        ["--feeds=https://a.example/x https://b.example/y?z=1", "--max_pages=5", "--region=europe-west1"]
    )
    assert rest == ["--region=europe-west1"]
    for name, value in ours.items():
        monkeypatch.setenv(name, value)
    chosen = settings({}, None, new_run("x").started_at)
    assert chosen["feeds"] == ("https://a.example/x", "https://b.example/y?z=1")
    assert chosen["max_pages"] == 5


def test_the_scheduler_names_parameters_that_the_template_has() -> None:
    main_file = (TERRAFORM / "main.tf").read_text(encoding="utf-8")
    (block,) = re.findall(r"parameters = \{\n(.*?)\n {8}\}", main_file, re.DOTALL)
    named = {line.split()[0] for line in block.splitlines()}
    assert named <= set(_parameters())
    assert {name for name, each in _parameters().items() if not each["isOptional"]} <= named


def test_no_more_machines_than_owners_of_hosts() -> None:
    assert f"var.max_workers <= {OWNERS}" in (TERRAFORM / "variables.tf").read_text(encoding="utf-8")


@pytest.mark.deploy
def test_terraform_parses_and_every_variable_is_said_and_used() -> None:
    import hcl2

    parsed = [hcl2.loads(path.read_text(encoding="utf-8")) for path in sorted(TERRAFORM.glob("*.tf"))]
    said = {name.strip('"') for each in parsed for block in each.get("variable", []) for name in block}
    used = set(re.findall(r"\bvar\.(\w+)", (TERRAFORM / "main.tf").read_text(encoding="utf-8")))
    assert said == used


@pytest.mark.deploy
def test_terraform_is_formatted() -> None:
    terraform = shutil.which("terraform")
    if terraform is None:
        pytest.skip("terraform is not installed")
    assert subprocess.run([terraform, "fmt", "-check", TERRAFORM], capture_output=True, check=False).returncode == 0


def test_the_launcher_says_what_is_missing() -> None:
    told = subprocess.run(
        [FILE.parent / "launch.sh"], capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"}
    )
    assert told.returncode == 2
    assert "PROJECT is not set" in told.stderr
