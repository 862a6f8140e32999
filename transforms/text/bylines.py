"""Who wrote an article: JSON-LD, then meta elements, then what the page shows as its byline or signature."""

import re
from collections.abc import Iterable, Iterator, Sequence

from transforms.text.blocks import Block
from transforms.text.boxes import BITS
from transforms.text.names import BY, Bylines, read_bylines
from transforms.text.titles import same_name

MAX_BYLINE = 120  # letters; longer blocks tell of an author
ABOVE_HEADLINE = 3  # blocks above it that may hold the byline
HEAD_BLOCKS = 25  # after the headline, where a byline stands
FILLED = 0.7  # of a line that are names, so that it is nothing else
BEFORE_DATE = re.compile(r"\A([^\W\d_][^|:\d]{4,60}?)\s*\|?\s*\d{1,2}[./-]\d{1,2}[./-]\d{4}")
PARTED = re.compile(r"[|•·]")
EDITED = re.compile(r"(?:责编|責編|责任编辑|責任編輯)\s*[:：]\s*([^()（）]{2,40})")
MAX_WORDS = 4  # of a name that stands alone
ELSEWHERE = BITS["comment"] | BITS["related"] | BITS["caption"] | BITS["quote"]
META_NAMES = (
    "author", "article:author", "article:byline", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator",
    "byl", "articleauthor", "cxenseparse:author",
)  # fmt: skip


def choose_bylines(
    stated: Iterable[Sequence[str]], shown: Sequence[str], organizations: Sequence[str], site: frozenset[str]
) -> Bylines:
    """People from the first place that names any, agencies from all places up to it.

    Without people: an agency where the page states one for machines, else the site, where it calls itself the author.
    """
    named = read_bylines(organizations)
    agencies, publishers = dict.fromkeys(named.agencies), dict.fromkeys(named.people)
    for lines, for_machines in (*((each, True) for each in stated), (shown, False)):
        found = read_bylines(lines)
        people = tuple(name for name in found.people if not same_name(name, site))
        agencies |= dict.fromkeys(found.agencies)
        if people or (found.agencies and for_machines and not found.people):
            return Bylines(people=people, agencies=tuple(agencies))
        publishers |= dict.fromkeys(found.people)
    return Bylines(people=tuple(publishers)[:1], agencies=tuple(agencies))


def stated_bylines(meta: dict[str, list[str]]) -> list[str]:
    """What meta elements say; addresses of profiles are no names."""
    return [each for name in META_NAMES for each in meta.get(name, ()) if "://" not in each]


def shown_bylines(blocks: Sequence[Block], headline: int) -> list[str]:
    """What the page shows as its byline around the place of its headline."""
    head = blocks[max(0, headline - ABOVE_HEADLINE) : max(0, headline) + HEAD_BLOCKS]
    named = [block for block in head if _is_byline_box(block)]
    if named:
        return [block.text for block in named if block.box.names == named[0].box.names]
    pieces = [(block, piece.strip()) for block in head for piece in _pieces(block)]
    said = [piece for block, piece in pieces if _says_by(block, piece)]
    dated = [piece for block, piece in pieces if block.box.own & BITS["date"] and _stands_alone(piece)]
    return said[:1] or dated[:1] or list(_dated_names(head))[:1]


def signatures(texts: Sequence[str]) -> list[str]:
    """Names that sign a text: alone in a paragraph at either end of it, or behind the word for an editor."""
    signed = [text for text in (*texts[:2], *texts[-2:]) if _stands_alone(text)]
    return signed[:1] or [match[1] for text in texts[-2:] if (match := EDITED.search(text))][:1]


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


def _near(block: Block) -> int:
    """Kinds of the box and the one around it; those further out are kinds of the page."""
    return block.box.own | (block.box.parent.own if block.box.parent else 0)


def _pieces(block: Block) -> list[str]:
    return PARTED.split(block.text) if block.letters <= MAX_BYLINE and not _near(block) & BITS["comment"] else []


def _says_by(block: Block, piece: str) -> bool:
    """Whether it begins as "By Jane Doe" does, and is nothing else."""
    if _near(block) & BITS["caption"] or not BY.match(piece):
        return False
    names = read_bylines([piece])
    return bool(names.people or names.agencies) and all(map(_is_name, names.people))


def _is_name(name: str) -> bool:
    words = name.split()
    return 0 < len(words) <= MAX_WORDS and words[0][:1].isalpha() and not words[-1][:1].islower()
