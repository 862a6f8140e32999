"""A taxonomy of the user's own: names, keywords and patterns of a YAML file, found as topics are."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import re2
import yaml

from schemas.tags import Evidence, EvidenceSource, Topic
from transforms.tagging.lexicon import SPACELESS, Lexicon, make_lexicon
from transforms.tagging.publisher_topics import TRUST, PublisherWords, said
from transforms.tagging.scripts import language_of
from transforms.tagging.topics import TITLE_WEIGHT, Voices, add_words, evidence_of

DEFAULT_SCHEME = "own"
DEFAULT_WEIGHT = 2.0  # as a word that names a topic in the lexicons
MOST_TOPICS, MOST_WORDS, MOST_PATTERNS = 2_000, 5_000, 100  # of a file; of a topic
LONGEST_PATTERN = 1_000
LONGEST_FILE = 1_000_000  # characters; some 50,000 keywords
MOST_MATCHES = 100  # of one pattern in one text
PATTERN_MEMORY = 1 << 22  # bytes that one compiled pattern may take
SLUG = re.compile(r"[^\w]+")
KEYS = frozenset({"name", "code", "keywords", "phrases", "patterns", "languages", "weight", "least", "examples"})


class TaxonomyError(ValueError):
    """The file is no taxonomy; the message says where and what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTopic:
    """One topic. `least` is the score from which it is told; `examples` are texts that it must catch."""

    code: str
    name: str
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    languages: frozenset[str] = frozenset()
    weight: float = DEFAULT_WEIGHT
    least: float = 0.0
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Taxonomy:
    """Topics that are found in any text. Compiled when a text is first tagged, so it travels as plain data."""

    topics: tuple[OwnTopic, ...]

    def tag(self, title: str | None, text: str, language: str | None, words: PublisherWords) -> tuple[Topic, ...]:
        """Topics of one article, the strongest first, ties by code; each has evidence."""
        voices = Voices()
        texts = {EvidenceSource.TITLE: title or "", EvidenceSource.TEXT: text}
        spoken = language_of(text or title or "", language)
        lexicon = self._lexicons[spoken in SPACELESS]
        add_words(voices, lexicon, texts)
        self._add_patterns(voices, texts)
        _add_said(voices, lexicon, words)
        scores = voices.scores()
        kept = {
            own.code: own
            for own in self.topics
            if own.code in scores and round(scores[own.code], 4) >= own.least
            if not own.languages or spoken in own.languages
        }
        topics = [
            Topic(code=code, name=kept[code].name, score=round(scores[code], 4), evidence=evidence)
            for code, evidence in evidence_of(voices.quotes(kept), texts).items()
        ]
        return tuple(sorted(topics, key=lambda topic: (-topic.score, topic.code)))

    @cached_property
    def _lexicons(self) -> tuple[Lexicon, Lexicon]:
        """For languages with blanks between words, and for those without."""
        written = [(own.code, own.weight, "|".join(own.words)) for own in self.topics if own.words]
        return make_lexicon(written, "", own=True), make_lexicon(written, "zh", own=True)

    @cached_property
    def _patterns(self) -> list[tuple[OwnTopic, Any]]:
        return [(own, compile_pattern(pattern)) for own in self.topics for pattern in own.patterns]

    def _add_patterns(self, voices: Voices, texts: Mapping[EvidenceSource, str]) -> None:
        for own, pattern in self._patterns:
            for source, text in texts.items():
                weight = own.weight * (TITLE_WEIGHT if source is EvidenceSource.TITLE else 1.0)
                for start, end in _matches(pattern, text):
                    voices.hear(((own.code, weight),), 1.0, (source, start, end))

    def __getstate__(self) -> dict[str, Any]:
        return {"topics": self.topics}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)


def compile_pattern(pattern: str) -> Any:
    """An expression whose time grows with the text alone; raises TaxonomyError for one that RE2 does not know."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = PATTERN_MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise TaxonomyError(f"the pattern {pattern!r} cannot be used: {_said_by(error)}") from None


def _said_by(error: Exception) -> str:
    said_as = error.args[0] if error.args else ""
    return said_as.decode("utf-8", "replace") if isinstance(said_as, bytes) else str(said_as)


def _matches(pattern: Any, text: str) -> Iterator[tuple[int, int]]:
    """Places of a pattern; lone surrogates, which RE2 cannot read, are read as question marks."""
    clean = text.encode("utf-8", "replace").decode()
    for number, match in enumerate(pattern.finditer(clean)):
        if number >= MOST_MATCHES:
            return
        if match.end() > match.start():
            yield match.span()


def _add_said(voices: Voices, lexicon: Lexicon, words: PublisherWords) -> None:
    """What the publisher calls the article counts as it does for topics."""
    for source, quote in said(words):
        found: Counter[str] = Counter()
        for number, _, _ in lexicon.hits(quote):
            found.update(code for code, _ in lexicon.terms[number].votes)
        for code in found:
            voices.trust(code, TRUST[source], Evidence(source=source, quote=quote))


def parse_taxonomy(content: str) -> Taxonomy:
    """A taxonomy from YAML; raises TaxonomyError that says which topic is not understood, and why."""
    if len(content) > LONGEST_FILE:
        raise TaxonomyError(f"it has {len(content)} characters; {LONGEST_FILE} are allowed")
    try:
        read = yaml.safe_load(content)
    except RecursionError:
        raise TaxonomyError("it is nested too deeply") from None
    except (yaml.YAMLError, ValueError) as error:  # a ValueError comes from dates that are none
        raise TaxonomyError(f"it is no YAML: {' '.join(str(error).split())}") from None
    if not isinstance(read, dict) or not isinstance(read.get("topics"), list):
        raise TaxonomyError("it has no list `topics`; write topics: [{name: …, keywords: […]}]")
    if len(read["topics"]) > MOST_TOPICS:
        raise TaxonomyError(f"it has {len(read['topics'])} topics; {MOST_TOPICS} are allowed")
    scheme = _slug(str(read.get("scheme", DEFAULT_SCHEME)))
    topics = tuple(_topic(each, scheme, number) for number, each in enumerate(read["topics"], 1))
    twice = [code for code, count in Counter(topic.code for topic in topics).items() if count > 1]
    if twice:
        raise TaxonomyError(f"two topics have the code {twice[0]}")
    return Taxonomy(topics=topics)


def _topic(entry: Any, scheme: str, number: int) -> OwnTopic:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not entry["name"].strip():
        raise TaxonomyError(f"topic {number} has no name")
    where = f"topic {number} ({entry['name']})"
    unknown = sorted(map(str, entry.keys() - KEYS))
    if unknown:
        raise TaxonomyError(f"{where} has {unknown[0]}; known are {', '.join(sorted(KEYS))}")
    words = _strings(entry, "keywords", where) + _strings(entry, "phrases", where)
    patterns = _strings(entry, "patterns", where)
    _check(words, patterns, where)
    return OwnTopic(
        code=code_of(scheme, str(entry.get("code", entry["name"]))),
        name=entry["name"].strip(),
        words=words,
        patterns=patterns,
        languages=frozenset(_strings(entry, "languages", where)),
        weight=_number(entry, "weight", DEFAULT_WEIGHT, where),
        least=_number(entry, "least", 0.0, where),
        examples=_strings(entry, "examples", where),
    )


def _check(words: Sequence[str], patterns: Sequence[str], where: str) -> None:
    if not words and not patterns:
        raise TaxonomyError(f"{where} has neither keywords, phrases nor patterns")
    if len(words) > MOST_WORDS or len(patterns) > MOST_PATTERNS:
        raise TaxonomyError(f"{where} has more than {MOST_WORDS} words or {MOST_PATTERNS} patterns")
    for word in words:
        if not re.search(r"\w", word) or "|" in word or "*" in word.strip("*"):
            raise TaxonomyError(f"{where}: {word!r} holds no word, a | or a * inside; patterns can say more")
    for pattern in patterns:
        if len(pattern) > LONGEST_PATTERN:
            raise TaxonomyError(f"{where} has a pattern of {len(pattern)} letters; {LONGEST_PATTERN} are allowed")
        compile_pattern(pattern)


def _strings(entry: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    listed = entry.get(key, [])
    listed = [listed] if isinstance(listed, str) else listed
    if not isinstance(listed, list) or not all(isinstance(each, str) and each.strip() for each in listed):
        raise TaxonomyError(f"{where}: {key} is a list of texts; put quotation marks around numbers, yes and no")
    return tuple(each.strip() for each in listed)


def _number(entry: Mapping[str, Any], key: str, default: float, where: str) -> float:
    value = entry.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise TaxonomyError(f"{where}: {key} is a number from 0 to 100")
    return float(value)


def code_of(scheme: str, name: str) -> str:
    """The code of a topic: its scheme and its name, in letters that suit paths."""
    return f"{scheme}:{_slug(name)}"


def write_taxonomy(taxonomy: Taxonomy) -> str:
    """YAML that `parse_taxonomy` reads as the same taxonomy; keywords and patterns of each topic with what differs."""
    topics = [
        {"name": own.name, "code": own.code.partition(":")[2], "weight": own.weight, "least": own.least}
        | ({"keywords": list(own.words)} if own.words else {})
        | ({"patterns": list(own.patterns)} if own.patterns else {})
        | ({"languages": sorted(own.languages)} if own.languages else {})
        | ({"examples": list(own.examples)} if own.examples else {})
        for own in taxonomy.topics
    ]
    scheme = taxonomy.topics[0].code.partition(":")[0] if taxonomy.topics else DEFAULT_SCHEME
    written: str = yaml.safe_dump({"scheme": scheme, "topics": topics}, allow_unicode=True, sort_keys=False, width=120)
    return written


def _slug(name: str) -> str:
    return SLUG.sub("-", name.casefold()).strip("-") or "topic"
