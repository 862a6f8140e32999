"""Text and metadata by language, on pages that were written for the project, beside trafilatura in the same run.

python -m benchmarks.languages

Five stories in six languages, each in four layouts (benchmarks/layouts.py). Text is measured in words as on the real
pages, and in characters, since `\\w+` takes a clause of Chinese, Japanese or Thai for one word.
"""

import argparse
import logging
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from statistics import mean

from trafilatura.core import bare_extraction

from benchmarks.extraction import same_title
from benchmarks.grams import GRAM, text_f1
from benchmarks.layouts import LANGUAGES, WrittenStory, pages
from schemas.pages import Extraction
from schemas.policies import ExtractPolicy
from transforms.text.extract import extract_page

SPACE = re.compile(r"\s+")
MEASURES = ("text", "characters", "title", "day", "authors", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What an extractor made of a page."""

    text: str = ""
    title: str | None = None
    day: date | None = None
    authors: frozenset[str] = frozenset()
    language: str | None = None


def newsbeam(html: bytes, url: str) -> Read:
    found = extract_page(html, "text/html", url, ExtractPolicy())
    if not isinstance(found, Extraction):
        return Read()
    return Read(
        text="\n".join(found.blocks),
        title=found.title,
        day=found.published_at.date() if found.published_at else None,
        authors=frozenset(found.authors),
        language=found.language,
    )


def trafilatura(html: bytes, url: str) -> Read:
    found = bare_extraction(html, url=url, include_comments=False, with_metadata=True)
    if found is None:
        return Read()
    names = (name.strip() for name in (found.author or "").split(";"))
    return Read(
        text=found.text or "",
        title=found.title,
        day=date.fromisoformat(found.date) if found.date else None,
        authors=frozenset(name for name in names if name),
        language=found.language,
    )


def character_f1(found: str, gold: str) -> float:
    """F1 of the multisets of 4-grams of characters, white space left out."""
    ours, theirs = map(_character_grams, (found, gold))
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total()) if common else 0.0


def _character_grams(text: str) -> Counter[str]:
    bare = SPACE.sub("", text)
    return Counter(bare[start : start + GRAM] for start in range(max(1, len(bare) - GRAM + 1)))


def scores(read: Read, story: WrittenStory) -> tuple[float, ...]:
    """How right each measure is, from 0 to 1, in the order of MEASURES."""
    gold = "\n".join(story.paragraphs)
    return (
        text_f1(read.text, gold),
        character_f1(read.text, gold),
        float(same_title(read.title, story.title)),
        float(read.day == story.date.date()),
        float(read.authors == {story.author}),
        float(read.language == story.language),
    )


def measure(language: str) -> dict[str, list[tuple[str, tuple[float, ...]]]]:
    """Scores of each page by extractor, with the layout of the page."""
    found: dict[str, list[tuple[str, tuple[float, ...]]]] = {"newsbeam": [], "trafilatura": []}
    for layout, story, html in pages(language):
        found["newsbeam"].append((layout, scores(newsbeam(html, story.url), story)))
        found["trafilatura"].append((layout, scores(trafilatura(html, story.url), story)))
    return found


def main() -> None:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    logging.disable(logging.ERROR)
    print("language extractor   ", *(f"{name:>10}" for name in MEASURES))
    for language in LANGUAGES:
        for extractor, rows in measure(language).items():
            means = [mean(each) for each in zip(*(values for _, values in rows), strict=True)]
            print(f"{language:8} {extractor:12}", *(f"{each:10.3f}" for each in means))


if __name__ == "__main__":
    main()
