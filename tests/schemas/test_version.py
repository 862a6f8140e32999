import ast
from pathlib import Path

from schemas.articles import Article
from schemas.columns import arrow_schema
from schemas.version import PIPELINE_VERSION, SCHEMA_VERSION

ROOT = Path(__file__).parents[2]


def _setup_arguments() -> dict[str | None, ast.expr]:
    tree = ast.parse((ROOT / "setup.py").read_text(encoding="utf-8"))
    calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call)]
    (setup,) = [each for each in calls if isinstance(each.func, ast.Name) and each.func.id == "setup"]
    return {each.arg: each.value for each in setup.keywords}


def test_setup_installs_the_version_that_rows_carry() -> None:
    assert ast.literal_eval(_setup_arguments()["version"]) == PIPELINE_VERSION


def test_the_changelog_knows_the_version_or_what_leads_to_it() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{PIPELINE_VERSION}]" in text or "## [Unreleased]" in text


def test_the_schema_has_a_whole_number_and_rows_carry_it() -> None:
    assert isinstance(SCHEMA_VERSION, int)
    assert {"schema_version", "pipeline_version"} <= set(arrow_schema(Article).names)
