"""The packed gazetteer: places, and what each string may mean in a text of one language."""

import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property

from transforms.tagging.tables import DATA

ANY = "*"  # the block of names for every language that is written in Latin letters
ENGLISH = "en"
SCRIPTS_OF: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(["ru", "uk", "be", "bg", "sr", "mk", "kk"], ("@Cyrl",)),
    **dict.fromkeys(["ar", "fa", "ur"], ("@Arab",)),
    **dict.fromkeys(["am", "ti"], ("@Ethi",)),
    **dict.fromkeys(["ta", "bn", "hy", "ka"], ()),
    "zh": ("@Hani",),
    "ja": ("@Kana", "@Hani"),
    "ko": ("@Hang",),
    "hi": ("@Deva",),
    "he": ("@Hebr",),
    "el": ("@Grek",),
    "th": ("@Thai",),
}  # a language that is missing here is written in Latin letters


class Kind(StrEnum):
    COUNTRY = "country"
    SUBDIVISION = "subdivision"
    CAPITAL = "capital"
    CITY = "city"
    ORGANIZATION = "organization"


class Use(StrEnum):
    """How a name stands for its place."""

    NAME = "n"
    DEMONYM = "d"
    GOVERNMENT = "g"
    PEOPLE = "p"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place or a body; `thousands` of people, for cities and countries."""

    code: str
    kind: Kind
    name: str
    country: str
    subdivision: str | None
    thousands: int


@dataclass(frozen=True, slots=True)
class Sense:
    use: Use
    place: Place


class Gazetteer:
    """Blocks of the packed file, parsed on demand: a run in one language never reads the names of another."""

    def __init__(self, text: str) -> None:
        self._blocks = dict(_blocks(text))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        return tuple(_place(*line.split("\t")) for line in self._blocks["places"])

    @cached_property
    def by_code(self) -> Mapping[str, Place]:
        return {place.code: place for place in self.places if place.kind not in {Kind.CITY, Kind.CAPITAL}}

    @cached_property
    def given(self) -> frozenset[str]:
        return frozenset(self._blocks["given"])

    @cached_property
    def family(self) -> frozenset[str]:
        return frozenset(self._blocks["family"])

    @cached_property
    def shared(self) -> Mapping[str, Sequence[Sense]]:
        """What the strings mean that stand in texts of any language in Latin letters."""
        return self._block(ANY)

    def own(self, language: str) -> dict[str, list[Sense]]:
        """What the strings of one language mean there, shared senses behind its own.

        English names stand in where a language in Latin letters has none. One in another script reads, of the
        shared strings, only the names of organisations.
        """
        found: dict[str, list[Sense]] = {}
        for block in (language, *SCRIPTS_OF.get(language, ())):
            for name, senses in self._block(block).items():
                found.setdefault(name, []).extend(senses)
        if language in SCRIPTS_OF:
            return {name: list(senses) for name, senses in self.shared.items() if _is_body(senses[0])} | found
        for name, senses in found.items():
            senses.extend(self.shared.get(name, ()))
        if language != ENGLISH:
            for name, senses in self._block(ENGLISH).items():
                if name not in found and name not in self.shared and senses[0].use is Use.NAME:
                    found[name] = list(senses)
        return found

    def _block(self, block: str) -> dict[str, list[Sense]]:
        found: dict[str, list[Sense]] = {}
        for line in self._blocks.get(f"names {block}", ()):
            name, use, numbers = line.split("\t")
            found.setdefault(name, []).extend(
                Sense(Use(use), self.places[int(number)]) for number in numbers.split(" ")
            )
        return found


@cache
def shipped() -> Gazetteer:
    """The gazetteer that ships with the package, read once a process."""
    return Gazetteer(gzip.decompress((DATA / "gazetteer.tsv.gz").read_bytes()).decode())


def _is_body(sense: Sense) -> bool:
    return sense.place.kind is Kind.ORGANIZATION


def _blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    for part in text.split("\n[")[1:]:
        name, _, body = part.partition("]\n")
        yield name, body.rstrip("\n").split("\n") if body else []


def _place(code: str, kind: str, name: str, parent: str, thousands: str) -> Place:
    holder = code if kind in {Kind.COUNTRY, Kind.SUBDIVISION} else parent
    return Place(
        code=code,
        kind=Kind(kind),
        name=name,
        country=holder[:2],
        subdivision=holder if "-" in holder else None,
        thousands=int(thousands),
    )
