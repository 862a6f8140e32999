"""Learn which blocks of a page are the article, from the annotated pages: the shipped forest, and one for each fold.

python -m benchmarks.block_model --data ../shared/data
"""

import argparse
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.folds import FOLD_FILE, FOLDS, fold_of, site_of
from benchmarks.gold import GoldPage, read_gold
from benchmarks.grams import grams
from transforms.text.block_features import NAMES, Matrix, describe
from transforms.text.block_model import LEAF
from transforms.text.blocks import Block, read_blocks
from transforms.text.caps import cap_tags
from transforms.text.charsets import decode_html
from transforms.text.extract import facts_of
from transforms.text.metadata import read_metadata
from transforms.text.normal import normalize
from transforms.text.trees import parse_page

SHIPPED = Path("transforms/text/data/block-model.tsv")
IN_ARTICLE = 0.5  # of a block's word 4-grams stand in the annotated text
MIN_WORDS = 3  # a block of one word weighs as much as one of three
SETTINGS = {
    "max_iter": 64, "learning_rate": 0.12, "max_leaf_nodes": 15, "max_depth": 6, "min_samples_leaf": 20,
    "l2_regularization": 5.0, "early_stopping": False, "random_state": 0,
}  # fmt: skip
HEADER = (
    "# Decision trees over features of a block, learned by benchmarks/block_model.py from annotated news pages\n"
    "# (annotations: Fundus, MIT); {pages} pages, scikit-learn {version}. The numbers are our own (Apache-2.0).\n"
    "# tree\tdepth\tfeature\tthreshold or log-odds\tnode if not above it\tnode if above it\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One page: its blocks as rows, whether each is in the article, and what a mistake costs."""

    site: str
    rows: Matrix
    labels: NDArray[np.bool_]
    weights: NDArray[np.float64]


def make_example(page: GoldPage) -> Example:
    tree = parse_page(cap_tags(decode_html(page.html, "text/html").encode("utf-8", "replace")))
    assert tree is not None  # gold pages are real pages
    blocks = read_blocks(tree)
    rows = describe(blocks, facts_of(read_metadata(tree, blocks, page.url)))
    labels = np.array(list(_labels(blocks, page.paragraphs)), bool)
    words = np.array([max(MIN_WORDS, len(block.text.split())) for block in blocks], float)
    return Example(site=site_of(page.id), rows=rows, labels=labels, weights=words / max(1.0, words[labels].sum()))


def learn(examples: Sequence[Example]) -> HistGradientBoostingClassifier:
    """Every page weighs by its words as the measure does: a missed paragraph costs its share of the article."""
    weights = np.concatenate([each.weights for each in examples])
    model = HistGradientBoostingClassifier(**SETTINGS)
    rows, labels = np.vstack([each.rows for each in examples]), np.concatenate([each.labels for each in examples])
    return model.fit(rows, labels, sample_weight=weights / weights.mean())


def forest_table(model: HistGradientBoostingClassifier, pages: int) -> str:
    """The trees as text that transforms.text.block_model reads."""
    lines = [f"base\t{float(model._baseline_prediction.ravel()[0]):.6g}"]
    start = 0
    for tree, (predictor,) in enumerate(model._predictors):
        for node in predictor.nodes:
            name = LEAF if node["is_leaf"] else NAMES[node["feature_idx"]]
            value = node["value"] if node["is_leaf"] else node["num_threshold"]
            below = (start + node["left"], start + node["right"]) if name != LEAF else (0, 0)
            lines.append(f"{tree}\t{node['depth']}\t{name}\t{value:.6g}\t{below[0]}\t{below[1]}")
        start += len(predictor.nodes)
    return HEADER.format(pages=pages, version=version("scikit-learn")) + "\n".join(lines) + "\n"


def _labels(blocks: Sequence[Block], paragraphs: Sequence[str]) -> list[bool]:
    whole = {normalize(text) for text in paragraphs}
    known = grams(" ".join(normalize(text) for text in paragraphs))
    return [_in_article(normalize(block.text), whole, set(known)) for block in blocks]


def _in_article(text: str, whole: set[str], known: set[tuple[str, ...]]) -> bool:
    own = grams(text)
    if len(next(iter(own))) < 4:
        return text in whole
    return sum(count for gram, count in own.items() if gram in known) >= IN_ARTICLE * own.total()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data")
    gold = read_gold(parser.parse_args().data)
    logging.disable(logging.CRITICAL)
    examples = {page.id: make_example(page) for page in gold}
    for fold in range(FOLDS):
        seen = [example for id_, example in examples.items() if fold_of(id_) != fold]
        path = Path(FOLD_FILE.format(fold))
        path.parent.mkdir(exist_ok=True)
        path.write_text(forest_table(learn(seen), len(seen)), encoding="utf-8")
    SHIPPED.write_text(forest_table(learn(list(examples.values())), len(examples)), encoding="utf-8")
    print(f"{len(examples)} pages, {FOLDS} folds by site, written to {SHIPPED} and {FOLD_FILE.format('*')}")


if __name__ == "__main__":
    main()
