"""The headline of a page, without the name of the site."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

SEPARATOR = re.compile(r"\s+(?:[|–—•·:*›»/-]+|::)\s+|\s*\|\s*|--")
MAX_SITE = 40  # characters of a part that may be the site's name
MAX_TAIL = 60  # characters that may follow a headline which stands alone elsewhere: section and site
MAX_SITE_WORDS = 3  # in "CBC News" and the like
MIN_NAME = 4  # letters of a name that is looked for inside a part; shorter ones are in many words
MAX_PARTS = 8  # that are taken off one title: bounds the work on a title of nothing but separators


@dataclass(frozen=True, slots=True, kw_only=True)
class Headlines:
    """What a page says its headline is, in its several places; None or empty where it is silent."""

    story: str | None  # JSON-LD
    social: str | None  # og:title, else twitter:title
    document: str | None  # the title element
    headings: tuple[str, ...]  # h1 elements


def choose_title(said: Headlines, site_names: Iterable[str], url: str | None) -> str | None:
    """og:title and JSON-LD where they agree; else the one that the title element does not repeat, for search
    engines are its readers; where neither is there, the only h1, else the title element. Site names come off.
    """
    names = frozenset(_site_keys(site_names, url))
    if said.story and said.story == said.social:
        return bare_title(said.story, (), names)
    story, social, document = (
        bare_title(text, _others(said, text), names) if text else None
        for text in (said.story, said.social, said.document)
    )
    if story and social and document and _key(document) == _key(social):
        return story
    headings = tuple(dict.fromkeys(said.headings))
    return social or (headings[0] if len(headings) == 1 else None) or story or document


def bare_title(title: str, headlines: Iterable[str], site_keys: frozenset[str]) -> str:
    """The title without the parts that are the site's name, or that stand beside a headline known from elsewhere."""
    known = {_key(each) for each in headlines}
    for _ in range(MAX_PARTS):
        parts = [(title[: each.start()], title[each.end() :], "|" in each[0]) for each in SEPARATOR.finditer(title)]
        parts = [part for part in parts if part[0].strip() and part[1].strip()]
        shorter = _headline_among(parts, known) or _without_site(parts, site_keys)
        if shorter is None:
            return title
        title = shorter
    return title


def same_name(name: str, site_keys: frozenset[str]) -> bool:
    """Whether a name is one of the site's: equal, one within the other, its first word, or its initials."""
    key, words = _key(name), name.split()
    if key in site_keys or (len(words) > 1 and _key("".join(word[0] for word in words)) in site_keys):
        return True
    return (1 < len(words) <= MAX_SITE_WORDS and _key(words[0]) in site_keys) or (
        len(name) <= MAX_SITE
        and any(len(each) >= MIN_NAME and (each in key or (len(key) >= MIN_NAME and key in each)) for each in site_keys)
    )


def site_keys(names: Iterable[str], url: str | None) -> frozenset[str]:
    """What `same_name` compares with: names of a site, and its host."""
    return frozenset(_site_keys(names, url))


def _headline_among(parts: list[tuple[str, str, bool]], known: set[str]) -> str | None:
    for before, after, bar in parts:
        if _key(before) in known and len(after) <= MAX_TAIL:
            return before
        if bar and _key(after) in known and len(before) <= MAX_SITE:
            return after
    return None


def _without_site(parts: list[tuple[str, str, bool]], names: frozenset[str]) -> str | None:
    for before, after, bar in reversed(parts):
        if same_name(after, names):
            return before
        if bar and same_name(before, names):
            return after
    return None


def _others(said: Headlines, text: str) -> list[str]:
    story = [said.story] if said.story and said.story != text else []
    return [each for each in (*said.headings, *story) if each != text]


def _site_keys(names: Iterable[str], url: str | None) -> Iterator[str]:
    yield from (key for name in names if (key := _key(name)))
    host = urlsplit(url).hostname if url else None
    if host:
        labels = host.split(".")
        yield _key(host)
        yield _key(".".join(labels[-2:]))
        yield from (_key(label) for label in labels[:-1] if len(label) > 2 and label != "www")


def _key(name: str) -> str:
    return "".join(re.findall(r"\w", name.casefold()))
