"""OPML lists of feeds, as other readers take them."""

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

from transforms.inputs.list_entries import FeedSource


def write_opml(feeds: Iterable[FeedSource], title: str) -> str:
    """An OPML 2.0 list in the order given. Country and language are attributes that other readers pass over."""
    outlines = "".join(f"    {_outline(feed)}\n" for feed in feeds)
    head = f"  <head><title>{quoteattr(title)[1:-1]}</title></head>"
    start = '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">'
    return f"{start}\n{head}\n  <body>\n{outlines}  </body>\n</opml>\n"


def _outline(feed: FeedSource) -> str:
    attributes = {
        "type": "rss",
        "text": feed.title or feed.url,
        "title": feed.title,
        "xmlUrl": feed.url,
        "category": feed.category,
        "country": feed.country,
        "language": feed.language,
    }
    return f"<outline {' '.join(f'{name}={quoteattr(value)}' for name, value in attributes.items() if value)}/>"
