"""Tag what an article is about: IPTC Media Topics from its words and from its publisher's, each with evidence."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import log2, sqrt

from schemas.tags import Evidence, EvidenceSource, Topic
from transforms.tagging.lexicon import Lexicon, lexicon_for
from transforms.tagging.publisher_topics import NO_WORDS, PublisherWords, publisher_votes
from transforms.tagging.scripts import language_of
from transforms.tagging.vocabulary import vocabulary

TITLE_WEIGHT = 3.0  # a word of the title against one of the text
HALF = 8.0  # weight of words at which the text alone gives a score of one half
NORMAL_CHARS = 1200  # about 200 words: longer texts need more words for the same score, by the square root
SHORTEST = 0.3  # of that root: below some 100 characters a text needs no fewer
TOP_SCORE = 0.35  # a top-level topic below it is not told
LOW_SCORE = 0.25  # the same for a topic below, whose words are fewer
NEAR_BEST = 0.5  # share of the best top-level score that another one must reach
MAX_EVIDENCE = 8


# What may become evidence: strength below zero, source, start, end, and the quote where it is no part of a column.
# Sorted as they are, the strongest come first.
Quote = tuple[float, str, int, int, str]


@dataclass(slots=True)
class Case:
    """What speaks for one topic: weight of words, doubt that the publisher leaves, and where it stands."""

    weight: float = 0.0
    doubt: float = 1.0
    quotes: list[Quote] = field(default_factory=list)

    def score(self) -> float:
        return 1 - self.doubt * (1 - self.weight / (self.weight + HALF))


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicTagger:
    """Needs no set-up: the words of a language are read when the first text asks for them."""

    max_chars: int = 200_000  # of a text: what lies behind is not scanned

    def tag(
        self, title: str | None, text: str, language: str | None, words: PublisherWords = NO_WORDS
    ) -> tuple[Topic, ...]:
        """Topics of one article, the strongest first, ties by code; each has evidence."""
        read = text[: self.max_chars]
        lexicon = lexicon_for(language_of(read or title or "", language))
        cases: dict[str, Case] = defaultdict(Case)
        texts = {EvidenceSource.TITLE: title or "", EvidenceSource.TEXT: read}
        add_words(cases, lexicon, texts)
        for code, trust, evidence in publisher_votes(words):
            for each in vocabulary().line(code):
                cases[each].doubt *= 1 - trust
                cases[each].quotes.append((-trust * HALF, evidence.source, 0, 0, evidence.quote))
        return tuple(_topics(cases, texts))


def primary_topic(topics: Iterable[Topic]) -> str | None:
    """The strongest top-level topic of topics that `TopicTagger.tag` returned."""
    return next((topic.code for topic in topics if vocabulary().is_top(topic.code)), None)


def add_words(cases: dict[str, Case], lexicon: Lexicon, texts: Mapping[EvidenceSource, str]) -> None:
    """A term votes for its topic and for all topics above it; its first place is the evidence."""
    counts: Counter[int] = Counter()
    titled: Counter[int] = Counter()
    first: dict[int, tuple[EvidenceSource, int, int]] = {}
    for source, text in texts.items():
        counter = titled if source is EvidenceSource.TITLE else counts
        for number, start, end in lexicon.hits(text) if text else ():
            counter[number] += 1
            if number not in first:
                first[number] = source, start, end
    length = _length(texts[EvidenceSource.TEXT], lexicon)
    for number, (source, start, end) in first.items():
        strength = (TITLE_WEIGHT * titled[number] + _repeated(counts[number])) / length
        for code, weight in lexicon.terms[number].votes:
            case = cases[code]
            case.weight += weight * strength
            case.quotes.append((-weight * strength, source, start, end, ""))


@cache
def _repeated(count: int) -> float:
    """The first hit in the text counts full, more of them by the logarithm."""
    return log2(1 + count)


def _length(text: str, lexicon: Lexicon) -> float:
    return max(SHORTEST, sqrt(len(text) * lexicon.density / NORMAL_CHARS))


def _topics(cases: Mapping[str, Case], texts: Mapping[EvidenceSource, str]) -> list[Topic]:
    """Top-level topics that are strong by themselves and beside the best, and what lies under them."""
    known = vocabulary()
    scores = {code: case.score() for code, case in cases.items()}
    best = max([score for code, score in scores.items() if code in known.tops], default=0.0)
    least = max(TOP_SCORE, NEAR_BEST * best)
    tops = {code for code, score in scores.items() if score >= least and code in known.tops}
    kept = [
        code for code, score in scores.items() if code in tops or (score >= LOW_SCORE and known.top_of[code] in tops)
    ]
    topics = [
        Topic(code=code, name=known.names[code], score=round(scores[code], 4), evidence=evidence_of(cases[code], texts))
        for code in kept
    ]
    return sorted(topics, key=lambda topic: (-topic.score, topic.code))


def evidence_of(case: Case, texts: Mapping[EvidenceSource, str]) -> tuple[Evidence, ...]:
    """The strongest words, as they stand in their column."""
    return tuple([_evidence(quote, texts) for quote in sorted(case.quotes)[:MAX_EVIDENCE]])


def _evidence(quote: Quote, texts: Mapping[EvidenceSource, str]) -> Evidence:
    _, written, start, end, said = quote
    source = EvidenceSource(written)
    if said:
        return Evidence(source=source, quote=said)
    return Evidence(source=source, quote=texts[source][start:end], start=start, end=end)
