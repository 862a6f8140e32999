"""Feed conformance: the sets of feedparser, gofeed and the W3C validator through our parser of feeds.

python -m benchmarks.feeds --data ../shared/data

Every document must end in a feed or in NotAFeed, in time. Of gofeed's documents with a gold in JSON, the title of the
feed and titles, links, ids and dates of the items are compared, where the gold has one. Each field that differs is
shown with the reason, where it is known.
"""

import argparse
import json
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from schemas.links import FeedItem
from transforms.inputs.feed_entries import Draft, DraftFeed, NotAFeed
from transforms.inputs.feeds import read_drafts
from transforms.inputs.plain_text import clean_html

FILE = "feeds/feed-conformance.tar.xz"
ASKED_FOR = 0.97
SLOW = 2.0  # seconds of CPU for one document
BASE = "https://feeds.example/main.xml"
FEEDS = (".xml", ".json", ".rss", ".atom", ".rdf", ".cdf")
GOLD_FOLDERS = ("gofeed/testdata/parser/", "gofeed/testdata/translator/", "gofeed/testdata/extensions/")
NOTHING = DraftFeed(title=None, format="", language=None, drafts=())
CROSSED = "the XML closes another element than it opened, and what lies between is not guessed"
EXPLAINED = {
    "atom10_feed_title_xhtml_escaped_markup.xml": CROSSED,
    "atom10_feed_title_xhtml_inline_markup.xml": CROSSED,
    "rss_channel_item_guid_naked_markup.xml": "an id that is an element and no text; the item is known by its link",
    "rss_channel_item_uri_at_protocol.xml": "feedparser takes the attribute uri of <link> before its text",
}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="../shared/data", help="folder of the data for measuring (%(default)s)")
    path = Path(parser.parse_args(argv).data) / FILE
    if not path.is_file():
        print(f"{path} is absent: name the folder of the data with --data", file=sys.stderr)
        return 2
    documents = read_documents(path)
    outcomes = Counter(outcome(body) for name, body in documents.items() if name.endswith(FEEDS))
    print(", ".join(f"{number} {name}" for name, number in outcomes.most_common()))
    differences = list(compare(documents))
    right, asked = sum(same for *_, same in differences), len(differences)
    print(f"{right} of {asked} fields as in gofeed's gold: {right / asked:.4f} (asked: {ASKED_FOR})")
    for field in ("feed title", "title", "link", "id", "date"):
        of = [same for _, name, _, _, same in differences if name == field]
        print(f"  {field:<10} {sum(of)} of {len(of)}")
    for name, field, gold, ours, same in differences:
        if not same:
            file = name.rpartition("/")[2]
            print(f"  {file}: {field} is {gold!r} there, {ours!r} here; {EXPLAINED.get(file, 'not explained')}")
    broken = sum(number for name, number in outcomes.items() if name.startswith(("crash", "slow")))
    return 0 if not broken and right / asked >= ASKED_FOR else 1


def read_documents(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as archive:
        found = {each.name: archive.extractfile(each) for each in archive.getmembers() if each.isfile()}
        return {name: file.read() for name, file in found.items() if file is not None}


def outcome(body: bytes) -> str:
    """What becomes of one document."""
    start = time.process_time()
    try:
        drafts(body)
    except NotAFeed:
        return "no feed"
    except Exception as error:  # noqa: BLE001  # a crash is what is looked for
        return f"crash: {type(error).__name__}"
    return "read" if time.process_time() - start < SLOW else "slow"


def drafts(body: bytes) -> DraftFeed:
    return read_drafts(body, FeedItem(feed_url=BASE), None, keep=2_000)


def compare(documents: dict[str, bytes]) -> Iterator[tuple[str, str, Any, Any, bool]]:
    """Document, field, gold, ours and whether they agree, for every field that the gold has."""
    for name, body in sorted(documents.items()):
        gold = documents.get(name.removesuffix(".xml") + ".json")
        if not name.startswith(GOLD_FOLDERS) or not name.endswith(".xml") or gold is None:
            continue
        told = json.loads(gold)
        items = told.get("items") or told.get("entries") or []
        try:
            feed = drafts(body)
        except NotAFeed:
            feed = NOTHING
        if title := told.get("title"):
            yield name, "feed title", title, feed.title, _same_text(title, feed.title)
        for item, draft in zip(items, [*feed.drafts, *[None] * len(items)], strict=False):
            yield from ((name, *field) for field in _fields(item, draft))


def _fields(gold: dict[str, Any], draft: Draft | None) -> Iterator[tuple[str, Any, Any, bool]]:
    title, link, guid, date = _gold(gold)
    item = draft.item if draft else FeedItem(feed_url="")
    if title:
        yield "title", title, item.title, _same_text(title, item.title)
    if link:
        yield "link", link, draft.url if draft else None, draft is not None and _same_link(link, draft.url)
    if guid:
        yield "id", guid, item.guid, guid.strip() == item.guid
    if date:
        ours = item.published_at
        yield "date", date, ours, ours is not None and abs((ours - _moment(date)).total_seconds()) < 1


def _gold(item: dict[str, Any]) -> tuple[str | None, str | None, str | None, str | None]:
    """gofeed has three forms: of RSS, of Atom, and the one that both are translated to."""
    guid = item.get("guid") or item.get("id")
    links = [each.get("href") for each in item.get("links") or [] if isinstance(each, dict)]
    link = item.get("link") or (links[0] if links else None)
    date = item.get("publishedParsed") or item.get("pubDateParsed") or item.get("updatedParsed")
    return item.get("title"), link, guid.get("value") if isinstance(guid, dict) else guid, date


def _same_text(gold: str, ours: str | None) -> bool:
    return ours in (gold, clean_html(gold, 1_000))


def _same_link(gold: str, ours: str | None) -> bool:
    return ours is not None and (gold.strip() == ours or ours.endswith(gold.strip().lstrip("./").replace(" ", "%20")))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


if __name__ == "__main__":
    raise SystemExit(main())
