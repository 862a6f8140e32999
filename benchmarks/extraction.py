"""Text and metadata of the 194 real pages against their gold, beside trafilatura alone in the same run.

python -m benchmarks.extraction --data ../shared/data

The forest that chooses blocks is the one of the page's fold: it has seen no page of the same site. Texts, titles and
names of both contestants are compared in NFC and without invisible characters.
"""

import argparse
import logging
import random
import re
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import mean

from trafilatura.core import bare_extraction

from benchmarks.folds import FOLD_FILE, fold_of
from benchmarks.gold import GoldPage, read_gold
from benchmarks.grams import text_f1
from schemas.pages import Extraction
from schemas.policies import ExtractPolicy
from transforms.text.block_model import Forest, parse_forest
from transforms.text.extract import extract_page
from transforms.text.names import agency_of
from transforms.text.repeats import drop_repeats

QUOTES = str.maketrans("“”„«»‘’‚‹›`´", "\"\"\"\"\"''''''" + "'")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
SAMPLES = 10_000  # of the bootstrap
MINUTE = 60.0
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an extractor made of one page."""

    text: str = ""
    blocks: tuple[str, ...] = ()  # before repeats are taken out, which is the work of another verb
    title: str | None = None
    at: datetime | None = None
    day: date | None = None
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    language: str | None = None
    extractor: str = ""


Extractor = Callable[[GoldPage], Found]


def newsbeam(page: GoldPage) -> Found:
    found = extract_page(page.html, "text/html", page.url, ExtractPolicy(), held_out(fold_of(page.id)))
    if not isinstance(found, Extraction):
        return Found()
    return Found(
        blocks=found.blocks,
        title=found.title,
        at=found.published_at,
        day=found.published_at.date() if found.published_at else None,
        authors=found.authors,
        agencies=tuple(found.wire_agency.split("/")) if found.wire_agency else (),
        language=found.language,
        extractor=found.extractor,
    )


def trafilatura(page: GoldPage) -> Found:
    found = bare_extraction(page.html, url=page.url, include_comments=False, with_metadata=True)
    if found is None:
        return Found()
    authors = tuple(name.strip() for name in (found.author or "").split(";") if name.strip())
    day = date.fromisoformat(found.date) if found.date else None
    return Found(text=found.text or "", title=found.title, day=day, authors=authors)


@cache
def held_out(fold: int) -> Forest:
    """The forest that has seen no page of this fold."""
    return parse_forest(Path(FOLD_FILE.format(fold)).read_text(encoding="utf-8").splitlines())


def same_title(found: str | None, gold: str | None) -> bool:
    """Equal after NFKC, quotation marks, white space and what nobody sees."""
    return _plain(found) == _plain(gold)


def same_authors(found: Found, gold: GoldPage) -> bool:
    """Equal sets, agencies under one name; gold counts agencies as authors in some pages and not in others."""
    wanted, people = _names(gold.authors), _names(found.authors)
    return wanted in (people, people | _names(found.agencies))


def same_day(found: Found, published: datetime) -> bool:
    """By the calendar of UTC or of the time zone that gold gives."""
    return found.day is not None and found.day in (published.date(), published.astimezone(UTC).date())


def same_minute(found: Found, published: datetime) -> bool:
    return found.at is not None and abs((found.at - published).total_seconds()) <= MINUTE


def texts(found: Sequence[Found], gold: Sequence[GoldPage]) -> list[float]:
    return [text_f1(_text(ours), "\n".join(page.paragraphs)) for ours, page in zip(found, gold, strict=True)]


def _text(found: Found) -> str:
    return found.text or "\n".join(drop_repeats(found.blocks).blocks)


def scores(found: Sequence[Found], gold: Sequence[GoldPage]) -> dict[str, float]:
    pairs = list(zip(found, gold, strict=True))
    dated = [(ours, page.published) for ours, page in pairs if page.published]
    timed = [(ours, at) for ours, at in dated if (at.hour, at.minute, at.second) != (0, 0, 0)]
    return {
        "text F1": mean(texts(found, gold)),
        "titles exact": mean(same_title(ours.title, page.title) for ours, page in pairs),
        "published, same day": mean(same_day(ours, at) for ours, at in dated),
        "published, within a minute": mean(same_minute(ours, at) for ours, at in timed),
        "authors, same set": mean(same_authors(ours, page) for ours, page in pairs if page.authors),
    }


def bootstrap(differences: Sequence[float], seed: int = 1) -> tuple[float, float]:
    """The middle 95 % of the mean difference, over pages drawn with replacement."""
    draw = random.Random(seed)
    count = len(differences)
    means = sorted(mean(draw.choices(differences, k=count)) for _ in range(SAMPLES))
    return means[SAMPLES // 40], means[-SAMPLES // 40]


def measure(extractors: Sequence[Extractor], gold: Sequence[GoldPage]) -> list[tuple[list[Found], float]]:
    """For each extractor what it found, and documents a second of one core. They take turns, page by page."""
    found: list[list[Found]] = [[] for _ in extractors]
    spent = [0.0] * len(extractors)
    for page in gold:
        for place, extract in enumerate(extractors):
            started = time.process_time()
            found[place].append(extract(page))
            spent[place] += time.process_time() - started
    return [(each, len(gold) / seconds) for each, seconds in zip(found, spent, strict=True)]


def report(peer: list[Found], ours: list[Found], gold: list[GoldPage], rates: tuple[float, float]) -> None:
    print(f"{f'{len(gold)} pages, held-out folds':<32}{'trafilatura':>12}{'newsbeam':>12}")
    theirs = scores(peer, gold)
    for name, value in scores(ours, gold).items():
        print(f"{name:<32}{theirs[name]:>12.4f}{value:>12.4f}")
    print(f"{'documents/s on one core':<32}{rates[0]:>12.1f}{rates[1]:>12.1f}{rates[1] / rates[0]:>8.2f}x")
    pairs = zip(texts(ours, gold), texts(peer, gold), strict=True)
    low, high = bootstrap([mine - other for mine, other in pairs])
    print(
        f"text F1, newsbeam less trafilatura: 95 % of {SAMPLES:,} paired samples of pages in {low:+.4f} to {high:+.4f}"
    )
    dated = [(found, page, page.published) for found, page in zip(ours, gold, strict=True) if page.published]
    days = [same_day(found, at) for found, page, at in dated if at <= page.crawled + DAY]
    print(f"same day, without {len(dated) - len(days)} pages that gold dates after they were read: {mean(days):.4f}")
    doubtful = sum(found.extractor.startswith("trafilatura") for found in ours)
    print(f"{doubtful} of {len(gold)} pages were left to trafilatura")


def report_languages(peer: list[Found], ours: list[Found], gold: list[GoldPage]) -> None:
    """Text F1 and titles by the language that was found: most have too few pages to say more than that they work."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for place, found in enumerate(ours):
        groups[found.language or "unknown"].append(place)
    theirs, mine = texts(peer, gold), texts(ours, gold)
    print(f"{'language':<10}{'pages':>6}{'trafilatura':>13}{'newsbeam':>10}{'titles':>8}")
    for language, places in sorted(groups.items(), key=lambda each: (-len(each[1]), each[0])):
        scored = [mean(values[place] for place in places) for values in (theirs, mine)]
        titles = mean(same_title(ours[place].title, gold[place].title) for place in places)
        print(f"{language:<10}{len(places):>6}{scored[0]:>13.3f}{scored[1]:>10.3f}{titles:>8.2f}")


def _plain(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFKC", INVISIBLE.sub("", text or "")).translate(QUOTES).split())


def _names(names: Sequence[str]) -> set[str]:
    return {(agency_of(name) or _plain(name)).casefold() for name in names}


def main() -> None:
    parser = argparse.ArgumentParser(description="Score extraction against gold, beside trafilatura alone.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data")
    gold = read_gold(parser.parse_args().data)
    logging.disable(logging.CRITICAL)  # trafilatura comments on pages
    for page in gold[:3]:  # imports and caches are not what is measured
        newsbeam(page)
        trafilatura(page)
    (ours, our_rate), (peer, peer_rate) = measure((newsbeam, trafilatura), gold)
    report(peer, ours, gold, (peer_rate, our_rate))
    report_languages(peer, ours, gold)


if __name__ == "__main__":
    main()
