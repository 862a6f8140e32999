"""Text and metadata of the 194 real pages against their gold, beside trafilatura alone in the same run.

python -m benchmarks.extraction --data ../shared/data
"""

import argparse
import logging
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import mean

from trafilatura.core import bare_extraction

from benchmarks.gold import GoldPage, read_gold
from schemas.pages import Extraction
from schemas.policies import ExtractPolicy
from transforms.text.extract import extract_page

WORDS = re.compile(r"\w+")
GRAM = 4  # words; the measure is the F1 of the multiset of word 4-grams, as in article-extraction-benchmark
QUOTES = str.maketrans("“”„«»‘’‚‹›`´", "\"\"\"\"\"''''''" + "'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an extractor made of one page."""

    text: str
    title: str | None
    day: date | None
    authors: tuple[str, ...]
    minute_off: float | None = None  # distance to gold's time, where one is given


Extractor = Callable[[GoldPage], Found]


def newsbeam(page: GoldPage) -> Found:
    found = extract_page(page.html, "text/html", page.url, ExtractPolicy())
    if not isinstance(found, Extraction):
        return Found(text="", title=None, day=None, authors=())
    day = found.published_at.date() if found.published_at else None
    return Found(text="\n".join(found.blocks), title=found.title, day=day, authors=found.authors)


def trafilatura(page: GoldPage) -> Found:
    found = bare_extraction(page.html, url=page.url, include_comments=False, with_metadata=True)
    if found is None:
        return Found(text="", title=None, day=None, authors=())
    authors = tuple(name.strip() for name in (found.author or "").split(";") if name.strip())
    day = date.fromisoformat(found.date) if found.date else None
    return Found(text=found.text or "", title=found.title, day=day, authors=authors)


def text_f1(found: str, gold: str) -> float:
    """F1 of the multiset of word 4-grams; a shorter text counts as one gram."""
    ours, theirs = _grams(found), _grams(gold)
    common = sum((ours & theirs).values())
    return 2 * common / (sum(ours.values()) + sum(theirs.values())) if common else 0.0


def same_title(found: str | None, gold: str | None) -> bool:
    """Equal after NFKC, quotation marks and white space."""
    return _plain(found) == _plain(gold)


def scores(found: list[Found], gold: list[GoldPage]) -> dict[str, float]:
    pairs = list(zip(found, gold, strict=True))
    signed = [(ours, page) for ours, page in pairs if page.authors]
    dated = [(ours, page) for ours, page in pairs if page.published]
    return {
        "text F1": mean(text_f1(ours.text, "\n".join(page.paragraphs)) for ours, page in pairs),
        "titles exact": mean(same_title(ours.title, page.title) for ours, page in pairs),
        "dates, same day": mean(ours.day == page.published.date() for ours, page in dated if page.published),
        "authors, same set": mean(_names(ours.authors) == _names(page.authors) for ours, page in signed),
    }


def measure(extract: Extractor, gold: list[GoldPage]) -> dict[str, float]:
    started = time.process_time()
    found = [extract(page) for page in gold]
    seconds = time.process_time() - started
    return scores(found, gold) | {"documents/s on one core": len(gold) / seconds}


def _grams(text: str) -> Counter[tuple[str, ...]]:
    words = WORDS.findall(text)
    return Counter(tuple(words[start : start + GRAM]) for start in range(max(1, len(words) - GRAM + 1)))


def _plain(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFKC", text or "").translate(QUOTES).split())


def _names(names: tuple[str, ...]) -> set[str]:
    return {_plain(name).casefold() for name in names}


def main() -> None:
    parser = argparse.ArgumentParser(description="Score extraction against gold, beside trafilatura alone.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data")
    gold = read_gold(parser.parse_args().data)
    logging.disable(logging.CRITICAL)  # trafilatura comments on pages
    newsbeam(gold[0])  # imports and caches are not what is measured
    trafilatura(gold[0])
    peer, ours = measure(trafilatura, gold), measure(newsbeam, gold)
    print(f"{f'{len(gold)} pages':<26}{'trafilatura':>12}{'newsbeam':>12}")
    for name, value in peer.items():
        print(f"{name:<26}{value:>12.4g}{ours[name]:>12.4g}")


if __name__ == "__main__":
    main()
