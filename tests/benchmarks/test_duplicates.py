from datetime import UTC, datetime

from benchmarks.duplicates import Item, half_of, judge
from benchmarks.minhash import connected
from benchmarks.urls import TABLE, read_pairs

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def item(number: int, cluster: str, kind: str = "orig") -> Item:
    return Item(
        item_id=f"d{number}", cluster=cluster, kind=kind, site="s", url="u", title="t", published_at=NOON, text="x"
    )


def cluster_of(half: int) -> str:
    """A name of a cluster that belongs to a half."""
    return next(name for name in map(str, range(99)) if half_of(item(0, name)) == half)


TUNED, HELD = cluster_of(0), cluster_of(1)


def test_found_pairs_are_counted_by_kind() -> None:
    items = [item(1, "a"), item(2, "a", "update"), item(3, "a", "update"), item(4, "b", "quote_src")]
    quality = judge(items, ["x", "x", "y", "y"])
    assert (quality.precision, quality.recall, quality.largest_false_cluster) == (0.5, 1 / 3, 2)
    assert quality.recall_by_kind == {"orig": 0.5, "update": 1 / 3}
    assert quality.hard_merged == {"quote_src": 1.0, "all": 1.0}


def test_a_wrong_pair_counts_in_the_half_of_either_end() -> None:
    items = [item(1, TUNED), item(2, TUNED), item(3, HELD), item(4, HELD), item(5, HELD)]
    stories = ["x", "x", "x", "y", "y"]
    assert judge(items, stories, (0,)).precision == 1 / 3
    assert judge(items, stories, (1,)).precision == 1 / 3
    assert judge(items, stories).precision == 2 / 4
    assert (judge(items, stories, (0,)).recall, judge(items, stories, (1,)).recall) == (1.0, 1 / 3)


def test_pairs_of_another_tool_become_clusters() -> None:
    found = connected("abcd", [("a", "b"), ("c", "b")])
    assert found["a"] == found["b"] == found["c"] != found["d"]


def test_the_table_of_addresses_has_both_kinds_of_pairs() -> None:
    pairs = read_pairs(TABLE)
    assert sum(each.same for each in pairs) > 80
    assert sum(not each.same for each in pairs) > 60
