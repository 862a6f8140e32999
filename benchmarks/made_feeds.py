"""Feeds to measure with: RSS and Atom by turns, items in the words of the sample site, the same bytes each time."""

import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

from benchmarks.gold import sample_pages
from benchmarks.sentences import Sentences

ITEMS = 30  # of a feed; the usual number
SUMMARY = 60  # words
NEWEST = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
RSS = (
    '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
    "<title>{title}</title><link>https://{host}/</link><language>en</language>\n{items}</channel></rss>\n"
)
RSS_ITEM = (
    "<item><title>{title}</title><link>https://{host}/news/{number}</link><guid>https://{host}/?p={number}</guid>"
    "<dc:creator>{author}</dc:creator><category>news</category><pubDate>{rfc}</pubDate>"
    "<description><![CDATA[<p>{summary}</p>]]></description></item>\n"
)
ATOM = (
    '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
    '<id>tag:{host}</id><title>{title}</title><link href="https://{host}/"/><updated>2026-11-20T18:00:00Z</updated>\n{items}</feed>\n'
)
ATOM_ITEM = (
    '<entry><title>{title}</title><link rel="alternate" href="https://{host}/news/{number}"/><id>tag:{host},{number}</id>'
    "<author><name>{author}</name></author><published>{iso}</published><updated>{iso}</updated>"
    '<summary type="html">&lt;p&gt;{summary}&lt;/p&gt;</summary></entry>\n'
)


def write_feeds(folder: Path, count: int, items: int = ITEMS) -> int:
    """Write so many feeds into a folder; bytes of all."""
    sentences = Sentences([("en", page.paragraphs) for page in sample_pages() if page.id.startswith("herald")])
    size = 0
    for number in range(count):
        body = made_feed(sentences, number, items).encode()
        (folder / f"{number:05d}.xml").write_bytes(body)
        size += len(body)
    return size


def made_feed(sentences: Sentences, number: int, items: int) -> str:
    """One feed, which follows from its number."""
    draw, host = random.Random(number), f"www.paper-{number:05d}.example"
    whole, item = (RSS, RSS_ITEM) if number % 2 else (ATOM, ATOM_ITEM)
    told = [_item(item, sentences, host, place, draw) for place in range(items)]
    return whole.format(title=f"The Paper {number}", host=host, items="".join(told))


def _item(form: str, sentences: Sentences, host: str, place: int, draw: random.Random) -> str:
    published = NEWEST - timedelta(minutes=47 * place + draw.randrange(30))
    return form.format(
        title=escape(sentences.title("en", draw)),
        host=host,
        number=1000 - place,
        author=f"Reporter {draw.randrange(20)}",
        rfc=format_datetime(published, usegmt=True),
        iso=f"{published:%Y-%m-%dT%H:%M:%SZ}",
        summary=escape(sentences.write("en", SUMMARY, draw)),
    )
