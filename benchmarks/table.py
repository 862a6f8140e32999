"""Figures as lines of one table, and what several benchmarks read and count."""

import json
import lzma
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def lines(path: Path) -> Iterable[Mapping[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def head() -> None:
    print("| measure | set | figure |\n| --- | --- | --- |")


def row(measure: str, where: str, figure: str) -> None:
    print(f"| {measure} | {where} | {figure} |", flush=True)


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
