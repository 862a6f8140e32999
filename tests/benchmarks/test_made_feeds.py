from pathlib import Path

from benchmarks.made_feeds import ITEMS, write_feeds
from transforms.inputs.feeds import parse_feed


def test_made_feeds_are_whole_and_the_same_each_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_feeds(tmp_path / name, 2)
    bodies = [path.read_bytes() for path in sorted((tmp_path / "one").iterdir())]
    assert bodies == [path.read_bytes() for path in sorted((tmp_path / "two").iterdir())]
    for body in bodies:
        feed = parse_feed(body, "https://feeds.example/feed")
        assert (len(feed.entries), feed.malformed) == (ITEMS, False)
        assert all(each.item.published_at for each in feed.entries)
