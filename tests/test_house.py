"""The house itself: sizes of files and functions, docstrings, names of packages."""

import ast
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("schemas", "transforms", "pipelines")
ALL_CODE = (*PACKAGES, "tests", "benchmarks", "docs")
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
MEDIAN_FUNCTION = 8
P90_FUNCTION = 25

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def _functions(path: Path) -> list[tuple[str, int]]:
    """Names and lengths of a file's functions, from the def to the last line, docstring included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [each for each in ast.walk(tree) if isinstance(each, Function)]
    return [(f"{_name(path)}:{each.name}", (each.end_lineno or 0) - each.lineno + 1) for each in found]


def test_no_file_is_too_long() -> None:
    lengths = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in _files(*ALL_CODE)}
    assert len(lengths) > 50
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    lengths = [pair for path in _files(*ALL_CODE) for pair in _functions(path)]
    assert [pair for pair in lengths if pair[1] > LONGEST_FUNCTION] == []


def test_most_functions_are_short(capsys: pytest.CaptureFixture[str]) -> None:
    lengths = [length for path in _files(*PACKAGES) for _, length in _functions(path)]
    middle, p90 = median(lengths), quantiles(lengths, n=10)[-1]
    with capsys.disabled():
        sys.stdout.write(f"\n{len(lengths)} functions: median {middle:g} lines, p90 {p90:g}, longest {max(lengths)}\n")
    assert middle <= MEDIAN_FUNCTION
    assert p90 <= P90_FUNCTION


@pytest.mark.parametrize("path", [path for path in _files(*PACKAGES) if not path.name.startswith("_")], ids=_name)
def test_every_public_module_says_what_it_is(path: Path) -> None:
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert doc
    assert doc.splitlines()[0].rstrip()[-1] in ".:"


def test_nobody_else_owns_our_names() -> None:
    owners = packages_distributions()
    assert {name: set(owners.get(name, [])) - {"newsbeam"} for name in PACKAGES} == {name: set() for name in PACKAGES}


def test_tests_are_no_packages() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []  # one in tests/transforms would hide the real transforms
