"""Articles of the sample site, from compact text files: a header, a blank line, paragraphs.

A file with `copy_of` holds edits of another text instead of paragraphs, as syndication makes them:
`replace | old | new`, `prepend | words`, `append | paragraph`, `cut | paragraphs`, `curl` (quotes), `same`.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache, reduce

from pipelines.demo.tables import article_files, publications

Paragraphs = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article as a publication shows it. `sources` are the keys of the feeds and lists that name it."""

    id: str
    host: str
    path: str
    language: str
    title: str
    authors: tuple[str, ...]
    published: datetime
    section: str
    keywords: tuple[str, ...]
    sources: tuple[str, ...]
    template: str
    paragraphs: Paragraphs
    guid: str
    copy_of: str | None
    repeat_last: int  # paragraphs at the end that the page shows twice
    encoding: str
    charset_in: str
    fault: str | None

    @property
    def shown(self) -> Paragraphs:
        """Paragraphs as they stand on the page, the mistakes of its template included."""
        return self.paragraphs + (self.paragraphs[-self.repeat_last :] if self.repeat_last else ())

    @property
    def copy_reason(self) -> str | None:
        """How a run should recognise this copy: schemas.articles.Method, or None for an original."""
        if self.copy_of is None:
            return None
        if self.template == "amp":
            return "url"
        if self.guid == self.copy_of:
            return "guid"
        return "exact" if self.paragraphs == stories()[self.copy_of].paragraphs else "near"


@cache
def stories() -> dict[str, Story]:
    """All articles by id, in the order of their ids."""
    return {name: _story(name, text) for name, text in article_files().items()}


def _story(name: str, text: str) -> Story:
    header, body = _split(text)
    original = header.get("copy_of")
    inherited = _split(article_files()[original]) if original else ({}, ())
    paragraphs = _edited(inherited[1], body) if original else body
    host = publications()[header["host"]]
    return Story(
        id=name,
        host=host.key,
        path=header["path"],
        language=header.get("language") or inherited[0]["language"],
        title=header["title"],
        authors=_listed(header["authors"], ";"),
        published=datetime.fromisoformat(header["published"]),
        section=header["section"],
        keywords=_listed(header.get("keywords") or inherited[0].get("keywords", ""), ","),
        sources=_listed(header["feeds"], ","),
        template=header.get("template", host.template),
        paragraphs=paragraphs,
        guid=header.get("guid", name),
        copy_of=original,
        repeat_last=int(header.get("repeat_last", "0")),
        encoding=header.get("encoding", "utf-8"),
        charset_in=header.get("charset_in", "both"),
        fault=header.get("fault"),
    )


def _split(text: str) -> tuple[dict[str, str], Paragraphs]:
    head, _, body = text.partition("\n\n")
    pairs = (line.partition(":") for line in head.splitlines())
    return {name: value.strip() for name, _, value in pairs}, tuple(part.strip() for part in body.split("\n\n"))


def _listed(cell: str, mark: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in cell.split(mark) if each.strip())


def _edited(paragraphs: Paragraphs, script: Paragraphs) -> Paragraphs:
    edits = [line for part in script for line in part.splitlines()]
    return reduce(_apply, edits, paragraphs)


def _apply(paragraphs: Paragraphs, edit: str) -> Paragraphs:
    verb, *words = [each.strip() for each in edit.split(" | ")]
    match verb:
        case "replace":
            return _replaced(paragraphs, words[0], words[1])
        case "prepend":
            return (f"{words[0]} {paragraphs[0]}", *paragraphs[1:])
        case "append":
            return (*paragraphs, words[0])
        case "cut":
            return paragraphs[: -int(words[0])]
        case "curl":
            return tuple(_curled(each) for each in paragraphs)
        case "same":
            return paragraphs
    raise ValueError(f"an edit is replace, prepend, append, cut, curl or same, got {edit!r}")


def _replaced(paragraphs: Paragraphs, old: str, new: str) -> Paragraphs:
    if not any(old in each for each in paragraphs):
        raise ValueError(f"nothing to replace: {old!r}")
    return tuple(each.replace(old, new) for each in paragraphs)


def _curled(paragraph: str) -> str:
    """Straight quotation marks and apostrophes as a typesetter would set them."""
    return re.sub(r'"([^"]*)"', "“\\1”", paragraph).replace("'", "’")
