"""What a page says of itself in JSON-LD: schema.org, as publishers really write it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from transforms.text.normal import clean_line

MAX_SCRIPT = 200_000  # characters; longer ones list comments or related pages, and are skipped
MAX_DEPTH = 8  # of nodes inside nodes; articles lie at one to three
MAX_NODES = 2_000
MAX_NAMES = 50  # of authors or keywords
MAX_LINE = 2_000  # characters of any one value
ARTICLE_TYPES = frozenset({"blogposting", "liveblogposting", "report", "socialmediaposting", "review", "newsstory"})
LISTS = frozenset({"itemList", "itemListElement", "relatedLink", "hasPart", "isPartOf", "comment", "liveBlogUpdate"})
WRAPPING = re.compile(r"\A\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)+|(?:-->|(?://\s*)?\]\]>|;)+\s*\Z")
TRAILING_COMMA = re.compile(r",(\s*[}\]])")
TAGS = re.compile(r"<[^<>]{0,500}>")

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The article node of a page, as text; dates and addresses are not yet checked."""

    kind: str
    title: str | None
    description: str | None
    authors: tuple[str, ...]  # people, and what is not said to be an organisation
    organizations: tuple[str, ...]  # organisations among the authors
    published: str | None
    modified: str | None
    image: str | None
    publisher: str | None
    section: str | None
    keywords: tuple[str, ...]
    free: bool | None  # isAccessibleForFree
    body: str | None  # articleBody; a witness of the text, never the text itself


def read_story(scripts: list[str], url: str | None) -> Story | None:
    """The article among the JSON-LD of a page: the one that names the page's URL, else the first with a headline."""
    nodes = [node for script in scripts if len(script) <= MAX_SCRIPT for node in _nodes(_load(script), 0)][:MAX_NODES]
    articles = [node for node in nodes if _is_article(node)]
    if not articles:
        return None
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and "name" in node}
    best = max(articles, key=lambda node: (_names_page(node, url), bool(node.get("headline"))))
    return _story(best, by_id)


def _story(node: Node, by_id: Mapping[str, Node]) -> Story:
    writers = _resolved(node.get("author") or node.get("creator"), by_id)
    persons = [each for each in writers if not _is_organization(each)]
    return Story(
        kind=_kinds(node)[0],
        title=_line(node.get("headline")) or _line(node.get("name")),
        description=_line(node.get("description")),
        authors=_names(persons, by_id),
        organizations=_names([each for each in writers if _is_organization(each)], by_id),
        published=_line(node.get("datePublished")) or _line(node.get("dateCreated")),
        modified=_line(node.get("dateModified")),
        image=_address(node.get("image")) or _address(node.get("thumbnailUrl")),
        publisher=next(iter(_names(node.get("publisher"), by_id)), None),
        section=_line(node.get("articleSection")),
        keywords=_keywords(node.get("keywords")),
        free=_flag(node.get("isAccessibleForFree")),
        body=_body(node.get("articleBody")),
    )


def _load(script: str) -> Any:
    """The value of a script, with the usual slips mended; None where it is beyond that."""
    for text in (script, TRAILING_COMMA.sub(r"\1", WRAPPING.sub("", script))):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(value: Any, depth: int) -> Iterator[Node]:
    """All typed nodes, outer ones first, without what only lists other pages."""
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for each in value[:MAX_NODES]:
            yield from _nodes(each, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for key, each in value.items():
            if isinstance(each, dict | list) and key not in LISTS:
                yield from _nodes(each, depth + 1)


def _kinds(node: Node) -> list[str]:
    kinds = node.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return [name.rpartition("/")[2].rpartition(":")[2].lower() for name in names if isinstance(name, str)] or [""]


def _is_article(node: Node) -> bool:
    return any(kind.endswith("article") or kind in ARTICLE_TYPES for kind in _kinds(node))


def _is_organization(writer: Any) -> bool:
    return isinstance(writer, dict) and "organization" in _kinds(writer)[0]


def _names_page(node: Node, url: str | None) -> bool:
    page = node.get("mainEntityOfPage")
    names = (node.get("url"), node.get("@id"), page.get("@id") if isinstance(page, dict) else page)
    wanted = _bare(url) if url else None
    return wanted is not None and any(isinstance(name, str) and _bare(name) == wanted for name in names)


def _bare(url: str) -> str:
    return re.split(r"[?#]", url, maxsplit=1)[0].rstrip("/").partition("://")[2]


def _names(value: Any, by_id: Mapping[str, Node]) -> tuple[str, ...]:
    names = (_name(node) if isinstance(node, dict) else _line(node) for node in _resolved(value, by_id))
    return tuple(dict.fromkeys(name for name in names if name))


def _name(node: Node) -> str | None:
    """A node's name, or its given and family name."""
    parts = (_line(node.get("givenName")), _line(node.get("familyName")))
    return _line(node.get("name")) or " ".join(filter(None, parts)) or None


def _resolved(value: Any, by_id: Mapping[str, Node]) -> list[Any]:
    """The value as a flat list, references replaced by what they name, lists of names taken apart."""
    flat: list[Any] = []
    for each in value[:MAX_NAMES] if isinstance(value, list) else [value]:
        if isinstance(each, dict) and "name" not in each:
            flat.append(by_id.get(str(each.get("@id")), each))
        elif isinstance(each, dict) and isinstance(each.get("name"), list):
            flat += [{**each, "name": name} for name in each["name"][:MAX_NAMES]]
        else:
            flat.append(each)
    return flat


def _keywords(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    lines = [line for each in values[:MAX_NAMES] if (line := _line(each))]
    return tuple(lines)


def _address(value: Any) -> str | None:
    """A URL, given as itself, as an ImageObject, or first in a list of either."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
    return value.strip() or None if isinstance(value, str) else None


def _line(value: Any) -> str | None:
    """Text of a value, first of a list; entities and tags, which many put there, resolved."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    if not isinstance(value, str):
        return None
    return clean_line(TAGS.sub(" ", unescape(unescape(value[:MAX_LINE])))) or None


def _body(value: Any) -> str | None:
    return clean_line(TAGS.sub(" ", unescape(value))) or None if isinstance(value, str) else None


def _flag(value: Any) -> bool | None:
    word = str(value).rpartition("/")[2].strip().lower()
    return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(word)
