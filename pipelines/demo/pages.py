"""Articles as HTML, in templates of different quality."""

import json
from datetime import datetime
from html import escape
from string import Template

from pipelines.demo.stories import Story, stories
from pipelines.demo.tables import furniture, publications, sources, template

RELATED = 3  # headlines of the same host under an article
DESCRIPTION = 150  # code points of the first paragraph that serve as summary
Origins = dict[str, str]


def address(story: Story, origins: Origins) -> str:
    """The address of a story as its publisher writes it, letters of all scripts included."""
    return origins[story.host] + story.path


def description(story: Story) -> str:
    first = story.paragraphs[0]
    return first if len(first) <= DESCRIPTION else first[:DESCRIPTION].rstrip() + "…"


def timestamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def render_page(story: Story, origins: Origins) -> bytes:
    """The full page of a story, in its charset."""
    page = Template(template(story.template)).substitute(_words(story, origins))
    return page.encode(story.encoding)


def content_type(story: Story) -> str:
    return "text/html" if story.charset_in == "meta" else f"text/html; charset={story.encoding}"


def _words(story: Story, origins: Origins) -> dict[str, str]:
    metadata = _news_article(story, origins)
    graph = {"@context": "https://schema.org", "@graph": [_organization(story, origins), metadata]}
    return {
        **_head(story, origins),
        **_surroundings(story, origins),
        **_body(story),
        "json_ld": _script({"@context": "https://schema.org", **metadata}),
        "json_graph": _script(graph),
    }


def _head(story: Story, origins: Origins) -> dict[str, str]:
    plain = {
        "title": story.title,
        "language": story.language,
        "direction": "rtl" if story.language == "ar" else "ltr",
        "site_name": publications()[story.host].name,
        "canonical": _canonical(story, origins),
        "description": description(story),
        "image": f"{origins[story.host]}/images/{story.id}.jpg",
        "feed": origins[story.host] + _feed_path(story.host),
        "section": story.section,
        "keywords": ", ".join(story.keywords),
        "authors": ", ".join(story.authors),
        "published": timestamp(story.published),
        "date": f"{story.published:%Y-%m-%d %H:%M} UTC",
        "day": f"{story.published:%d.%m.%Y}",
    }
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={story.encoding}">'
    declared = {"meta_charset": "" if story.charset_in == "header" else meta}
    return {name: escape(value) for name, value in plain.items()} | declared


def _feed_path(host: str) -> str:
    return next(each.path for each in sources().values() if each.host == host and each.kind == "feed")


def _canonical(story: Story, origins: Origins) -> str:
    original = story.copy_of if story.template == "amp" else None
    return address(stories()[original or story.id], origins)


def _surroundings(story: Story, origins: Origins) -> dict[str, str]:
    words = {place: escape(text) for place, text in furniture()[story.language].items()}
    nav = "".join(f'<li><a href="/{n}">{name}</a></li>' for n, name in enumerate(words["nav"].split("|"), 1))
    related = "".join(
        f'<li><a href="{escape(address(each, origins))}">{escape(each.title)}</a></li>' for each in _neighbours(story)
    )
    return words | {
        "language": story.language,
        "nav": nav,
        "related": related,
        "related_heading": words["related"],
        "comments_heading": words["comments"],
        "tags": " · ".join(escape(each) for each in story.keywords),
    }


def _neighbours(story: Story) -> list[Story]:
    """Other articles of the host in the same language, those that follow in the order of ids first."""
    shelf = [each for each in stories().values() if (each.host, each.language) == (story.host, story.language)]
    here = shelf.index(story)
    return (shelf[here + 1 :] + shelf[:here])[:RELATED]


def _body(story: Story) -> dict[str, str]:
    shown = [f"<p>{escape(each, quote=False)}</p>" for each in story.shown]
    middle = len(shown) // 2
    return {
        "body": "\n".join(shown),
        "first_half": "\n".join(shown[:middle]),
        "second_half": "\n".join(shown[middle:]),
    }


def _organization(story: Story, origins: Origins) -> dict[str, object]:
    return {"@type": "NewsMediaOrganization", "name": publications()[story.host].name, "url": origins[story.host] + "/"}


def _news_article(story: Story, origins: Origins) -> dict[str, object]:
    return {
        "@type": "NewsArticle",
        "headline": story.title,
        "description": description(story),
        "datePublished": timestamp(story.published),
        "dateModified": timestamp(story.published),
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "articleSection": story.section,
        "keywords": list(story.keywords),
        "inLanguage": story.language,
        "image": f"{origins[story.host]}/images/{story.id}.jpg",
        "mainEntityOfPage": _canonical(story, origins),
        "publisher": _organization(story, origins),
        "isAccessibleForFree": True,
    }


def _script(value: object) -> str:
    """JSON that cannot end its script element."""
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")
