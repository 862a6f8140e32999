"""Pack the drafted names into layers that are scanned as they are; the same draft gives the same bytes.

All that can be known before a text is seen is decided here: capitals, stems, doubtful names, whose meaning goes first.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from transforms.tagging.gazetteer import ANY, ENGLISH, PLAIN, SCRIPTS_OF, Kind, Tail, Use
from transforms.tagging.gazetteer_sources import Draft
from transforms.tagging.tables import DATA, rows, words_of

STEM_LETTERS = 4  # a shorter stem meets other words: Peru, Mali
GREAT_CITY = 500  # thousands of people: in smaller ones a person's name is a person's first
INFLECTED_CITY = 200  # thousands of people: smaller ones take no endings, which would make words of them
SMALL_CAPITAL = 100  # the same for capitals: Stanley, Kingston of Norfolk Island
ACRONYM = 4  # letters from which an acronym is also written Nato
FAMOUS_FROM = 9  # languages that have a name for a subdivision from which news names it without its country
POPULOUS = 5_000  # thousands of people: districts of smaller states bear names of other things
PACKED = "gazetteer.tsv.gz"
PACKED_TABLES = (
    "aliases", "areas", "cautious_names", "demonyms", "demonyms_en", "exonyms", "governments", "inflections",
    "more_demonyms", "more_subdivisions", "organizations", "package_parts", "peoples", "stop_names",
    "subdivision_cities", "subdivision_kinds", "subdivision_names",
)  # fmt: skip

Senses = tuple[tuple[str, str], ...]  # use and code, the first meaning first


class Packer:
    """Drafted names, with what is asked of them again and again."""

    def __init__(self, draft: Draft, persons: frozenset[str]) -> None:
        self.draft = draft
        self.persons = persons
        self.order = {code: number for number, code in enumerate(in_order(draft))}
        self._blocks: dict[str, dict[str, Senses]] = {}

    def block(self, name: str) -> dict[str, Senses]:
        if name not in self._blocks:
            found: dict[str, list[tuple[str, str]]] = {}
            for (written, use), codes in sorted(self.draft.names.get(name, {}).items()):
                ordered = sorted(codes, key=self.order.__getitem__)
                found.setdefault(written, []).extend((use, code) for code in ordered)
            self._blocks[name] = {written: tuple(senses) for written, senses in found.items()}
        return self._blocks[name]

    def kind(self, code: str) -> str:
        return self.draft.places[code][0]

    def names_area(self, senses: Senses) -> bool:
        return any(self.kind(code) == Kind.AREA for _, code in senses)

    def lesser(self, code: str) -> bool:
        kind, _, _, thousands = self.draft.places[code]
        return thousands < {Kind.CITY.value: GREAT_CITY, Kind.CAPITAL.value: SMALL_CAPITAL}.get(kind, 0)

    def cautious(self, name: str, senses: Senses, doubtful: frozenset[str]) -> bool:
        return name in doubtful or (name in self.persons and all(self.lesser(code) for _, code in senses))

    def bends(self, senses: Senses) -> bool:
        """Names of countries and their parts and of larger cities take the endings of cases."""
        return any(use == Use.NAME and self._inflected(code) for use, code in senses)

    def _inflected(self, code: str) -> bool:
        kind, _, _, thousands = self.draft.places[code]
        return kind != Kind.CITY or thousands >= INFLECTED_CITY


def in_order(draft: Draft) -> list[str]:
    """Codes of places: all but cities first, so that these are found by their code without reading the cities."""
    cities = {Kind.CITY.value, Kind.CAPITAL.value}
    return sorted(draft.places, key=lambda code: draft.places[code][0] in cities)


def packed(draft: Draft, people: tuple[list[str], list[str]], header: str) -> str:
    """Blocks that open with [name]: tables, places, cities, patterns and meanings by layer, given and family names."""
    codes = in_order(draft)
    cities = sum(draft.places[code][0] in {Kind.CITY, Kind.CAPITAL} for code in codes)
    lines = ["\t".join(map(str, (code, *draft.places[code]))) for code in codes]
    parts = [header.rstrip(), "[tables]", mark_of_tables()]
    parts += ["[places]", *lines[: len(lines) - cities], "[cities]", *lines[len(lines) - cities :]]
    for name, layer in layers(draft, people):
        parts += [f"[patterns {name}]", *layer, f"[meanings {name}]", *layer.values()]
    parts += ["[famous]", *famous(draft)]
    return "\n".join([*parts, "[given]", *people[0], "[family]", *people[1], ""])


def famous(draft: Draft) -> list[str]:
    """Subdivisions that many languages have a name for."""
    languages: Counter[str] = Counter()
    for block, names in draft.names.items():
        if block[0].isalpha():
            languages.update({code for codes in names.values() for code in codes})
    return sorted(
        code
        for code, count in languages.items()
        if count >= FAMOUS_FROM and draft.places[code][0] == Kind.SUBDIVISION and populous(draft, code[:2])
    )


def populous(draft: Draft, country: str) -> bool:
    return draft.places[country][3] >= POPULOUS


def mark_of_tables() -> str:
    """Changes with the tables that the gazetteer is packed from: a test asks whether it was packed again."""
    digest = hashlib.sha256()
    for name in PACKED_TABLES:
        digest.update((DATA / f"{name}.tsv").read_bytes())
    return digest.hexdigest()[:16]


def layers(draft: Draft, people: tuple[list[str], list[str]]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Patterns of each layer with their meaning as it is packed."""
    known = {pair.split("=")[1] for _, _, pairs in rows("exonyms.tsv", 3) for pair in pairs.split("|")}
    packer = Packer(draft, frozenset(people[0] + people[1]) - known)
    order = packer.order
    scripts = sorted({script for listed in SCRIPTS_OF.values() for script in listed})
    for name in [ANY, *scripts, *sorted(languages(draft))]:
        found = _shared(packer, name) if name in {ANY, *scripts} else _own(packer, name)
        yield name, {pattern: _line(marks, senses, order) for pattern, (marks, senses) in found.items()}


def languages(draft: Draft) -> set[str]:
    return {block for block in draft.names if block[0].isalpha()}


def _line(marks: str, senses: Senses, order: Mapping[str, int]) -> str:
    return " ".join([marks or PLAIN, *(f"{use}{order[code]}" for use, code in senses)])


Found = dict[str, tuple[str, Senses]]


def _shared(packer: Packer, name: str) -> Found:
    """A layer that several languages share. In that of Latin letters, English names stand in behind all others."""
    names = packer.block(name)
    english = packer.block(ENGLISH) if name == ANY else {}
    doubtful = frozenset(words_of("cautious_names.tsv", frozenset({ANY, ENGLISH})))
    found: Found = {}
    for written, senses in [*english.items(), *names.items()]:
        if written in names or senses[0][0] == Use.NAME:
            bending = packer.bends(senses) and len(written) >= STEM_LETTERS
            marks = (Tail.BENDING if bending else "") + ("C" if packer.cautious(written, senses, doubtful) else "")
            found |= dict.fromkeys(writings(written.rstrip("*")), (marks, senses))
    if name == ANY:
        found |= dict.fromkeys(words_of("stop_names.tsv", frozenset({ANY})), ("", ()))
    return found


def _own(packer: Packer, language: str) -> Found:
    """Stems first and exact names last: these win over a stem of the same letters, and stop names over all."""
    latin = language not in SCRIPTS_OF
    shared = [packer.block(each) for each in SCRIPTS_OF.get(language, (ANY,))]
    names = _own_names(packer, language, shared)
    dropped = next((dropped for each, dropped, _ in rows("inflections.tsv", 3) if each == language), None)
    doubtful = frozenset(words_of("cautious_names.tsv", frozenset({ANY, language} | ({ENGLISH} if latin else set()))))
    found: Found = {}
    if dropped is not None:
        found |= _stems(packer, [*shared, names], dropped)
    for written, senses in names.items():
        tail = _tail(packer, written, senses) if dropped is not None or written.endswith("*") else Tail.NOTHING
        marks = tail + ("C" if packer.cautious(written, senses, doubtful) else "")
        found |= dict.fromkeys(writings(written.rstrip("*")), (marks, senses))
    shadowed = found if latin else None  # the layer of Latin letters has the stop names of all languages
    stops = [each for each in words_of("stop_names.tsv", frozenset({ANY})) if shadowed is None or each in shadowed]
    own_stops = words_of("stop_names.tsv", frozenset({language}))
    return found | {each: ("", ()) for each in [*stops, *own_stops] if not packer.names_area(names.get(each, ()))}


def _own_names(packer: Packer, language: str, shared: Iterable[Mapping[str, Senses]]) -> dict[str, Senses]:
    """The names of a language, what the shared ones mean behind their own meaning.

    One in another script reads, of the names in Latin letters, only those of organisations.
    """
    names = packer.block(language)
    for block in shared:
        names = {written: (*senses, *block.get(written, ())) for written, senses in names.items()}
    if language in SCRIPTS_OF:
        latin = packer.block(ANY)
        names = {
            name: senses for name, senses in latin.items() if packer.kind(senses[0][1]) == Kind.ORGANIZATION
        } | names
    return names


def _stems(packer: Packer, blocks: Iterable[Mapping[str, Senses]], dropped: str) -> Found:
    return {
        written[:-1]: (Tail.INFLECTION.value, senses)
        for block in blocks
        for written, senses in block.items()
        if written[-1] in dropped and len(written) > STEM_LETTERS and packer.bends(senses)
    }


def _tail(packer: Packer, written: str, senses: Senses) -> Tail:
    if written.endswith("*"):
        return Tail.SHORT
    return Tail.BENDING if len(written) >= STEM_LETTERS and packer.bends(senses) else Tail.NOTHING


def writings(name: str) -> list[str]:
    """The name, with a capital, and an acronym of four letters as the scan sees it: Nato."""
    found = {name, name[0].upper() + name[1:]}
    return sorted(found | ({name.title()} if name.isupper() and len(name) >= ACRONYM else set()))
