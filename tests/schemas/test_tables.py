from schemas.partitions import PARTITIONS, keys_of
from schemas.tables import TABLES, is_date, partition_keys
from transforms.storage.layout import DATA_TABLES


def test_tables_are_those_that_the_layout_knows() -> None:
    assert tuple(TABLES) == DATA_TABLES


def test_articles_are_parted_as_asked_and_all_else_by_run() -> None:
    assert partition_keys("articles") == ("published_date",)
    assert partition_keys("articles", ("region", "language")) == ("region", "lang")
    assert partition_keys("failures", ("region", "language")) == ("run_date",)


def test_no_key_of_a_folder_is_the_name_of_a_column() -> None:
    from schemas.columns import arrow_schema

    for name, table in TABLES.items():
        keys = partition_keys(name, tuple(PARTITIONS))
        assert not set(keys) & set(arrow_schema(table.record).names)  # pyarrow and pandas refuse a column twice


def test_dates_are_told_by_their_name() -> None:
    assert [key for key in (*keys_of(tuple(PARTITIONS)), "run_date") if is_date(key)] == ["published_date", "run_date"]
