"""Tag what an article is about: IPTC Media Topics from its words and from its publisher's, each with evidence."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import log2, sqrt

from schemas.tags import Evidence, EvidenceSource, Topic
from transforms.tagging.lexicon import Hit, Lexicon, lexicon_for
from transforms.tagging.publisher_topics import PublisherWords, publisher_votes
from transforms.tagging.scripts import language_of
from transforms.tagging.vocabulary import vocabulary

TITLE_WEIGHT = 3.0  # a word of the title against one of the text
HALF = 8.0  # weight of words at which the text alone gives a score of one half
NORMAL_CHARS = 1200  # about 200 words: longer texts need more words for the same score, by the square root
SHORTEST = 0.4  # of that root: below some 200 characters a text needs no fewer
DENSE = 3.0  # characters of a script without blanks count for so many
TOP_SCORE = 0.35  # a top-level topic below it is not told
LOW_SCORE = 0.25  # the same for a topic below, whose words are fewer
NEAR_BEST = 0.5  # share of the best top-level score that another one must reach
MAX_EVIDENCE = 8


@dataclass(slots=True)
class Weighed:
    """One term in one article."""

    votes: tuple[tuple[str, float], ...]
    hits: list[tuple[EvidenceSource, Hit]] = field(default_factory=list)

    def strength(self) -> float:
        """Each hit in the title counts; the first in the text counts full, more of them by the logarithm."""
        titled = sum(source is EvidenceSource.TITLE for source, _ in self.hits)
        return TITLE_WEIGHT * titled + log2(1 + len(self.hits) - titled)


@dataclass(slots=True)
class Case:
    """What speaks for one topic: weight of words, doubt that the publisher leaves, evidence with its strength."""

    weight: float = 0.0
    doubt: float = 1.0
    evidence: list[tuple[float, Evidence]] = field(default_factory=list)

    def score(self) -> float:
        return 1 - self.doubt * (1 - self.weight / (self.weight + HALF))


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicTagger:
    """Needs no set-up: the words of a language are read when the first text asks for them."""

    max_chars: int = 200_000  # of a text: what lies behind is not scanned

    def tag(  # noqa: PLR0913  # one argument for each thing that a publisher says
        self,
        title: str | None,
        text: str,
        language: str | None,
        *,
        feed_categories: Sequence[str] = (),
        section: str | None = None,
        keywords: Sequence[str] = (),
        url: str | None = None,
    ) -> tuple[Topic, ...]:
        """Topics of one article, the strongest first, ties by code; each has evidence."""
        read = text[: self.max_chars]
        lexicon = lexicon_for(language_of(read or title or "", language))
        cases: dict[str, Case] = defaultdict(Case)
        add_words(cases, lexicon, {EvidenceSource.TITLE: title or "", EvidenceSource.TEXT: read})
        words = PublisherWords(feed_categories=feed_categories, section=section, keywords=keywords, url=url)
        for code, trust, evidence in publisher_votes(words):
            for each in vocabulary().line(code):
                cases[each].doubt *= 1 - trust
                cases[each].evidence.append((trust * HALF, evidence))
        return tuple(_topics(cases))


def primary_topic(topics: Iterable[Topic]) -> str | None:
    """The strongest top-level topic of topics that `TopicTagger.tag` returned."""
    return next((topic.code for topic in topics if vocabulary().is_top(topic.code)), None)


def add_words(cases: dict[str, Case], lexicon: Lexicon, texts: dict[EvidenceSource, str]) -> None:
    """A term votes for its topic and for all topics above it, once each."""
    weighed: dict[str, Weighed] = {}
    for source, text in texts.items():
        for hit in lexicon.hits(text):
            weighed.setdefault(hit.term.words, Weighed(hit.term.votes)).hits.append((source, hit))
    chars = len(texts[EvidenceSource.TEXT]) * (1.0 if lexicon.spaced else DENSE)
    length = max(SHORTEST, sqrt(chars / NORMAL_CHARS))
    for each in weighed.values():
        strength = each.strength() / length
        source, hit = each.hits[0]
        quote = Evidence(source=source, quote=texts[source][hit.start : hit.end], start=hit.start, end=hit.end)
        for code, weight in _lines(each.votes):
            cases[code].weight += weight * strength
            cases[code].evidence.append((weight * strength, quote))


@cache
def _lines(votes: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    """The votes of a term for its topics and all above, the strongest for each; kept, as the terms are few."""
    found: dict[str, float] = {}
    for code, weight in votes:
        for each in vocabulary().line(code):
            found[each] = max(found.get(each, 0.0), weight)
    return tuple(found.items())


def _topics(cases: dict[str, Case]) -> list[Topic]:
    """Top-level topics that are strong by themselves and beside the best, and what lies under them."""
    known = vocabulary()
    scores = {code: case.score() for code, case in cases.items()}
    best = max((score for code, score in scores.items() if known.is_top(code)), default=0.0)
    kept = {code for code, score in scores.items() if known.is_top(code) and score >= max(TOP_SCORE, NEAR_BEST * best)}
    kept |= {code for code, score in scores.items() if score >= LOW_SCORE and known.line(code)[-1] in kept}
    topics = [
        Topic(code=code, name=known.names[code], score=round(scores[code], 4), evidence=_evidence(cases[code]))
        for code in kept
    ]
    return sorted(topics, key=lambda topic: (-topic.score, topic.code))


def _evidence(case: Case) -> tuple[Evidence, ...]:
    strongest = sorted(case.evidence, key=lambda each: (-each[0], each[1].source, each[1].start or 0, each[1].quote))
    return tuple(evidence for _, evidence in strongest[:MAX_EVIDENCE])
