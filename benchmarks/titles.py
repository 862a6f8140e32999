"""Which of two headlines is taken, chosen on the other sites: the held-out figure of the table in titles.py.

python -m benchmarks.titles --data ../shared/data

For each fold the table is made again from the other four: for each way in which the places of a page may be divided,
the place that is right more often there, og:title on a tie.
"""

import argparse
import logging
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.extraction import same_title
from benchmarks.folds import FOLDS, fold_of
from benchmarks.gold import GoldPage, read_gold
from schemas.pages import TitleSource
from transforms.text.caps import cap_tags
from transforms.text.charsets import decode_html
from transforms.text.metadata import page_headlines
from transforms.text.titles import PREFERRED, Headlines, Preferred, Split, choose_title
from transforms.text.trees import parse_page

SOURCES = (TitleSource.META, TitleSource.JSON_LD)  # the first on a tie


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What a page says, and what its headline is."""

    fold: int
    said: Headlines
    names: tuple[str, ...]
    url: str
    gold: str | None

    def is_right(self, preferred: Preferred) -> bool:
        title = choose_title(self.said, self.names, self.url, preferred)
        return same_title(title.text if title else None, self.gold)


def make_example(page: GoldPage) -> Example:
    tree = parse_page(cap_tags(decode_html(page.html, "text/html").encode("utf-8", "replace")))
    assert tree is not None  # gold pages are real pages
    said, names = page_headlines(tree, page.url)
    return Example(fold=fold_of(page.id), said=said, names=names, url=page.url, gold=page.title)


def learn(examples: Sequence[Example]) -> Preferred:
    """The table that is right most often; each row by itself, since a page meets one row at most."""
    right: defaultdict[Split, Counter[TitleSource]] = defaultdict(Counter)
    for split in Split:
        for source in SOURCES:
            right[split][source] = sum(each.is_right({**PREFERRED, split: source}) for each in examples)
    return {split: max(SOURCES, key=counts.__getitem__) for split, counts in right.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Score the choice of headlines on sites that it was not made on.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data")
    gold = read_gold(parser.parse_args().data)
    logging.disable(logging.CRITICAL)
    examples = [make_example(page) for page in gold]
    tables = [learn([each for each in examples if each.fold != fold]) for fold in range(FOLDS)]
    print(f"titles exact, {len(examples)} pages")
    print(f"{'the table as shipped':<28}{sum(each.is_right(PREFERRED) for each in examples) / len(examples):.4f}")
    held_out = sum(each.is_right(tables[each.fold]) for each in examples) / len(examples)
    print(f"{'made on the other folds':<28}{held_out:.4f}")
    for source in SOURCES:
        always = dict.fromkeys(Split, source)
        print(f"{f'always {source}':<28}{sum(each.is_right(always) for each in examples) / len(examples):.4f}")


if __name__ == "__main__":
    main()
