"""What a text in one language is scanned with: patterns, and the words around a name that tell what it is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from transforms.tagging.gazetteer import ANY, ENGLISH, SCRIPTS_OF, Gazetteer, Kind, Sense, Use, shipped
from transforms.tagging.tables import rows

STEM_LETTERS = 4  # a shorter stem meets other words: Peru, Mali
GREAT_CITY = 500  # thousands of people: smaller ones are not inflected, and a person's name is a person's first
SMALL_CAPITAL = 100  # the same for capitals: Stanley, Kingston of Norfolk Island


class Tail(StrEnum):
    """What may stand between a pattern's last letter and the end of the word."""

    NOTHING = "nothing"
    INFLECTION = "inflection"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Entry:
    """One pattern. Without senses it is known to name no place, and hides the names inside it."""

    senses: tuple[Sense, ...]
    tail: Tail = Tail.NOTHING
    cautious: bool = False
    stem: int = 0  # letters of it that stay when it is inflected


@dataclass(frozen=True, slots=True)
class Layer:
    entries: tuple[Entry, ...]
    automaton: AhoCorasick


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Layers are scanned one by one; where two match the same letters, the first has the word."""

    layers: tuple[Layer, ...]
    endings: frozenset[str]
    locatives: frozenset[str]
    institutions: frozenset[str]
    ethnic: tuple[str, ...]
    given: frozenset[str]
    family: frozenset[str]
    known: frozenset[str]


@cache
def names_for(language: str) -> Names:
    """The names of one language; built once a process. Those of all Latin languages share a layer."""
    gazetteer = shipped()
    own = _layer(_own_patterns(gazetteer, language))
    return Names(
        layers=(own,) if language in SCRIPTS_OF else (own, _shared_layer()),
        endings=frozenset(_endings(language)[1]),
        locatives=frozenset(_words("locatives.tsv", language)),
        institutions=frozenset(_words("institution_words.tsv", language)),
        ethnic=tuple(_words("ethnic_words.tsv", language)),
        given=gazetteer.given,
        family=gazetteer.family,
        known=frozenset(code for codes, *_ in rows("aliases.tsv", 3) for code in codes.split(",")),
    )


@cache
def _shared_layer() -> Layer:
    gazetteer = shipped()
    doubtful, people = set(_words("cautious_names.tsv", ENGLISH)), _people(gazetteer)
    return _layer(
        (written, Entry(tuple(senses), cautious=_is_cautious(name, senses, doubtful, people)))
        for name, senses in gazetteer.shared.items()
        for written in _writings(name)
    )


def _layer(patterns: Iterable[tuple[str, Entry]]) -> Layer:
    found = dict(patterns)
    return Layer(
        tuple(found.values()),
        AhoCorasick(list(found), matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA),
    )


def _own_patterns(gazetteer: Gazetteer, language: str) -> Iterator[tuple[str, Entry]]:
    """Stems first and exact names last: these win over a stem of the same letters, and stop names over all."""
    doubtful, people = set(_words("cautious_names.tsv", language)), _people(gazetteer)
    spellings = gazetteer.own(language)
    dropped, endings = _endings(language)
    if endings and language not in SCRIPTS_OF:
        inflected = {name: list(senses) for name, senses in gazetteer.shared.items() if _bends(senses)}
        spellings = inflected | spellings
    stems = {name: len(name.rstrip("*")) - (name[-1] in dropped) for name in spellings}
    bending = {name for name in spellings if endings and stems[name] >= STEM_LETTERS and _bends(spellings[name])}
    for name in spellings:
        if name in bending:
            yield name[: stems[name]], Entry(tuple(spellings[name]), Tail.INFLECTION, stem=stems[name])
    for name, senses in spellings.items():
        tail = Tail.SHORT if name.endswith("*") else Tail.INFLECTION if name in bending else Tail.NOTHING
        entry = Entry(tuple(senses), tail, _is_cautious(name, senses, doubtful, people), stems[name])
        for written in _writings(name.rstrip("*")):
            yield written, entry
    for name in _words("stop_names.tsv", language):
        yield name, Entry(())


def _people(gazetteer: Gazetteer) -> frozenset[str]:
    """Names of persons, but for cities that have names in other languages: Geneva comes before a person."""
    known = {pair.split("=")[1] for _, _, pairs in rows("exonyms.tsv", 3) for pair in pairs.split("|")}
    return (gazetteer.given | gazetteer.family) - known


def _is_cautious(name: str, senses: Sequence[Sense], doubtful: set[str], people: frozenset[str]) -> bool:
    return name in doubtful or (name in people and all(map(_lesser_city, senses)))


def _bends(senses: Sequence[Sense]) -> bool:
    return any(map(_inflected, senses))


def _writings(name: str) -> set[str]:
    """The name, with a capital, and an acronym of four letters as the scan sees it: Nato."""
    return {name, name[0].upper() + name[1:]} | ({name.title()} if name.isupper() and len(name) >= 4 else set())


def _inflected(sense: Sense) -> bool:
    if sense.use is not Use.NAME:
        return False
    return sense.place.kind is not Kind.CITY or sense.place.thousands >= GREAT_CITY


def _lesser_city(sense: Sense) -> bool:
    return sense.place.thousands < {Kind.CITY: GREAT_CITY, Kind.CAPITAL: SMALL_CAPITAL}.get(sense.place.kind, 0)


def _endings(language: str) -> tuple[str, list[str]]:
    for each, dropped, endings in rows("inflections.tsv", 3):
        if each == language:
            return dropped, endings.split("|")
    return "", []


def _words(table: str, language: str) -> Iterable[str]:
    return [
        word
        for each, words in rows(table, 2)
        if each in {language, ANY} or (each == ENGLISH and language not in SCRIPTS_OF and table == "cautious_names.tsv")
        for word in words.split("|")
    ]
