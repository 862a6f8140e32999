"""OPML lists of feeds. Two of three real ones are not well-formed, so they are scanned as text, not parsed as XML:
an outline is read up to the next one, whatever its attributes hold. Entities that a document defines mean nothing.
"""

import html
import re

from transforms.inputs.charsets import decode_text
from transforms.inputs.gzipped import gunzip
from transforms.inputs.languages import language_tag
from transforms.inputs.list_entries import (
    FeedList,
    FeedSource,
    NotAList,
    country_code,
    feed_address,
    make_feed_list,
    stated,
)

MAX_OUTLINE_CHARS = 20_000  # descriptions are a paragraph; more is read up to here
MAX_DEPTH = 50

COMMENT = re.compile(r"<!--.*?-->|<!--.*", re.DOTALL)
TOKEN = re.compile(r"<(/?)outline(?=[\s/>]|$)", re.IGNORECASE)
END = re.compile(r"</(?:body|opml)\s*>", re.IGNORECASE)
# A value goes up to the last quote before the next attribute: quotes inside values are common.
ATTRIBUTE = re.compile(r"""(?:^|(?<=[\s"']))([A-Za-z_][\w:.-]{0,40})\s*=\s*(["'])""")


def parse_opml(body: bytes, name: str) -> FeedList:
    """Read an OPML list, well-formed or not; `name` is for the message of NotAList."""
    text, _ = decode_text(gunzip(body)[0])
    content = COMMENT.sub("", text.replace("\0", ""))
    if not looks_like_opml(content):
        raise NotAList(f"{name} is not OPML: it has no outline")
    return make_feed_list(*_outlines(content))


def looks_like_opml(text: str) -> bool:
    return bool(TOKEN.search(text)) or "<opml" in text[:10_000].lower()


def _outlines(text: str) -> tuple[list[FeedSource], list[tuple[str, str]]]:
    sources: list[FeedSource] = []
    refused: list[tuple[str, str]] = []
    path: list[str] = []
    tokens = list(TOKEN.finditer(text))
    ends = [token.start() for token in tokens[1:]] + [len(text)]
    for token, end in zip(tokens, ends, strict=False):
        if token[1]:
            del path[-1:]
            continue
        chunk = text[token.end() : min(end, token.end() + MAX_OUTLINE_CHARS)]
        chunk = END.split(chunk, maxsplit=1)[0].rstrip()
        attributes = _attributes(chunk)
        _read_outline(attributes, path, sources, refused)
        if not chunk.endswith("/>") and len(path) < MAX_DEPTH:
            path.append(attributes.get("text") or attributes.get("title") or "")
    return sources, refused


def _attributes(chunk: str) -> dict[str, str]:
    found: dict[str, str] = {}
    starts = list(ATTRIBUTE.finditer(chunk))
    ends = [start.start() for start in starts[1:]] + [len(chunk)]
    for start, end in zip(starts, ends, strict=False):
        value = chunk[start.end() : end]
        last_quote = value.rfind(start[2])
        bare = value[:last_quote] if last_quote >= 0 else value.rstrip("/> \t\r\n")
        found.setdefault(start[1].lower(), html.unescape(bare).strip())
    return found


def _read_outline(
    outline: dict[str, str], path: list[str], sources: list[FeedSource], refused: list[tuple[str, str]]
) -> None:
    title = stated(outline.get("title") or outline.get("text") or "")
    address = outline.get("xmlurl")
    if address:
        sources.append(
            FeedSource(
                url=feed_address(address),
                title=title,
                country=country_code(stated(outline.get("country") or "")),
                category=stated(outline.get("category") or "/".join(part for part in path if part)),
                language=language_tag(outline.get("language")),
            )
        )
    elif outline.get("type", "").lower() in {"rss", "atom"}:
        refused.append((title or "", "an outline of a feed without xmlUrl"))
    elif outline.get("type", "").lower() == "include":
        refused.append((outline.get("url", ""), "another list that this one includes: give it by itself"))
