"""Tags as a person reads them: which words carry each, and the text with all of these words marked."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.articles import Article
from schemas.tags import Evidence, EvidenceSource
from transforms.similarity.differences import HIDDEN
from transforms.tagging.evidence import CLOSE, OPEN, marked

PLAIN = (OPEN, CLOSE)
COLOURED = ("\x1b[1;33m", "\x1b[0m")  # bold yellow
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
SHOWN = "\n\t"  # of what is hidden elsewhere
COLUMNS = ("title", "text", "topics", "tags", "regions", "places", "organizations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag of any kind; `about` is what else a person wants to know of it."""

    kind: str
    about: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedText:
    """What of an article its tags stand on."""

    title: str | None
    text: str
    tags: tuple[Tag, ...]


def of_article(article: Article) -> TaggedText:
    """The text and tags of an article that was just made."""
    told = [
        *(Tag(kind="topic", about=f"{each.name} {each.score:.2f}", evidence=each.evidence) for each in article.topics),
        *(Tag(kind="tag", about=f"{each.code} {each.score:.2f}", evidence=each.evidence) for each in article.tags),
        *(
            Tag(kind=kind, about=f"{each.code} {each.name}, {each.role}, {each.score:.2f}", evidence=each.evidence)
            for kind, regions in (("region", article.regions), ("place", article.places))
            for each in regions
        ),
        *(
            Tag(kind="organisation", about=f"{each.code} {each.name}", evidence=each.evidence)
            for each in article.organizations
        ),
    ]
    return TaggedText(title=article.title, text=article.text, tags=tuple(told))


def of_row(row: Mapping[str, Any]) -> TaggedText:
    """The same of a row of the table `articles` that has the columns of COLUMNS."""
    told = [
        *(_tag("topic", "{name} {score:.2f}", each) for each in row["topics"] or ()),
        *(_tag("tag", "{code} {score:.2f}", each) for each in row["tags"] or ()),
        *(_tag("region", "{code} {name}, {role}, {score:.2f}", each) for each in row["regions"] or ()),
        *(_tag("place", "{code} {name}, {role}, {score:.2f}", each) for each in row["places"] or ()),
        *(_tag("organisation", "{code} {name}", each) for each in row["organizations"] or ()),
    ]
    return TaggedText(title=row["title"], text=row["text"], tags=tuple(told))


def _tag(kind: str, about: str, told: Mapping[str, Any]) -> Tag:
    evidence = tuple(Evidence(**{**each, "source": EvidenceSource(each["source"])}) for each in told["evidence"])
    return Tag(kind=kind, about=about.format_map(told), evidence=evidence)


def tag_lines(told: TaggedText, marks: tuple[str, str] = PLAIN) -> Iterator[str]:
    """A line for each tag with its words, and then the title and the text with all words marked."""
    for tag in told.tags:
        yield _shown(f"{tag.kind:<14} {tag.about}  {'; '.join(_quotes(tag.evidence))}")
    if not told.tags:
        yield "tags           none"
    for source, column in ((EvidenceSource.TITLE, told.title), (EvidenceSource.TEXT, told.text)):
        evidence = [each for tag in told.tags for each in tag.evidence if each.source is source]
        if column:
            yield f"\n{_marked(column, evidence, marks)}"


def terminal_marks() -> tuple[str, str]:
    """Colours for a terminal, brackets for all else and for who wants no colours (https://no-color.org)."""
    return COLOURED if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else PLAIN


def _quotes(evidence: Sequence[Evidence]) -> Iterator[str]:
    """Words of one source behind one another."""
    for source in dict.fromkeys(each.source for each in evidence):
        yield f"{source}: {', '.join(dict.fromkeys(each.quote for each in evidence if each.source is source))}"


def _marked(column: str, evidence: Sequence[Evidence], marks: tuple[str, str]) -> str:
    """Marks are put in after what a terminal would obey is taken out; both keep the offsets."""
    shown = [Evidence(source=e.source, quote=_shown(e.quote), start=e.start, end=e.end) for e in evidence]
    return marked(_shown(column), shown, marks)


def _shown(text: str) -> str:
    """As long as the text; without letters that a terminal would obey."""
    return HIDDEN.sub(lambda found: found[0] if found[0] in SHOWN else REPLACEMENT, text)
