"""A taxonomy learned from labelled texts: words that tell each label from the others, and from which score.

What is learned is a taxonomy like one that a person writes: it can be read, mended and given to --taxonomy.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log, sqrt

from transforms.tagging.lexicon import fold
from transforms.tagging.publisher_topics import NO_WORDS
from transforms.tagging.taxonomy import OwnTopic, Taxonomy, code_of

LEAST_TEXTS = 3  # of a label that hold a word: below it is chance
LEAST_SURE = 1.96  # standard errors by which a word must favour its label: once in 40 by chance
MOST_LEARNED = 200  # words of a label, the surest first
WEIGHT = 1.0
HELD_OUT = 5  # every fifth text is kept away from learning, for the figures
LEVELS = tuple(step / 50 for step in range(1, 50))  # scores that are tried as the least
SPACELESS_RUN = re.compile(
    r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]+"
)  # Thai, kana, Han: pairs of letters stand for words


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A text and what a person says that it is about."""

    text: str
    labels: frozenset[str]
    title: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How right a label is told on texts that were not learned from."""

    label: str
    texts: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def learn_taxonomy(texts: Sequence[Labelled], scheme: str) -> tuple[Taxonomy, list[Figures]]:
    """From all but every fifth text; figures are of those. Labels in order; one without telling words is left out."""
    learned = [each for number, each in enumerate(texts, 1) if number % HELD_OUT]
    held_out = texts[HELD_OUT - 1 :: HELD_OUT]
    topics = [
        OwnTopic(code=code_of(scheme, label), name=label, words=words, weight=WEIGHT)
        for label, words in sorted(_telling_words(learned).items())
    ]
    levels = _least_scores(Taxonomy(topics=tuple(topics)), learned)
    taxonomy = Taxonomy(topics=tuple(replace(each, least=levels[each.name]) for each in topics))
    return taxonomy, [_figures(each.name, _told(taxonomy, held_out)) for each in taxonomy.topics]


def words_of_text(text: str) -> Iterator[str]:
    for word in fold(text).split():
        runs = SPACELESS_RUN.findall(word)
        if not runs:
            yield word
        yield from (first + second for run in runs for first, second in pairwise(run))


def _telling_words(texts: Sequence[Labelled]) -> dict[str, tuple[str, ...]]:
    """Of each label the words that its texts hold oftener than the others', by log-odds in standard errors."""
    holding: Counter[str] = Counter()
    under: defaultdict[str, Counter[str]] = defaultdict(Counter)
    sizes: Counter[str] = Counter()
    for each in texts:
        words = set(words_of_text(f"{each.title or ''} {each.text}"))
        holding.update(words)
        sizes.update(each.labels)
        for label in each.labels:
            under[label].update(words)
    found = {label: _surest(under[label], holding, sizes[label], len(texts)) for label in under}
    return {label: words for label, words in found.items() if words}


def _surest(own: Mapping[str, int], holding: Mapping[str, int], size: int, texts: int) -> tuple[str, ...]:
    sure = [
        (-sureness, word)
        for word, count in own.items()
        if count >= LEAST_TEXTS and not word.isdecimal()
        if (sureness := _sureness(count, holding[word] - count, size, texts - size)) >= LEAST_SURE
    ]
    return tuple(word for _, word in sorted(sure)[:MOST_LEARNED])


def _sureness(count: int, others: int, size: int, rest: int) -> float:
    odds = log((count + 0.5) / (size - count + 0.5)) - log((others + 0.5) / (rest - others + 0.5))
    return odds / sqrt(1 / (count + 0.5) + 1 / (others + 0.5))


# Of each text its labels, and the score of each label that was told.
Told = list[tuple[frozenset[str], dict[str, float]]]


def _told(taxonomy: Taxonomy, texts: Sequence[Labelled]) -> Told:
    return [
        (each.labels, {tag.name: tag.score for tag in taxonomy.tag(each.title, each.text, each.language, NO_WORDS)})
        for each in texts
    ]


def _least_scores(taxonomy: Taxonomy, texts: Sequence[Labelled]) -> dict[str, float]:
    """The score from which telling a label is rightest on what was learned from; the lowest of equals."""
    told = _told(taxonomy, texts)
    return {
        each.name: max(LEVELS, key=lambda least: (_figures(each.name, told, least).f1, -least))
        for each in taxonomy.topics
    }


def _figures(label: str, told: Told, least: float = 0.0) -> Figures:
    right = wrong = texts = 0
    for labels, scores in told:
        texts += label in labels
        if scores.get(label, -1.0) >= least:
            right += label in labels
            wrong += label not in labels
    return Figures(
        label=label,
        texts=texts,
        precision=right / (right + wrong) if right + wrong else 0.0,
        recall=right / texts if texts else 0.0,
    )
