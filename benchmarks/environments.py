"""Environments of peers, each with what it needs and nothing else, below build/peers."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
ENVIRONMENTS = ROOT / "build" / "peers"


def python_in(name: str | None) -> str:
    """The interpreter of an environment, which is made where there is none; ours where it has no name."""
    if name is None:
        return sys.executable
    folder = ENVIRONMENTS / name
    python, ready = folder / "bin" / "python", folder / ".installed"
    wanted = ROOT / "benchmarks" / "peers" / f"requirements-{name}.txt"
    if not ready.exists() or ready.read_text() != wanted.read_text():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--requirement", str(wanted)], check=True)
        ready.write_text(wanted.read_text())
    return str(python)


def versions(python: str, names: Sequence[str]) -> str:
    """Names and versions of distributions in an environment."""
    asked = f"import importlib.metadata as m; print(', '.join(f'{{e}} {{m.version(e)}}' for e in {tuple(names)!r}))"
    return subprocess.run([python, "-c", asked], check=True, capture_output=True, text=True).stdout.strip()
