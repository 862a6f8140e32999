"""Pages around the five stories of each language in `stories/`: four layouts, none of which the forest learned from."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

STORIES = Path(__file__).parent / "stories"
LANGUAGES = ("en", "ja", "zh", "ko", "th", "ar")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenStory:
    """A story, how its page writes byline and date, and the words of the site around it."""

    language: str
    number: int
    title: str
    author: str
    byline: str
    shown: str
    date: datetime
    paragraphs: tuple[str, ...]
    site: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"https://{self.language}.news.example/a/{self.number}"


def read_stories(language: str) -> list[WrittenStory]:
    """The stories of a language, in the order of its file."""
    head, *rest = (STORIES / f"{language}.txt").read_text(encoding="utf-8").strip().split("\n\n")
    site, _ = _fields(head)
    return [_story(language, number, text, site) for number, text in enumerate(rest)]


def _story(language: str, number: int, text: str, site: Mapping[str, str]) -> WrittenStory:
    fields, paragraphs = _fields(text)
    return WrittenStory(
        language=language,
        number=number,
        title=fields["title"],
        author=fields["author"],
        byline=fields["byline"],
        shown=fields["shown"],
        date=datetime.fromisoformat(fields["date"]),
        paragraphs=paragraphs,
        site=site,
    )


def _fields(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Lines up to the last that begins with a name and a colon, and the paragraphs behind them."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    named = [line.partition(": ") for line in lines if line.partition(": ")[0].isascii() and ": " in line[:12]]
    return {name: value for name, _, value in named}, tuple(lines[len(named) :])


def article_tag(story: WrittenStory) -> str:
    """Elements that say what they are; byline and date only as people read them."""
    first, *others = story.paragraphs
    main = (
        f"<header><h1>{escape(story.title)}</h1><p class=meta><span class=writer>{escape(story.byline)}</span> "
        f"<span class=when>{escape(story.shown)}</span></p></header><p>{escape(first)}</p>"
        f"<figure><img src=/1.jpg><figcaption>{escape(story.site['caption'])}</figcaption></figure>{_p(others)}"
    )
    return _page(story, f"{_nav(story)}<main><article>{main}</article></main>{_aside(story)}{_footer(story)}")


def div_soup(story: WrittenStory) -> str:
    """Nothing but boxes with names that mean nothing."""
    text = "".join(f"<div class=x7>{escape(each)}</div>" for each in story.paragraphs)
    head = f"<div class=k1>{escape(story.title)}</div><div class=k2>{escape(story.byline)}</div>"
    links = "".join(
        f'<div class=n3><a href="/{n}">{escape(each)}</a></div>' for n, each in enumerate(_nav_words(story))
    )
    more = "".join(f'<div class=r4><a href="/r{n}">{escape(each)}</a></div>' for n, each in enumerate(_related(story)))
    body = (
        f"<div class=w0>{links}</div><div class=w1>{head}<div class=k3>{escape(story.shown)}</div>{text}"
        f"<div class=k4>{escape(story.site['newsletter'])}</div></div><div class=w2>{more}</div>"
        f"<div class=w3>{escape(story.site['copyright'])}</div>"
    )
    return _page(story, body)


def json_ld(story: WrittenStory) -> str:
    """Metadata for machines, and a section of paragraphs between boxes that sell something."""
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": f"{story.date.isoformat()}+00:00",
        "author": {"@type": "Person", "name": story.author},
        "publisher": {"@type": "Organization", "name": story.site["site"]},
    }
    head = f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'
    half = len(story.paragraphs) // 2
    body = (
        f"{_nav(story)}<section class=story><h1>{escape(story.title)}</h1>{_share(story)}"
        f"{_p(story.paragraphs[:half])}<div class=newsletter-box><p>{escape(story.site['newsletter'])}</p></div>"
        f"{_p(story.paragraphs[half:])}{_share(story)}</section>{_aside(story)}{_footer(story)}"
    )
    return _page(story, body, head)


def open_graph(story: WrittenStory) -> str:
    """Open Graph for the headline, lines parted by breaks, byline and date below the text."""
    head = (
        f'<meta property="og:title" content="{escape(story.title)}"><meta property="og:type" content="article">'
        f'<meta property="og:site_name" content="{escape(story.site["site"])}">'
        f'<meta property="og:description" content="{escape(story.paragraphs[0])}">'
    )
    text = "<br><br>".join(map(escape, story.paragraphs))
    body = (
        f"{_nav(story)}<div id=content><h2>{escape(story.title)}</h2><div id=news-text>{text}</div>"
        f"<div class=sign>{escape(story.byline)}</div><div class=posted>{escape(story.shown)}</div>"
        f"{_share(story)}</div>{_aside(story)}{_footer(story)}"
    )
    return _page(story, body, head)


LAYOUTS: Mapping[str, Callable[[WrittenStory], str]] = {
    "article tag": article_tag,
    "div soup": div_soup,
    "JSON-LD": json_ld,
    "Open Graph": open_graph,
}


def pages(language: str) -> Iterator[tuple[str, WrittenStory, bytes]]:
    """Each story in each layout, with the name of the layout."""
    for story in read_stories(language):
        for name, layout in LAYOUTS.items():
            yield name, story, layout(story).encode()


def _page(story: WrittenStory, body: str, head: str = "") -> str:
    title = f"{escape(story.title)} - {escape(story.site['site'])}"
    direction = " dir=rtl" if story.language == "ar" else ""
    return (
        f"<!DOCTYPE html><html lang={story.language}{direction}><head><meta charset=utf-8><title>{title}</title>{head}"
        f"</head><body>{body}</body></html>"
    )


def _p(paragraphs: list[str] | tuple[str, ...]) -> str:
    return "".join(f"<p>{escape(each)}</p>" for each in paragraphs)


def _nav_words(story: WrittenStory) -> list[str]:
    return story.site["nav"].split(" | ")


def _related(story: WrittenStory) -> list[str]:
    return story.site["related"].split(" | ")


def _nav(story: WrittenStory) -> str:
    items = "".join(f'<li><a href="/{n}">{escape(each)}</a></li>' for n, each in enumerate(_nav_words(story)))
    return f"<header><a href=/>{escape(story.site['site'])}</a></header><nav><ul>{items}</ul></nav>"


def _share(story: WrittenStory) -> str:
    links = "".join(f"<a href=#>{escape(each)}</a> " for each in story.site["share"].split(" | "))
    return f"<div class=tools>{links}</div>"


def _aside(story: WrittenStory) -> str:
    items = "".join(f'<li><a href="/r{n}">{escape(each)}</a></li>' for n, each in enumerate(_related(story)))
    return f"<aside><h3>{escape(story.site['most'])}</h3><ul>{items}</ul></aside>"


def _footer(story: WrittenStory) -> str:
    return f"<footer><p>{escape(story.site['newsletter'])}</p><p>{escape(story.site['copyright'])}</p></footer>"
