"""Names of authors and of news agencies out of bylines."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from transforms.text.normal import clean_line

MAX_NAMES = 50
MAX_BYLINE = 500  # characters; a longer one is a paragraph
BY = re.compile(
    r"\A(?:(?:written|reported|story|text|words|posted|reporting)\s+)?"
    r"(?:by|von|par|por|di|af|av|door|от|tekst|texte?|texto|testo|autor(?:in|en|es|a)?(?:/autor(?:in)?)?|auteurs?|"
    r"author|reporter|szerző|yazan|oleh|penulis|quelle|source|fuente|fonte|автор|"
    r"beitrag von|文|(?:本报|本報|本社)?(?:記者|记者)|撰文|글|취재|기자|"
    r"โดย|เรื่อง|เขียนโดย|รายงานโดย|ผู้เขียน|ผู้สื่อข่าว|بقلم|كتبت?|إعداد|تقرير|حرره)\s*[:：]?\s+|"
    r"\A(?:取材・文|文|本文|記者|记者|撰文|作者|责编|責編|责任编辑)\s*[:：/・＝]\s*|"
    r"\A(?:by|von|par|por|words|text|texte?|texto|testo|글|โดย|เรื่อง|بقلم|كتبت?|إعداد)\s*[:：]\s*",
    re.IGNORECASE,
)
# The word for a reporter behind the name, as Korean and Japanese write it, with an address or nothing behind it.
IS_REPORTER = re.compile(
    r"\A(\w[\w ]{0,10}\w)\s*(?:記者|特派員|論説委員|记者|기자|특파원|통신원|논설위원)(?:\s+\S{1,60}@\S{1,60})?\Z"
)
BETWEEN = re.compile(r"\s*[;/|·•、\n]\s*|\s+(?:and|und|og|och|et|és|și|dan|&|\+)\s+", re.IGNORECASE)
SHORT_AND = re.compile(r"\s+(?:y|e|a|i|en|ve|и|і)\s+")  # in small letters; they stand inside names as well
BRACKETED = re.compile(r"\s*[(\[（][^()\[\]（）]{0,60}[)\]）]")
# Roles that stand before or after a name without saying who it is.
ROLE = re.compile(
    r"\A(?:autor(?:in)?|author|staff(?: writer)?s?|editor|redaktör|redakteur(?:in)?|correspondent|reporter|"
    r"journalist)\b[:\s]+(?=[^\W\d_a-z])",
    re.IGNORECASE,
)
NOT_A_NAME = re.compile(
    r"www\.|https?:|@|\A[\W\d]*\Z|\d{3,}|\A(?:admin|administrator|redaktion|editor|unknown|none|null|staff|guest|user|"
    r"agenturen|agencies|agences|nachrichtenagentur(?:en)?|nachrichten|news desk|newsroom)\Z",
    re.IGNORECASE,
)
IN_SECTION = re.compile(r",?\s+in\s+(?=[^\W\d_a-z]).*\Z")  # "By Jane Doe in World", as weblogs write
MAX_NAME_WORDS = 4
MIN_PHRASE = 3  # words
PARTICLES = frozenset(
    ("van", "von", "vom", "de", "da", "do", "del", "della", "di", "du", "la", "le", "al", "el", "ter")
)
FIRST_CJK = "\u2e80"
MAX_DESK_WORDS = 2  # an agency and the desk or place that follows it
MIN_ROLE_WORDS = 3  # words after a comma that make it a role or a place of work


@dataclass(frozen=True, slots=True, kw_only=True)
class Bylines:
    """Who wrote a text: people in the order of the page, and agencies by the name that they are kept under."""

    people: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()


def read_bylines(lines: Iterable[str]) -> Bylines:
    """Names of bylines, each once: joined names parted, "By", roles, addresses and agencies out."""
    names = [
        name
        for line in lines
        for part in _parts(_without_by(clean_line(line)[:MAX_BYLINE]))
        if (name := ROLE.sub("", part).strip(" ,;:|–—-")) and not NOT_A_NAME.search(name) and not _is_phrase(name)
    ]
    people = dict.fromkeys(name for name in names if agency_of(name) is None)
    agencies = dict.fromkeys(agency for name in names if (agency := agency_of(name)))
    return Bylines(people=tuple(people)[:MAX_NAMES], agencies=tuple(agencies)[:MAX_NAMES])


def author_names(bylines: Iterable[str]) -> tuple[str, ...]:
    """The people among them."""
    return read_bylines(bylines).people


def agency_of(name: str) -> str | None:
    """The agency that a name stands for; a desk or place may follow it: "dpa Sport", "AFP, MANILA"."""
    words = name.split()
    known = _agencies()
    if found := known.get(name) or known.get(name.casefold()):
        return found
    first = words[0].rstrip(",") if 1 < len(words) <= MAX_DESK_WORDS else ""
    return known.get(first) if len(first) > 2 else None


def _is_phrase(name: str) -> bool:
    """Several words, of which the first two are in small letters and no part of a surname: "writes from Oslo"."""
    words = name.split()
    small = len(words) >= MIN_PHRASE and words[0][0].islower() and words[1][0].islower()
    return small and words[0] not in PARTICLES


def _without_by(line: str) -> str:
    if reporter := IS_REPORTER.match(line):
        return reporter[1]
    bare = BY.sub("", line)
    return bare if bare == line else IN_SECTION.sub("", bare)


def _parts(byline: str) -> list[str]:
    if "://" in byline:
        return []
    parts = BETWEEN.split(BRACKETED.sub("", byline))
    return [name for part in parts for piece in _by_short_words(part) for name in _by_commas(piece)]


def _by_short_words(part: str) -> list[str]:
    """Split where each side is a full name: "Ortega y Gasset" is one."""
    pieces = SHORT_AND.split(part)
    return pieces if all(len(piece.split()) > 1 for piece in pieces) else [part]


def _by_commas(part: str) -> list[str]:
    """Split where each piece looks like a full name or an agency; a role after a name goes; "Smith, John" stays."""
    pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
    if len(pieces) < 2:
        return [part.strip()]
    if all(_is_full(piece) or agency_of(piece) for piece in pieces):
        return pieces
    if _is_full(pieces[0]) and all(piece[0].islower() for piece in pieces[1:]):  # "science reporter"
        return [pieces[0]]
    if _is_full(pieces[0]) and len(pieces) == 2 and len(pieces[1].split()) == 1:  # the place that the text comes from
        return [pieces[0]]
    if _is_full(pieces[0]) and any(len(piece.split()) >= MIN_ROLE_WORDS for piece in pieces[1:]):
        return [pieces[0], *(piece for piece in pieces[1:] if agency_of(piece))]
    return [part.strip()]


def _is_full(name: str) -> bool:
    """Two to four words, none of them in small letters but for particles between them."""
    words = name.split()
    return 1 < len(words) <= MAX_NAME_WORDS and not words[0][0].islower() and not words[-1][0].islower()


@cache
def unspaced_agencies() -> tuple[tuple[str, str], ...]:
    """Spellings in scripts without spaces, with the name that each is kept under, the longest first."""
    found = [(spelling, name) for spelling, name in _agencies().items() if spelling[0] >= FIRST_CJK]
    return tuple(sorted(found, key=lambda each: (-len(each[0]), each[0])))


@cache
def _agencies() -> dict[str, str]:
    """Names by spelling; case counts for abbreviations of three letters or less, which are words as well."""
    table = files("transforms.text").joinpath("data/agencies.tsv").read_text(encoding="utf-8")
    spellings: dict[str, str] = {}
    for line in table.splitlines():
        if line.startswith("#"):
            continue
        name, _, others = line.partition("\t")
        for spelling in (name, *others.split("|")):
            spellings[spelling] = name
            if len(spelling) > 3:
                spellings.setdefault(spelling.casefold(), name)
    return spellings
