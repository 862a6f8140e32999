"""The packed gazetteer: places, and what each string may mean in a text of one language.

Nothing is made for a name until a text holds it: blocks are split by one call each, and a line is read when it is met.
"""

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property

from transforms.tagging.automata import make_automaton
from transforms.tagging.tables import DATA

ANY = "*"  # the layer of names for every language that is written in Latin letters
ENGLISH = "en"
BODY = "body:"  # before the code of an organisation: AU is Australia, the African Union is body:AU
PLAIN = "-"  # stands in the packed file where an entry has no marks
SCRIPTS_OF: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(["ru", "uk", "be", "bg", "sr", "mk", "kk"], ("@Cyrl",)),
    **dict.fromkeys(["ar", "fa", "ur", "ug"], ("@Arab",)),
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
FEDERATIONS = frozenset({"US", "CA", "AU", "GB", "DE", "IN", "CN"})  # news names their parts without the country
SMALL_CITY = 100  # thousands of people: a smaller city counts only beside its country or subdivision


class Kind(StrEnum):
    COUNTRY = "country"
    SUBDIVISION = "subdivision"
    CAPITAL = "capital"
    CITY = "city"
    AREA = "area"
    ORGANIZATION = "organization"


class Use(StrEnum):
    """How a name stands for its place."""

    NAME = "n"
    DEMONYM = "d"
    GOVERNMENT = "g"
    PEOPLE = "p"


class Tail(StrEnum):
    """What may stand between a pattern's last letter and the end of the word."""

    NOTHING = ""
    INFLECTION = "I"  # the pattern is a stem
    BENDING = "B"  # the pattern is a whole name that takes endings
    SHORT = "S"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place or a body; `thousands` of people, for cities and countries."""

    code: str
    kind: Kind
    name: str
    country: str
    subdivision: str | None
    thousands: int

    @property
    def public_code(self) -> str:
        """The code as it stands in tags."""
        if self.kind in {Kind.CITY, Kind.CAPITAL}:
            return f"geonames:{self.code[1:]}"
        return self.code.removeprefix(BODY)

    @property
    def unproven(self) -> bool:
        """Small towns, and parts of states that news does not name alone."""
        if self.kind is Kind.SUBDIVISION:
            return self.country not in FEDERATIONS
        return self.small

    @property
    def small(self) -> bool:
        return self.kind is Kind.CITY and self.thousands < SMALL_CITY


@dataclass(frozen=True, slots=True)
class Sense:
    use: Use
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One pattern. Without senses it is known to name no place, and hides the names inside it.

    What the rules ask of every mention and only the pattern decides is worked out here, once.
    """

    senses: tuple[Sense, ...]
    tail: Tail = Tail.NOTHING
    cautious: bool = False
    choices: tuple[Sense, ...] = ()  # senses that are left when a name's lesser namesakes are dropped
    plain: str | None = None  # the one country that it can mean
    subdivisions: frozenset[str] = frozenset()  # those it names outright
    demonym: bool = False


class Layer:
    """Patterns with what they mean; scanned as one."""

    def __init__(self, gazetteer: "Gazetteer", name: str) -> None:
        self._gazetteer = gazetteer
        self._entries: list[str | Entry] = list(gazetteer.block(f"meanings {name}"))
        self.automaton = make_automaton(gazetteer.block(f"patterns {name}"))

    def entry(self, number: int) -> Entry:
        found = self._entries[number]
        if isinstance(found, str):
            found = self._entries[number] = self._gazetteer.read_entry(found)
        return found


class Gazetteer:
    """Blocks of the packed file, read on demand."""

    def __init__(self, text: str) -> None:
        self._blocks = dict(_blocks(text))
        self._places: list[str | Place] = [*self.block("places"), *self.block("cities")]
        self._layers: dict[str, Layer] = {}
        self._lines: dict[str, tuple[Place, ...]] = {}

    @property
    def languages(self) -> list[str]:
        """Languages and scripts that have names of their own."""
        return [name.partition(" ")[2] for name in self._blocks if name.startswith("patterns ")]

    @property
    def made_from(self) -> str:
        """The mark of the tables that it was packed from."""
        return self.block("tables")[0]

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {line.partition("\t")[0]: number for number, line in enumerate(self.block("places"))}

    @cached_property
    def famous(self) -> frozenset[str]:
        """Codes of subdivisions that news names without their country."""
        return frozenset(self.block("famous"))

    @cached_property
    def given(self) -> frozenset[str]:
        return frozenset(self.block("given"))

    @cached_property
    def family(self) -> frozenset[str]:
        return frozenset(self.block("family"))

    def block(self, name: str) -> list[str]:
        return self._blocks[name].split("\n") if self._blocks.get(name) else []

    def layer(self, name: str) -> Layer:
        if name not in self._layers:
            self._layers[name] = Layer(self, name)
        return self._layers[name]

    def layers(self, language: str) -> tuple[Layer, ...]:
        """What a text of the language is scanned with: its own names first, then those of its letters."""
        return tuple(map(self.layer, layer_names(language)))

    def places(self) -> Iterator[Place]:
        return map(self.place, range(len(self._places)))

    def place(self, number: int) -> Place:
        found = self._places[number]
        if isinstance(found, str):
            found = self._places[number] = _place(*found.split("\t"))
        return found

    def find(self, code: str) -> Place | None:
        """The country, subdivision, area or body of a code."""
        number = self._numbers.get(code)
        return None if number is None else self.place(number)

    def line(self, place: Place) -> tuple[Place, ...]:
        """The country of a place, its subdivision and the place itself, as far as there are any."""
        found = self._lines.get(place.code)
        if found is None:
            found = self._lines[place.code] = self._line(place)
        return found

    def _line(self, place: Place) -> tuple[Place, ...]:
        if place.kind is Kind.AREA:
            return (place,)
        country, subdivision = self.find(place.country), self.find(place.subdivision or "")
        if country is None:
            return ()
        above = [each for each in (country, subdivision) if each is not None and each.code != place.code]
        return (*above, place)

    def meanings(self, language: str, name: str) -> tuple[Sense, ...]:
        """What a name means in a language."""
        for layer in self.layers(language):
            for number, start, stop in layer.automaton.find_matches_as_indexes(name):
                if (start, stop) == (0, len(name)):
                    return layer.entry(number).senses
        return ()

    def read_entry(self, line: str) -> Entry:
        """An entry as it is packed: marks, then the senses; `BC n12 d4`."""
        marks, *written = line.split(" ")
        senses = tuple(Sense(Use(each[0]), self.place(int(each[1:]))) for each in written)
        cautious = "C" in marks
        plain, subdivisions = (None, frozenset[str]()) if cautious else _plain(senses)
        return Entry(
            senses=senses,
            tail=Tail(marks.strip(PLAIN + "C")),
            cautious=cautious,
            choices=_without_namesakes(senses),
            plain=plain,
            subdivisions=subdivisions,
            demonym=all(sense.use is Use.DEMONYM for sense in senses),
        )


@cache
def shipped() -> Gazetteer:
    """The gazetteer that ships with the package, read once a process."""
    return Gazetteer(gzip.decompress((DATA / "gazetteer.tsv.gz").read_bytes()).decode())


def layer_names(language: str) -> tuple[str, ...]:
    return (language, *SCRIPTS_OF.get(language, (ANY,)))


def _without_namesakes(senses: tuple[Sense, ...]) -> tuple[Sense, ...]:
    """Luxembourg is the country before its capital and its district; Geneva is the city before its canton."""
    countries = {sense.place.code for sense in senses if sense.place.kind is Kind.COUNTRY}
    cities = {sense.place.subdivision for sense in senses if sense.place.kind in {Kind.CITY, Kind.CAPITAL}}
    return tuple(
        sense
        for sense in senses
        if sense.place.kind is Kind.COUNTRY or (sense.place.country not in countries and sense.place.code not in cities)
    )


def _plain(senses: tuple[Sense, ...]) -> tuple[str | None, frozenset[str]]:
    places = [sense.place for sense in senses if sense.place.kind is not Kind.ORGANIZATION]
    countries = {place.country for place in places}
    if len(countries) != 1 or places[0].unproven or not places[0].country:
        return None, frozenset()
    named = frozenset(place.code for place in places if place.kind is Kind.SUBDIVISION)
    return places[0].country, named


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split("\n[")[1:]:
        name, _, body = part.partition("]\n")
        yield name, body.rstrip("\n")


def _place(code: str, kind: str, name: str, parent: str, thousands: str) -> Place:
    holder = code if kind in {"country", "subdivision"} else parent
    return Place(
        code=code,
        kind=Kind(kind),
        name=name,
        country=holder[:2],
        subdivision=holder if "-" in holder else None,
        thousands=int(thousands),
    )
