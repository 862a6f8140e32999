import random
from itertools import accumulate, pairwise

import pyarrow as pa
import pytest

from transforms.storage.files import StorageError
from transforms.storage.row_groups import LARGEST_GROUP, SMALLEST_GROUP, group_size, row_groups

ORDER = ("region",)


def sorted_rows(*runs: tuple[str | None, int]) -> pa.Table:
    regions = [region for region, count in runs for _ in range(count)]
    return pa.table({"region": pa.array(regions, pa.string()), "number": range(len(regions))})


def cut(table: pa.Table, size: int, at: tuple[int, ...] = ()) -> list[str]:
    """The groups of a table that comes in parts, each as the regions in it."""
    parts = [table.slice(start, end - start) for start, end in pairwise((0, *at, table.num_rows))]
    groups = list(row_groups(parts, ORDER, size))
    assert not groups or pa.concat_tables(groups).equals(table)
    return ["".join(each or "-" for each in group["region"].to_pylist()) for group in groups]


def test_a_region_with_half_a_group_has_a_group_to_itself_and_others_share() -> None:
    runs = (("A", 3), ("B", 4), ("C", 2), ("D", 8), ("E", 1), ("F", 4), (None, 9))
    assert cut(sorted_rows(*runs), 12) == ["AAABBBBCC", "DDDDDDDD", "EFFFF", "---------"]
    assert cut(sorted_rows(*runs), 8) == ["AAA", "BBBB", "CCDDDDDDDD", "EFFFF", "---------"]


def test_small_regions_fill_a_group() -> None:
    assert cut(sorted_rows(*((name, 1) for name in "ABCDEFGHIJ")), 4) == ["ABCD", "EFGH", "IJ"]


def test_a_long_region_is_cut_and_leaves_no_small_rest() -> None:
    assert [len(each) for each in cut(sorted_rows(("A", 45)), 10)] == [20, 20, 5]
    assert [len(each) for each in cut(sorted_rows(("A", 44)), 10)] == [20, 24]
    assert [len(each) for each in cut(sorted_rows(("A", 24)), 10)] == [24]


def test_no_rows_make_no_group() -> None:
    assert cut(sorted_rows(), 4) == []


@pytest.mark.parametrize("seed", range(50))
def test_it_makes_no_difference_in_how_many_parts_the_rows_come(seed: int) -> None:
    chance = random.Random(seed)
    whole = sorted_rows(*((name, chance.choice((1, 2, 5, 40))) for name in "ABCDEFGHIJKL"), (None, chance.randrange(9)))
    at = tuple(sorted(chance.sample(range(whole.num_rows), chance.randrange(min(12, whole.num_rows)))))
    size = chance.choice((4, 8, 11))
    assert cut(whole, size, at) == cut(whole, size)


@pytest.mark.parametrize("seed", range(20))
def test_no_group_is_longer_than_two_and_a_half(seed: int) -> None:
    chance = random.Random(seed)
    whole = sorted_rows(*((name, chance.randrange(1, 90)) for name in "ABCDEFGHIJKL"))
    assert max(map(len, cut(whole, 16))) < 16 * 2.5 + 16 // 4


def test_rows_in_no_order_are_cut_by_their_number_alone() -> None:
    table = sorted_rows(*((name, 1) for name in "ABCDEFGHIJKL"))
    lengths = [each.num_rows for each in row_groups([table], (), 2)]
    assert list(accumulate(lengths)) == [4, 8, 12]


def test_a_group_is_a_twelfth_of_a_file_within_bounds() -> None:
    assert group_size(100, ORDER) == SMALLEST_GROUP
    assert group_size(36_000, ORDER) == 3_000
    assert group_size(10**6, ORDER) == LARGEST_GROUP
    assert group_size(100, ()) == LARGEST_GROUP


def test_tables_of_other_columns_are_refused() -> None:
    with pytest.raises(StorageError, match="different columns"):
        list(row_groups([sorted_rows(("A", 1)), pa.table({"other": [1]})], ORDER, 4))
