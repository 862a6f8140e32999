"""The notebooks, cell by cell, on what the sample site gives. `make test-notebooks` brings what is needed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(ROOT.glob("docs/notebooks/*.ipynb"))

pytestmark = [
    pytest.mark.notebooks,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),  # of Jupyter
]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("sample") / "news"
    command = [sys.executable, "-m", "pipelines", "demo", "--output", str(output)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)
    return output


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_something(path: Path, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    monkeypatch.setenv("NEWSBEAM_OUTPUT", os.fspath(sample))
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    shown = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    assert all(shown[1:])  # the first only opens the dataset
    assert re.search(r"\b0 rows", str(shown)) is None


def test_there_are_notebooks_and_none_is_committed_with_its_output() -> None:
    assert len(NOTEBOOKS) >= 3
    assert [path.name for path in NOTEBOOKS if '"outputs": []' not in path.read_text(encoding="utf-8")] == []
