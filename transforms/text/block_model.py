"""Which blocks of a page are the article: a small forest of decision trees, learned from annotated news pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from transforms.text.block_features import NAMES, Matrix

LEAF = "leaf"
TAKEN = 0.4  # probability from which a block is taken; benchmarks/threshold.py chooses it inside the folds


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """Trees side by side in flat arrays. A leaf leads to itself, so that all trees take the same number of steps."""

    features: NDArray[np.intp]
    thresholds: NDArray[np.float32]
    ways: NDArray[np.intp]  # two for each node: where up to the threshold leads, and where more does
    values: NDArray[np.float32]
    roots: NDArray[np.intp]
    depth: int
    base: float
    taken: float = TAKEN

    def probabilities(self, rows: Matrix) -> NDArray[np.float32]:
        """For each row, how likely it is that the block belongs to the article."""
        seen, width = rows.ravel(), rows.shape[1]
        lines = np.repeat(np.arange(len(rows)) * width, len(self.roots))
        nodes = np.tile(self.roots, len(rows))
        for _ in range(self.depth):
            above = seen.take(lines + self.features.take(nodes)) > self.thresholds.take(nodes)
            nodes = self.ways.take(2 * nodes + above)
        odds = self.base + self.values.take(nodes).reshape(len(rows), len(self.roots)).sum(axis=1)
        return (1 / (1 + np.exp(-odds))).astype(np.float32)


def parse_forest(lines: Iterable[str]) -> Forest:
    """A forest of its table: `base`, then for each node tree, depth, feature or leaf, threshold or value, two nodes."""
    rows = [line.rstrip("\n").split("\t") for line in lines if line.strip() and not line.startswith("#")]
    base, nodes = float(rows[0][1]), rows[1:]
    leaves = [row[2] == LEAF for row in nodes]
    columns = {name: place for place, name in enumerate(NAMES)}
    return Forest(
        features=np.array([0 if leaf else columns[row[2]] for row, leaf in zip(nodes, leaves, strict=True)], np.intp),
        thresholds=np.array([row[3] for row in nodes], np.float32),
        ways=np.array([place if leaves[place] else to for place, row in enumerate(nodes) for to in row[4:6]], np.intp),
        values=np.array([row[3] if leaf else 0 for row, leaf in zip(nodes, leaves, strict=True)], np.float32),
        roots=np.array([place for place, row in enumerate(nodes) if row[1] == "0"], np.intp),
        depth=max(int(row[1]) for row in nodes),
        base=base,
    )


@cache
def shipped_forest() -> Forest:
    """The forest that comes with newsbeam."""
    table = files("transforms.text").joinpath("data/block-model.tsv").read_text(encoding="utf-8")
    return parse_forest(table.splitlines())
