"""What lists hold: feeds to read, and what was refused and why."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from schemas.failures import Reason
from transforms.inputs.plain_text import clean_plain

MAX_URL_CHARS = 70_000
MAX_TITLE_CHARS = 1_000
HTML_STARTS = ("<!doctype html", "<html", "<head", "<body")


class NotAList(Exception):
    """The body is no list of the kind asked for; the detail says what it looks like instead."""

    reason = Reason.NOT_A_LIST

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSource:
    """A feed that a list names, with what the list says of it."""

    url: str
    title: str | None = None
    country: str | None = None  # as stated; ISO 3166-1 alpha-2 in capitals where it has two letters
    category: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedList:
    """Feeds in the order of the list, each once (the first one wins), and what was refused, with why."""

    feeds: tuple[FeedSource, ...]
    refused: tuple[tuple[str, str], ...]


def make_feed_list(sources: list[FeedSource], refused: list[tuple[str, str]]) -> FeedList:
    """Fold repeated addresses, and set aside what is no address of a feed."""
    first: dict[str, FeedSource] = {}
    for source in sources:
        why = refusal(source.url)
        if why:
            refused.append((source.url, why))
        else:
            first.setdefault(source.url, source)
    return FeedList(feeds=tuple(first.values()), refused=tuple(refused))


def refusal(url: str) -> str | None:
    """Why this is no address of a feed, None where it is one."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        return f"not an address: {error}"
    if not parts.scheme:
        return "a relative address: give it with http:// or https://"
    if parts.scheme not in {"http", "https"}:
        return f"only http and https are read, not {clean_plain(parts.scheme, 20)}"
    return None if parts.netloc else "an address without a host"


def stated(value: object, limit: int = MAX_TITLE_CHARS) -> str | None:
    """A value as text, None where there is none."""
    return clean_plain(str(value), limit) if isinstance(value, str | int | float) else None


def country_code(value: str | None) -> str | None:
    return value.upper() if value and len(value) == 2 else value


def feed_address(value: str) -> str:
    """An address without the feed: scheme that some programs write, and without line breaks."""
    address = "".join(value.split()) if "\n" in value else value.strip()
    if address.lower().startswith("feed:http"):
        return address[len("feed:") :]
    if address.lower().startswith("feed://"):
        return f"http{address[len('feed') :]}"
    return address[:MAX_URL_CHARS]


def refuse_html(start: str) -> None:
    """Raise NotAList for a page, which is what a list's address answers when something went wrong."""
    if start.lstrip("\ufeff \t\r\n").lower().startswith(HTML_STARTS):
        raise NotAList("an HTML page, not a list")
