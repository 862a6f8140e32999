"""The headline of a page, without the name of the site."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlsplit

from schemas.pages import TitleSource

SEPARATOR = re.compile(r"\s+(?:[|–—•·:*›»/-]+|::)\s+|\s*\|\s*|--")
MAX_SITE = 40  # characters of a part that may be the site's name
MAX_TAIL = 60  # characters that may follow a headline which stands alone elsewhere: section and site
MAX_SITE_WORDS = 3  # in "CBC News" and the like
MIN_NAME = 4  # letters of a name that is looked for inside a part; shorter ones are in many words
MAX_HEADINGS = 3  # h1 elements that may be headlines; further ones are those of other stories
HOST = re.compile(r"\b(?:[\w-]+\.)+[a-z]{2,}\b")
MIN_TAIL = 15  # letters of a headline whose kicker is cut
KICKER = re.compile(r"\s*:\s+|\s+[-–—|/]\s+")
MAX_PARTS = 8  # that are taken off one title: bounds the work on a title of nothing but separators


@dataclass(frozen=True, slots=True, kw_only=True)
class Headlines:
    """What a page says its headline is, in its several places; None or empty where it is silent."""

    story: str | None  # JSON-LD
    social: str | None  # og:title, else twitter:title
    document: str | None  # the title element
    headings: tuple[str, ...]  # h1 elements
    twitter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A headline, and where it stands."""

    text: str
    source: TitleSource


class Split(StrEnum):
    """How the places are divided where JSON-LD and og:title are two headlines."""

    SOCIAL_IN_DOCUMENT = "the title element repeats og:title"
    PAIRS_READERS_SOCIAL = "og:title and twitter against JSON-LD and title element, and the h1 is with og:title"
    PAIRS_OTHERWISE = "the same, and the h1 is not with og:title"
    SOCIAL_ALONE = "anything else"


Preferred = Mapping[Split, TitleSource]
# Written by editors for readers, against what is written for search engines (whose readers title elements are) or for
# networks alone. Chosen with the annotated pages in view; benchmarks/titles.py learns the table on other sites.
PREFERRED: Preferred = {
    Split.SOCIAL_IN_DOCUMENT: TitleSource.JSON_LD,
    Split.PAIRS_READERS_SOCIAL: TitleSource.META,
    Split.PAIRS_OTHERWISE: TitleSource.JSON_LD,
    Split.SOCIAL_ALONE: TitleSource.META,
}


def choose_title(
    said: Headlines, site_names: Iterable[str], url: str | None, preferred: Preferred = PREFERRED
) -> Title | None:
    """og:title and JSON-LD where they agree; what `preferred` says where they do not; else the one of them that is
    there, the only h1, the title element. Names of the site come off, and kickers that the places do not share.
    """
    names = frozenset(_site_keys(site_names, url))
    if said.story and said.story == said.social:
        return Title(text=bare_title(said.story, (), names), source=TitleSource.JSON_LD)
    bare = _without_site_names(said, names)
    if bare.story and bare.social and _key(bare.story) != _key(bare.social):
        source = preferred[split_of(bare)]
        return Title(text=bare.story if source is TitleSource.JSON_LD else bare.social, source=source)
    headings = tuple(dict.fromkeys(said.headings))
    only = headings[0] if len(headings) == 1 else None
    if bare.social:
        shared = _shared_tail(bare.social, only) if only and not bare.story else None
        return Title(text=shared or bare.social, source=TitleSource.META)
    places = ((only, TitleSource.HEADING), (bare.story, TitleSource.JSON_LD), (bare.document, TitleSource.DOCUMENT))
    return next((Title(text=text, source=source) for text, source in places if text), None)


def with_shown_headline(said: Headlines, lines: Iterable[str]) -> Headlines:
    """What a page without an h1 shows as its headline: the line that begins its title element, the site behind it."""
    if said.headings or not said.document:
        return said
    starts = {_key(said.document[: each.start()]) for each in SEPARATOR.finditer(said.document)}
    shown = next((line for line in lines if len(line) * 2 >= MIN_TAIL and _key(line) in starts), None)
    return replace(said, headings=(shown,)) if shown else said


def split_of(bare: Headlines) -> Split:
    """How the places are divided; for headlines without the name of the site."""
    story, social, document, twitter = map(_key, (text or "" for text in _places(bare)))
    if document == social:
        return Split.SOCIAL_IN_DOCUMENT
    if document == story and twitter == social:
        with_social = any(_key(heading) == social for heading in bare.headings)
        return Split.PAIRS_READERS_SOCIAL if with_social else Split.PAIRS_OTHERWISE
    return Split.SOCIAL_ALONE


def all_headlines(said: Headlines, site_names: Iterable[str], url: str | None) -> tuple[str, ...]:
    """Every headline that the page knows itself by, each once: a witness from elsewhere may name one of them."""
    bare = _without_site_names(said, frozenset(_site_keys(site_names, url)))
    return tuple(dict.fromkeys(text for text in (*_places(bare), *said.headings[:MAX_HEADINGS]) if text))


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


def names_host(line: str, site_keys: frozenset[str]) -> bool:
    """Whether a line holds the address of the site, as in "The Paper (www.paper.example)"."""
    hosts = (_key(match) for match in HOST.findall(line))
    return any(host in site_keys or host.removeprefix("www") in site_keys for host in hosts)


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


def _places(said: Headlines) -> tuple[str | None, ...]:
    return said.story, said.social, said.document, said.twitter


def _without_site_names(said: Headlines, names: frozenset[str]) -> Headlines:
    story, social, document, twitter = (
        bare_title(text, _others(said, text), names) if text else None for text in _places(said)
    )
    return replace(said, story=story, social=social, document=document, twitter=twitter)


def _shared_tail(title: str, heading: str) -> str | None:
    """What follows the kickers, where two places put different ones before the same headline."""
    ours, theirs = KICKER.split(title, 1), KICKER.split(heading, 1)
    if len(ours) < 2 or len(theirs) < 2 or _key(ours[0]) == _key(theirs[0]) or len(ours[1]) < MIN_TAIL:
        return None
    return ours[1] if _key(ours[1]) == _key(theirs[1]) else None


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
