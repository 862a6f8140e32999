"""Links among the documents lead somewhere, and what they show can be run."""

import re
import shlex
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

from pipelines.commands.tags import catches
from pipelines.options import flag_of, option_names
from transforms.tagging.taxonomy import parse_taxonomy

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md")])
TAXONOMY_PAGE = ROOT / "docs" / "tagging.md"
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MORE_FLAGS = {"--config", "--json", "--help", "--version", "--output"}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _anchors(path: Path) -> set[str]:
    """Headings as GitHub names them."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(path.read_text(encoding="utf-8")))
    return {heading.replace(" ", "-") for heading in plain}


def _fences(page: Path, *languages: str) -> list[str]:
    return [code for language, code in FENCE.findall(page.read_text(encoding="utf-8")) if language in languages]


def _commands(page: Path) -> list[list[str]]:
    """Calls of newsbeam in shell examples, continuation lines joined."""
    code = "\n".join(_fences(page, "sh", "crontab")).replace("\\\n", " ")
    calls = [line[line.index("newsbeam run") :] for line in code.splitlines() if "newsbeam run" in line]
    return [shlex.split(call, comments=True) for call in calls]


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_relative_links_lead_somewhere(page: Path) -> None:
    dead = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        path, _, anchor = unquote(target).partition("#")
        there = (page.parent / path).resolve() if path else page
        if "://" in target or target.startswith("mailto:"):
            continue
        if not there.exists() or not there.is_relative_to(ROOT) or (anchor and anchor not in _anchors(there)):
            dead.append(target)
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_examples_use_only_flags_that_exist(page: Path) -> None:
    known = {flag_of(name) for name in option_names()} | MORE_FLAGS
    used = {word.partition("=")[0] for call in _commands(page) for word in call if word.startswith("--")}
    assert {flag for flag in used if "_" not in flag and flag != "--runner"} <= known  # Beam's own have underscores


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_examples_of_the_configuration_name_only_options_that_exist(page: Path) -> None:
    for code in _fences(page, "yaml") if page != TAXONOMY_PAGE else ():
        assert {key.replace("-", "_") for key in yaml.safe_load(code)} <= set(option_names())


def test_the_example_of_a_taxonomy_is_one_and_catches_its_own_examples() -> None:
    (code,) = _fences(TAXONOMY_PAGE, "yaml")
    taxonomy = parse_taxonomy(code)
    assert all(own.examples and all(catches(own, each) for each in own.examples) for own in taxonomy.topics)


def test_the_readme_shows_the_two_commands_of_the_makefile() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    shown = set(re.findall(r"\bmake (\w+)", "\n".join(_fences(ROOT / "README.md", "sh"))))
    assert {"demo", "test"} <= shown <= targets


def test_the_site_lists_every_page() -> None:
    listed = re.findall(r": ([\w/-]+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    pages = [*ROOT.glob("docs/*.md"), *ROOT.glob("deploy/**/*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    assert {_name(page) for page in pages} <= set(listed)
    assert all((ROOT / page).exists() for page in listed)
