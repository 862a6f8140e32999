"""From which probability on a block is taken, chosen on the other sites: the held-out figure of text F1.

python -m benchmarks.threshold --data ../shared/data

Every page is read with the forest that has seen no page of its site. For each fold the threshold is the one that does
best on the pages of the other four; of equally good ones the middle.
"""

import argparse
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean

from benchmarks.extraction import held_out
from benchmarks.folds import FOLDS, fold_of
from benchmarks.gold import GoldPage, read_gold
from benchmarks.grams import text_f1
from schemas.pages import Extraction
from schemas.policies import ExtractPolicy
from transforms.text.block_model import TAKEN
from transforms.text.extract import extract_page
from transforms.text.repeats import drop_repeats

GRID = (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55)


def score(page: GoldPage, threshold: float) -> float:
    """Text F1 of one page."""
    forest = replace(held_out(fold_of(page.id)), taken=threshold)
    found = extract_page(page.html, "text/html", page.url, ExtractPolicy(), forest)
    text = "\n".join(drop_repeats(found.blocks).blocks) if isinstance(found, Extraction) else ""
    return text_f1(text, "\n".join(page.paragraphs))


def best(rows: Sequence[Sequence[float]]) -> int:
    """The place in the grid that does best on some pages."""
    means = [mean(column) for column in zip(*rows, strict=True)]
    winners = [place for place, value in enumerate(means) if value == max(means)]
    return winners[len(winners) // 2]


def main() -> None:
    parser = argparse.ArgumentParser(description="Choose the forest's threshold on sites that it is not scored on.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data")
    gold = read_gold(parser.parse_args().data)
    logging.disable(logging.CRITICAL)
    rows = [[score(page, threshold) for threshold in GRID] for page in gold]
    folds = [fold_of(page.id) for page in gold]
    for place, threshold in enumerate(GRID):
        shipped = " as shipped" if threshold == TAKEN else ""
        print(f"{threshold:<6}{mean(row[place] for row in rows):.4f}{shipped}")
    chosen = [best([row for row, fold in zip(rows, folds, strict=True) if fold != each]) for each in range(FOLDS)]
    print(f"chosen on the other folds: {', '.join(str(GRID[place]) for place in chosen)}")
    print(f"held out: {mean(row[chosen[fold]] for row, fold in zip(rows, folds, strict=True)):.4f}")


if __name__ == "__main__":
    main()
