"""What a text in one language is scanned with: layers of names, and the words around a name that tell what it is."""

from dataclasses import dataclass
from functools import cache

from transforms.tagging.gazetteer import ANY, ENGLISH, Layer, shipped
from transforms.tagging.tables import rows, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Layers are scanned one by one; where two match the same letters, the first has the word."""

    layers: tuple[Layer, ...]
    dropped: str
    endings: frozenset[str]
    locatives: frozenset[str]
    place_heads: tuple[str, ...]  # written together with a name, before and after it
    place_tails: tuple[str, ...]
    institutions: frozenset[str]
    holders: frozenset[str]  # words before "of" and a name that make it a title: Duke of York
    learning: frozenset[str]
    ethnic: tuple[str, ...]
    given: frozenset[str]
    family: frozenset[str]
    known: frozenset[str]


@cache
def names_for(language: str) -> Names:
    """The names of one language; built once a process. Layers of letters are shared by all that are written in them."""
    gazetteer = shipped()
    spoken = frozenset({ANY, language})
    dropped, endings = _endings(language)
    return Names(
        layers=gazetteer.layers(language),
        dropped=dropped,
        endings=frozenset(endings),
        locatives=frozenset(words_of("locatives.tsv", spoken)),
        place_heads=tuple(words_of("locative_parts.tsv", frozenset({f"{language} before"}))),
        place_tails=tuple(words_of("locative_parts.tsv", frozenset({f"{language} after"}))),
        institutions=frozenset(words_of("institution_words.tsv", frozenset({language, f"{language} learning"}))),
        holders=frozenset(words_of("institution_words.tsv", frozenset({f"{language} of", f"{language} learning"}))),
        learning=frozenset(words_of("institution_words.tsv", frozenset({f"{language} learning"}))),
        ethnic=tuple(words_of("ethnic_words.tsv", spoken)),
        given=gazetteer.given,
        family=gazetteer.family,
        known=_known() if language == ENGLISH else _known() | gazetteer.famous,
    )


@cache
def _known() -> frozenset[str]:
    """Codes of subdivisions that news names by names of their own."""
    return frozenset(code for codes, *_ in rows("aliases.tsv", 3) for code in codes.split(","))


def _endings(language: str) -> tuple[str, list[str]]:
    for each, dropped, endings in rows("inflections.tsv", 3):
        if each == language:
            return dropped, endings.split("|")
    return "", []
