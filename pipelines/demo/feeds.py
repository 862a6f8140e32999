"""Feeds, sitemaps and lists in their formats: plain text on purpose, as publishers' templates write them."""

import gzip
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape

from pipelines.demo.listings import Listing, encoded
from pipelines.demo.pages import Origins, description, timestamp
from pipelines.demo.tables import Publication, Source, publications, sources

MIME = {
    "rss10": "application/rdf+xml",
    "atom10": "application/atom+xml",
    "atom03": "application/atom+xml",
    "json": "application/feed+json",
    "html": "text/html; charset=utf-8",
    "newsmap": "application/xml",
    "sitemapgz": "application/gzip",
    "list": "text/plain; charset=utf-8",
}
RSS = "application/rss+xml"
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:atom="http://www.w3.org/2005/Atom"'
)


def render_source(source: Source, listings: Sequence[Listing], origins: Origins) -> bytes:
    """A source as it goes over the wire."""
    return RENDERERS[source.format](source, listings, origins[source.host])


def render_opml(origins: Origins) -> str:
    """The list of all feeds, with the home country of those that have one."""
    outlines = "\n".join(_outline(each, origins) for each in sources().values() if each.kind == "feed")
    head = '<?xml version="1.0" encoding="utf-8"?>\n<opml version="2.0">\n<head><title>Sample feeds</title></head>\n'
    return f"{head}<body>\n{outlines}\n</body>\n</opml>\n"


def render_sitemap_index(origins: Origins) -> str:
    """The index that names every sitemap, whatever its host."""
    maps = [origins[each.host] + each.path for each in sources().values() if each.kind == "sitemap"]
    body = "\n".join(f"<sitemap><loc>{_x(url)}</loc></sitemap>" for url in maps)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{body}\n</sitemapindex>\n'
    )


def _outline(source: Source, origins: Origins) -> str:
    home = publications()[source.host]
    country = f' country="{home.country}"' if home.country else ""
    return (
        f'<outline type="rss" text="{_x(source.title)}" xmlUrl="{origins[source.host]}{source.path}" '
        f'htmlUrl="{origins[source.host]}/" language="{home.language}"{country}/>'
    )


def _x(text: str) -> str:
    return escape(text)


def _rfc822(moment: datetime | None) -> str:
    return format_datetime(moment, usegmt=True) if moment else ""


def _iso(moment: datetime | None) -> str:
    return timestamp(moment) if moment else ""


def _newest(listings: Sequence[Listing]) -> datetime | None:
    return max((each.published for each in listings if each.published), default=None)


def _home(source: Source) -> Publication:
    return publications()[source.host]


def _summary(listing: Listing) -> str:
    return description(listing.story) if listing.story else listing.title


def _guid(listing: Listing) -> str:
    return listing.story.guid if listing.story and not listing.answer else listing.url.rpartition("/")[2]


def _rss20(source: Source, listings: Sequence[Listing], origin: str) -> bytes:
    return _rss20_document(source, listings, origin, full=False)


def _rss20_full(source: Source, listings: Sequence[Listing], origin: str) -> bytes:
    return _rss20_document(source, listings, origin, full=True)


def _rss20_document(source: Source, listings: Sequence[Listing], origin: str, *, full: bool) -> bytes:
    items = "\n".join(_rss20_item(each, full=full) for each in listings)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {NAMESPACES}>\n<channel>\n'
        f"<title>{_x(source.title)}</title>\n<link>{origin}/</link>\n<description>{_x(source.title)}</description>\n"
        f'<atom:link href="{origin}{source.path}" rel="self" type="application/rss+xml"/>\n'
        f"<language>{_home(source).language}</language>\n<lastBuildDate>{_rfc822(_newest(listings))}</lastBuildDate>\n"
        f"<ttl>60</ttl>\n{items}\n</channel>\n</rss>\n"
    ).encode()


def _rss20_item(listing: Listing, *, full: bool) -> str:
    story = listing.story
    authors = "".join(f"<dc:creator>{_x(name)}</dc:creator>" for name in story.authors) if story else ""
    marks = (story.section, *story.keywords) if story else ()
    categories = "".join(f"<category>{_x(mark)}</category>" for mark in marks)
    return (
        f"<item><title>{_x(listing.title)}</title><link>{_x(listing.url)}</link>"
        f'<guid isPermaLink="false">{_x(_guid(listing))}</guid><pubDate>{_rfc822(listing.published)}</pubDate>'
        f"{authors}{categories}<description>{_x(_summary(listing))}</description>{_content(listing) if full else ''}"
        "</item>"
    )


def _content(listing: Listing) -> str:
    if listing.story is None:
        return ""
    body = "".join(f"<p>{_x(each)}</p>" for each in listing.story.paragraphs)
    return f"<content:encoded><![CDATA[{body}]]></content:encoded>"


def _rss_broken(source: Source, listings: Sequence[Listing], origin: str) -> bytes:
    """Good items, then a bare ampersand, an entity of HTML, and a cut in the middle of a third item."""
    items = "\n".join(_rss20_item(each, full=False) for each in listings)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {NAMESPACES}>\n<channel>\n'
        f"<title>{_x(source.title)}</title>\n<link>{origin}/sport</link>\n<description>Results</description>\n"
        f"{items}\n<item><title>Netball&nbsp;& hockey: results of the wee"
    ).encode()


def _rss091(source: Source, listings: Sequence[Listing], origin: str) -> bytes:
    items = "\n".join(
        f"<item><title>{_x(each.title)}</title><link>{_x(each.url)}</link>"
        f"<description>{_x(_summary(each))}</description></item>"
        for each in listings
    )
    return (
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<rss version="0.91">\n<channel>\n'
        f"<title>{_x(source.title)}</title>\n<link>{origin}/</link>\n<description>Noticias</description>\n"
        f"<language>{_home(source).language}</language>\n"
        f"{items}\n</channel>\n</rss>\n"
    ).encode("iso-8859-1", "xmlcharrefreplace")


def _rss10(source: Source, listings: Sequence[Listing], origin: str) -> bytes:
    members = "".join(f'<rdf:li rdf:resource="{_x(each.url)}"/>' for each in listings)
    items = "\n".join(
        f'<item rdf:about="{_x(each.url)}"><title>{_x(each.title)}</title><link>{_x(each.url)}</link>'
        f"<description>{_x(_summary(each))}</description><dc:date>{_iso(each.published)}</dc:date></item>"
        for each in listings
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<channel rdf:about="{origin}{source.path}"><title>{_x(source.title)}</title><link>{origin}/</link>'
        f"<description>Nachrichten</description><dc:language>{_home(source).language}</dc:language>"
        f"<items><rdf:Seq>{members}</rdf:Seq></items></channel>\n{items}\n</rdf:RDF>\n"
    ).encode()


def _atom10(source: Source, listings: Sequence[Listing], origin: str) -> bytes:
    entries = "\n".join(_atom10_entry(each, origin) for each in listings)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
        f'xml:lang="{_home(source).language}" xml:base="{origin}/">\n<title>{_x(source.title)}</title>\n'
        f'<id>tag:courrier.example,2026:atom</id>\n<link rel="self" href="{source.path}"/>\n'
        f"<updated>{_iso(_newest(listings))}</updated>\n{entries}\n</feed>\n"
    ).encode()


def _atom10_entry(listing: Listing, origin: str) -> str:
    """An entry whose link is relative to the base of the feed."""
    story = listing.story
    authors = "".join(f"<author><name>{_x(name)}</name></author>" for name in story.authors) if story else ""
    section = f'<category term="{_x(story.section)}"/>' if story else ""
    return (
        f"<entry><title>{_x(listing.title)}</title><id>tag:courrier.example,2026:{_x(_guid(listing))}</id>"
        f'<link rel="alternate" type="text/html" href="{_x(listing.url.removeprefix(origin))}"/>{authors}{section}'
        f"<published>{_iso(listing.published)}</published><updated>{_iso(listing.published)}</updated>"
        f'<summary type="text">{_x(_summary(listing))}</summary></entry>'
    )


def _atom03(source: Source, listings: Sequence[Listing], origin: str) -> bytes:
    """An old feed in an old charset, which its declaration names."""
    entries = "\n".join(
        f'<entry><title>{_x(each.title)}</title><link rel="alternate" type="text/html" href="{_x(each.url)}"/>'
        f"<id>{_x(each.url)}</id><issued>{_iso(each.published)}</issued><modified>{_iso(each.published)}</modified>"
        f"<summary>{_x(_summary(each))}</summary></entry>"
        for each in listings
    )
    return (
        f'<?xml version="1.0" encoding="windows-1251"?>\n<feed version="0.3" xmlns="http://purl.org/atom/ns#" '
        f'xml:lang="{_home(source).language}">\n<title>{_x(source.title)}</title>\n'
        f'<link rel="alternate" type="text/html" href="{origin}/"/>\n<modified>{_iso(_newest(listings))}</modified>\n'
        f"{entries}\n</feed>\n"
    ).encode("windows-1251", "xmlcharrefreplace")


def _json_feed(source: Source, listings: Sequence[Listing], origin: str) -> bytes:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": source.title,
        "home_page_url": f"{origin}/",
        "feed_url": origin + source.path,
        "language": _home(source).language,
        "items": [_json_item(each) for each in listings],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _json_item(listing: Listing) -> dict[str, object]:
    story = listing.story
    return {
        "id": _guid(listing),
        "url": listing.url,
        "title": listing.title,
        "summary": _summary(listing),
        "date_published": _iso(listing.published),
        "authors": [{"name": name} for name in story.authors] if story else [],
        "tags": [story.section, *story.keywords] if story else [],
    }


def _not_a_feed(source: Source, listings: Sequence[Listing], origin: str) -> bytes:
    assert not listings
    return (
        f"<!DOCTYPE html>\n<html lang=fr><head><title>{_x(source.title)}</title></head>\n<body>"
        f'<p>Ce flux a déménagé. <a href="{origin}/">Retour à la page d\'accueil</a></p></body></html>\n'
    ).encode()


def _news_sitemap(source: Source, listings: Sequence[Listing], origin: str) -> bytes:
    name = f"<news:name>{_x(source.title)}</news:name><news:language>{_home(source).language}</news:language>"
    entries = "\n".join(
        f"<url><loc>{_x(encoded(each.url))}</loc><news:news><news:publication>{name}</news:publication>"
        f"<news:publication_date>{_iso(each.published)}</news:publication_date><news:title>{_x(each.title)}</news:title>"
        "</news:news></url>"
        for each in listings
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{entries}\n</urlset>\n'
    ).encode()


def _gzipped_sitemap(source: Source, listings: Sequence[Listing], origin: str) -> bytes:
    entries = "\n".join(
        f"<url><loc>{_x(encoded(each.url))}</loc><lastmod>{_iso(each.published)}</lastmod></url>" for each in listings
    )
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}\n</urlset>\n'
    )
    return gzip.compress(document.encode(), mtime=0)


def _url_list(source: Source, listings: Sequence[Listing], origin: str) -> bytes:
    lines = ["# Links by hand: plain ones, and some with the marks that mail and social networks leave."]
    return "\n".join([*lines, *(each.url for each in listings), ""]).encode()


RENDERERS: dict[str, Callable[[Source, Sequence[Listing], str], bytes]] = {
    "rss20": _rss20,
    "rss20full": _rss20_full,
    "broken": _rss_broken,
    "rss091": _rss091,
    "rss10": _rss10,
    "atom10": _atom10,
    "atom03": _atom03,
    "json": _json_feed,
    "html": _not_a_feed,
    "newsmap": _news_sitemap,
    "sitemapgz": _gzipped_sitemap,
    "list": _url_list,
}
