"""Who wrote an article: JSON-LD, then meta elements, then what the page shows as its byline or signature."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from schemas.pages import AuthorsSource
from transforms.text.blocks import Block
from transforms.text.boxes import BITS
from transforms.text.names import BY, IS_REPORTER, Bylines, agency_of, read_bylines
from transforms.text.shown_dates import before_date
from transforms.text.titles import names_host, same_name

MAX_BYLINE = 120  # letters; longer blocks tell of an author
ABOVE_HEADLINE = 3  # blocks above it that may hold the byline
HEAD_BLOCKS = 25  # after the headline, where a byline stands
FILLED = 0.7  # of a line that are names, so that it is nothing else
BEFORE_DATE = re.compile(r"\A([^\W\d_][^|:\d]{4,60}?)\s*\|?\s*\d{1,2}[./-]\d{1,2}[./-]\d{4}")
PARTED = re.compile(r"[|•·]")
EDITED = re.compile(r"(?:责编|責編|责任编辑|責任編輯)\s*[:：]\s*([^()（）]{2,40})")
LABEL = re.compile(
    r"\A(?:autor(?:in|es|a)?(?:/autor(?:in)?)?|authors?|auteurs?|autore|автор|作者|szerző|yazar|penulis)\s*[:：]?\s+(.+)",
    re.IGNORECASE,
)
SOURCE_BLOCKS = 8  # around the headline, where an agency stands alone as the source
SIGNED_HEAD, SIGNED_TAIL = 3, 2  # blocks at the ends of a text where a signature stands; two may be standfirsts
MIN_AGENCY = 3  # letters of an agency that stands alone
MAX_INITIALS = 5  # letters, often small ones
MAX_WORDS = 4  # of a name that stands alone
ELSEWHERE = BITS["comment"] | BITS["related"] | BITS["caption"] | BITS["quote"]
META_NAMES = (
    "author", "article:author", "article:byline", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator",
    "byl", "articleauthor", "cxenseparse:author",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Authors:
    """Who wrote an article, which agencies it came from, and who says so."""

    people: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    source: AuthorsSource | None = None


def choose_authors(
    stated: Mapping[AuthorsSource, Sequence[str]],
    shown: Sequence[str],
    organizations: Sequence[str],
    site: frozenset[str],
) -> Authors:
    """People from the first place that names any, agencies from all places up to it.

    A byline that shows all who are stated and more is the fuller one. Without people: an agency where the page
    states one for machines, else the site, where it calls itself the author.
    """
    named, byline = read_bylines(organizations), read_bylines(shown)
    agencies, publishers = dict.fromkeys(named.agencies), dict.fromkeys(named.people)
    for source, lines in stated.items():
        found, ours = read_bylines(lines), [line for line in lines if names_host(line, site)]
        agencies |= dict.fromkeys(found.agencies)
        if people := _people(read_bylines(line for line in lines if line not in ours), site):
            fuller = _is_fuller(byline.people, people)
            return Authors(
                people=_people(byline, site) if fuller else people,
                agencies=tuple(agencies),
                source=AuthorsSource.BYLINE if fuller else source,
            )
        publishers |= dict.fromkeys(found.people)
    if agencies and not _people(byline, site):
        return Authors(agencies=tuple(agencies | dict.fromkeys(byline.agencies)))
    return _of_byline(byline, site, agencies, publishers)


def _of_byline(
    byline: Bylines, site: frozenset[str], agencies: dict[str, None], publishers: dict[str, None]
) -> Authors:
    people, known = _people(byline, site), tuple(agencies | dict.fromkeys(byline.agencies))
    if people:
        return Authors(people=people, agencies=known, source=AuthorsSource.BYLINE)
    site_itself = tuple(publishers | dict.fromkeys(byline.people))[:1]
    return Authors(people=site_itself, agencies=known, source=AuthorsSource.SITE if site_itself else None)


def _people(found: Bylines, site: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in found.people if not same_name(name, site))


def _is_fuller(shown: Sequence[str], stated: Sequence[str]) -> bool:
    keys = {name.casefold() for name in shown}
    return (
        len(keys) > len(stated)
        and keys.issuperset(name.casefold() for name in stated)
        and all(map(_is_full_name, shown))
    )


def stated_bylines(meta: dict[str, list[str]]) -> list[str]:
    """What meta elements say; addresses of profiles are no names."""
    return [each for name in META_NAMES for each in meta.get(name, ()) if "://" not in each]


def shown_bylines(blocks: Sequence[Block], headline: int) -> list[str]:
    """What the page shows as its byline around the place of its headline."""
    head = blocks[max(0, headline - ABOVE_HEADLINE) : max(0, headline) + HEAD_BLOCKS]
    named = [block for block in head if _is_byline_box(block)]
    named = named or [block for block in head if block.box.tag == "address" and _stands_alone(block.text)]
    if named:
        return [block.text for block in named if block.box.names == named[0].box.names]
    pieces = [(block, piece.strip()) for block in head for piece in _pieces(block)]
    said = [piece for block, piece in pieces if _says_by(block, piece)]
    dated = [piece for block, piece in pieces if block.box.own & BITS["date"] and _stands_alone(piece)]
    found = said[:1] or dated[:1] or list(_dated_names(head))[:1]
    return (
        found or [block.text for block in head[:SOURCE_BLOCKS] if _is_agency(block)][:1] or list(_labelled(blocks))[:1]
    )


def signatures(texts: Sequence[str]) -> list[str]:
    """Names that sign a text: alone in a paragraph at either end of it, or behind the word for an editor."""
    return [text for text in (*texts[:SIGNED_HEAD], *texts[-SIGNED_TAIL:]) if _stands_alone(text)][:1]


def editors(blocks: Sequence[Block]) -> list[str]:
    """Names behind the word for the editor in charge, which stands below the text of Chinese pages."""
    short = (block.text for block in blocks if block.letters <= MAX_BYLINE)
    return [match[1] for text in short if (match := EDITED.search(text))][:1]


def _labelled(blocks: Sequence[Block]) -> Iterator[str]:
    """Names behind the word "author" in a short block of its own, wherever it stands."""
    for block in blocks:
        if block.letters <= MAX_BYLINE and (match := LABEL.match(block.text)) and _stands_alone(match[1]):
            yield match[1]


def _is_agency(block: Block) -> bool:
    """Whether it is the name of an agency; two letters are the initials of a person as often."""
    short = MIN_AGENCY <= block.letters <= MAX_BYLINE
    return short and not _near(block) & ELSEWHERE and agency_of(block.text) is not None


def _dated_names(head: Sequence[Block]) -> Iterator[str]:
    """Names before a date, as in "Jane Doe | 05.04.2026"."""
    for block in head:
        match = BEFORE_DATE.match(block.text) if block.letters <= MAX_BYLINE else None
        if match and _stands_alone(match[1]):
            yield match[1]


def _stands_alone(text: str) -> bool:
    people = read_bylines([text]).people if len(text) <= MAX_BYLINE else ()
    return bool(people) and all(map(_is_full_name, people)) and sum(map(len, people)) >= FILLED * len(text)


def _is_full_name(name: str) -> bool:
    words = name.split()
    return 1 < len(words) <= MAX_WORDS and all(word[0].isupper() for word in words) and name.replace(" ", "").isalpha()


def _is_byline_box(block: Block) -> bool:
    kinds = _near(block)
    if not kinds & BITS["author"] or kinds & ELSEWHERE or block.letters > MAX_BYLINE:
        return False
    names = read_bylines([block.text])
    return any(map(_is_name, names.people)) or bool(names.agencies)


def is_byline(line: str) -> bool:
    """Whether a line names people, and each as people are named."""
    people = read_bylines([line]).people
    return bool(people) and all(_is_name(name) or len(name) <= MAX_INITIALS for name in people)


def _near(block: Block) -> int:
    """Kinds of the box and the one around it; those further out are kinds of the page."""
    return block.box.own | (block.box.parent.own if block.box.parent else 0)


def _pieces(block: Block) -> list[str]:
    if block.letters > MAX_BYLINE or _near(block) & BITS["comment"]:
        return []
    return PARTED.split(before_date(block.text))


def _says_by(block: Block, piece: str) -> bool:
    """Whether it begins as "By Jane Doe" does, and is nothing else."""
    if _near(block) & BITS["caption"] or not (BY.match(piece) or IS_REPORTER.match(piece)):
        return False
    names = read_bylines([piece])
    return bool(names.people or names.agencies) and all(map(_is_name, names.people))


def _is_name(name: str) -> bool:
    words = name.split()
    return 0 < len(words) <= MAX_WORDS and words[0][:1].isalpha() and not words[-1][:1].islower()
