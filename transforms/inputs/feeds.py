"""Feeds of any format: RSS 0.90 to 2.0, RDF, Atom 0.3 and 1.0, CDF, JSON Feed 1 and 1.1."""

from schemas.links import FeedItem
from transforms.inputs.charsets import decode_text
from transforms.inputs.feed_entries import DraftFeed, FeedEntry, NotAFeed, ParsedFeed, finish_feed
from transforms.inputs.gzipped import gunzip
from transforms.inputs.json_feeds import read_json_feed
from transforms.inputs.xml_feeds import read_xml_feed

SPARE = 2  # times the cap: so many items are read, since some have no link or a date that is told otherwise

__all__ = ["FeedEntry", "NotAFeed", "ParsedFeed", "parse_feed"]


def parse_feed(
    body: bytes, feed_url: str, content_type: str | None = None, max_items: int = 1000, country: str | None = None
) -> ParsedFeed:
    """Read a feed, or raise NotAFeed. Hostile XML can take minutes: call it where it can be killed."""
    witness = FeedItem(feed_url=feed_url, country=country)
    return finish_feed(read_drafts(body, witness, content_type, keep=SPARE * max_items), max_items)


def read_drafts(body: bytes, witness: FeedItem, content_type: str | None, *, keep: int) -> DraftFeed:
    """Read the items, those without a link too; `witness` holds what is known of each before reading."""
    decoded, whole = gunzip(body)
    text, sure = decode_text(decoded, content_type)
    text = text.lstrip("\ufeff \t\r\n\0")
    if not text:
        raise NotAFeed("nothing came: the body is empty")
    if text[0] in "{[":
        return read_json_feed(text, witness)
    return read_xml_feed(text, witness, keep=keep, malformed=not (sure and whole))
