"""What the publisher says that an article is about: feed categories, section, keywords, the path of its URL."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urlsplit

from schemas.tags import Evidence, EvidenceSource
from transforms.tagging.tables import rows
from transforms.tagging.vocabulary import vocabulary

TRUST = {  # how far one such word decides; keywords name side issues too
    EvidenceSource.SECTION: 0.7,
    EvidenceSource.FEED_CATEGORY: 0.6,
    EvidenceSource.URL: 0.55,
    EvidenceSource.KEYWORD: 0.4,
}
MAX_WORDS = 50  # of one source: some pages list hundreds of keywords
MAX_CHARS = 80
MAX_SEGMENTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherWords:
    """The publisher's words for one article, as they were found."""

    feed_categories: Sequence[str] = ()
    section: str | None = None
    keywords: Sequence[str] = ()
    url: str | None = None


NO_WORDS = PublisherWords()


def publisher_votes(words: PublisherWords) -> Iterator[tuple[str, float, Evidence]]:
    """Topic, trust and evidence of every word that is known to name a topic."""
    for source, quote in said(words):
        for code in _codes(quote, source):
            yield code, TRUST[source], Evidence(source=source, quote=quote)


def said(words: PublisherWords) -> Iterator[tuple[EvidenceSource, str]]:
    """The publisher's words one by one, with where they stood."""
    section = [words.section] if words.section else []
    for source, listed in (
        (EvidenceSource.SECTION, section),
        (EvidenceSource.FEED_CATEGORY, words.feed_categories),
        (EvidenceSource.KEYWORD, words.keywords),
    ):
        yield from ((source, each) for each in listed[:MAX_WORDS] if each.strip())
    yield from ((EvidenceSource.URL, each) for each in _url_parts(words.url or ""))


def _url_parts(url: str) -> list[str]:
    """Names of sub-domains and of folders; the last part of the path is the article's own."""
    try:
        split = urlsplit(url)
    except ValueError:
        return []
    labels = (split.hostname or "").split(".")[:-2]
    folders = [unquote(part) for part in split.path.split("/") if part][:-1]
    return [*labels, *folders[:MAX_SEGMENTS]]


def _codes(quote: str, source: EvidenceSource) -> list[str]:
    """ "Sport / Fußball", "Politics & Society" and "world-politics" are looked up whole and in parts."""
    known = _section_words()
    whole = _folded(quote[:MAX_CHARS])
    if whole in known:
        return known[whole]
    if source is EvidenceSource.URL:
        return []
    parts = [part for mark in "/>|:;,&" for part in whole.split(mark)]
    return sorted({code for part in parts for code in known.get(part.strip(), ())})


def _folded(words: str) -> str:
    return " ".join(words.casefold().replace("-", " ").replace("_", " ").split())


@cache
def _section_words() -> dict[str, list[str]]:
    """Words of the table; the vocabulary's own names stand beside them."""
    found = {_folded(name): [code] for code, name in vocabulary().names.items()}
    for code, words in rows("sections.tsv", 2):
        for word in words.split("|"):
            found.setdefault(_folded(word), [code])
    return found
