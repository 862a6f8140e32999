"""Tag what an article is about: IPTC Media Topics from its words and from its publisher's, each with evidence."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import log2, sqrt

from schemas.tags import Evidence, EvidenceSource, Topic
from transforms.tagging.lexicon import Lexicon, lexicon_for
from transforms.tagging.publisher_topics import NO_WORDS, PublisherWords, publisher_votes
from transforms.tagging.scripts import language_of
from transforms.tagging.sentence_topics import SentenceTopics
from transforms.tagging.vocabulary import vocabulary

TITLE_WEIGHT = 3.0  # a word of the title against one of the text
HALF = 8.0  # weight of words at which the text alone gives a score of one half
NORMAL_CHARS = 1200  # about 200 words: longer texts need more words for the same score, by the square root
SHORTEST = 0.3  # of that root: below some 100 characters a text needs no fewer
TOP_SCORE = 0.35  # a top-level topic below it is not told
LOW_SCORE = 0.25  # the same for a topic below, whose words are fewer
NEAR_BEST = 0.5  # share of the best top-level score that another one must reach
MAX_EVIDENCE = 8


# Where a word stands, as source, start and end; and what may become evidence: strength below zero, its place, and the
# quote where it is no part of a column. Sorted as they are, the strongest come first.
Place = tuple[EvidenceSource, int, int]
Quote = tuple[float, Place, str]
Votes = tuple[tuple[str, float], ...]


@dataclass(slots=True)
class Voices:
    """What speaks for topics, by code: weight of words, doubt that the publisher leaves, and where it stands.

    Words vote for many topics that are not told: which of them are quotes is asked of those that are.
    """

    weights: dict[str, float] = field(default_factory=dict)
    doubts: dict[str, float] = field(default_factory=dict)
    said: dict[str, list[Quote]] = field(default_factory=lambda: defaultdict(list))
    words: list[tuple[Votes, float, Place]] = field(default_factory=list)  # with their strength

    def hear(self, votes: Votes, strength: float, place: Place) -> None:
        """A word that stands in title or text."""
        self.words.append((votes, strength, place))
        weights = self.weights
        for code, weight in votes:
            weights[code] = weights.get(code, 0.0) + weight * strength

    def trust(self, code: str, trust: float, evidence: Evidence) -> None:
        """The publisher says that the topic is meant."""
        self.weights.setdefault(code, 0.0)
        self.doubts[code] = self.doubts.get(code, 1.0) * (1 - trust)
        self.said[code].append((-trust * HALF, (evidence.source, 0, 0), evidence.quote))

    def scores(self) -> dict[str, float]:
        doubts = self.doubts
        return {
            code: 1 - doubts.get(code, 1.0) * (1 - weight / (weight + HALF)) for code, weight in self.weights.items()
        }

    def quotes(self, codes: Collection[str]) -> dict[str, list[Quote]]:
        """The strongest words for each of the topics."""
        found = {code: self.said.get(code, []).copy() for code in codes}
        for votes, strength, place in self.words:
            for code, weight in votes:
                if code in found:
                    found[code].append((-weight * strength, place, ""))
        return {code: sorted(quotes)[:MAX_EVIDENCE] for code, quotes in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicTagger:
    """Needs no set-up: the words of a language are read when the first text asks for them."""

    max_chars: int = 200_000  # of a text: what lies behind is not scanned
    opinion: SentenceTopics | None = None  # blended in where there is one

    def tag(
        self, title: str | None, text: str, language: str | None, words: PublisherWords = NO_WORDS
    ) -> tuple[Topic, ...]:
        """Topics of one article, the strongest first, ties by code; each has evidence."""
        read = text[: self.max_chars]
        spoken = language_of(read or title or "", language)
        lexicon = lexicon_for(spoken)
        texts = {EvidenceSource.TITLE: title or "", EvidenceSource.TEXT: read}
        voices = Voices()
        add_words(voices, lexicon, texts)
        for code, trust, evidence in publisher_votes(words):
            for each in vocabulary().line(code):
                voices.trust(each, trust, evidence)
        for code, trust, name in self.opinion.votes(title, read, spoken) if self.opinion else ():
            voices.trust(code, trust, Evidence(source=EvidenceSource.MODEL, quote=name))
        return tuple(_topics(voices, texts))


def primary_topic(topics: Iterable[Topic]) -> str | None:
    """The strongest top-level topic of topics that `TopicTagger.tag` returned."""
    return next((topic.code for topic in topics if vocabulary().is_top(topic.code)), None)


def add_words(voices: Voices, lexicon: Lexicon, texts: Mapping[EvidenceSource, str]) -> None:
    """A term votes for its topic and for all topics above it; its first place is the evidence."""
    places: dict[int, Place] = {}
    counts: dict[EvidenceSource, dict[int, int]] = {}
    for source, text in texts.items():
        seen = counts[source] = {}
        for number, start, end in lexicon.hits(text) if text else ():
            if number in seen:
                seen[number] += 1
            else:
                seen[number] = 1
                places.setdefault(number, (source, start, end))
    titled, told = counts[EvidenceSource.TITLE], counts[EvidenceSource.TEXT]
    length = _length(texts[EvidenceSource.TEXT], lexicon)
    for number, place in places.items():
        strength = (TITLE_WEIGHT * titled.get(number, 0) + _repeated(told.get(number, 0))) / length
        voices.hear(lexicon.terms[number].votes, strength, place)


@cache
def _repeated(count: int) -> float:
    """The first hit in the text counts full, more of them by the logarithm."""
    return log2(1 + count)


def _length(text: str, lexicon: Lexicon) -> float:
    return max(SHORTEST, sqrt(len(text) * lexicon.density / NORMAL_CHARS))


def _topics(voices: Voices, texts: Mapping[EvidenceSource, str]) -> list[Topic]:
    """Top-level topics that are strong by themselves and beside the best, and what lies under them."""
    known = vocabulary()
    scores = voices.scores()
    tops = {code: score for code, score in scores.items() if code in known.tops}
    least = max(TOP_SCORE, NEAR_BEST * max(tops.values(), default=0.0))
    kept = [
        code
        for code, score in scores.items()
        if tops.get(known.top_of[code], 0.0) >= least and score >= (least if code in tops else LOW_SCORE)
    ]
    topics = [
        Topic(code=code, name=known.names[code], score=round(scores[code], 4), evidence=evidence)
        for code, evidence in evidence_of(voices.quotes(kept), texts).items()
    ]
    return sorted(topics, key=lambda topic: (-topic.score, topic.code))


def evidence_of(
    quotes: Mapping[str, Iterable[Quote]], texts: Mapping[EvidenceSource, str]
) -> dict[str, tuple[Evidence, ...]]:
    """The quotes of each topic as they stand in their column; a word that speaks for several is made once."""
    made: dict[tuple[Place, str], Evidence] = {}
    for each in quotes.values():
        for _, place, said in each:
            if (place, said) not in made:
                made[place, said] = _evidence(place, said, texts)
    return {code: tuple([made[place, said] for _, place, said in each]) for code, each in quotes.items()}


def _evidence(place: Place, said: str, texts: Mapping[EvidenceSource, str]) -> Evidence:
    source, start, end = place
    if said:
        return Evidence(source=source, quote=said)
    return Evidence(source=source, quote=texts[source][start:end], start=start, end=end)
