from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.explorer.selection import Chosen
from pipelines.explorer.snapshot import Snapshot
from pipelines.explorer.views import Bar, overview, spread
from tests.fixtures.explored import FLOOD, HOSTILE, XINJIANG, explored, id_of
from transforms.storage.files import LocalFiles
from transforms.storage.views import views_sql


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> LocalFiles:
    return explored(tmp_path_factory.mktemp("explored") / "news")


@pytest.fixture(scope="module")
def snapshot(files: LocalFiles) -> Iterator[Snapshot]:
    opened = Snapshot(files)
    opened.wait()
    yield opened
    opened.close()


SELECTIONS = [
    (Chosen(), {FLOOD, XINJIANG, HOSTILE}),
    (Chosen(q="flood"), {FLOOD}),
    (Chosen(q="elan river"), {FLOOD}),
    (Chosen(q="棉花"), {XINJIANG}),
    (Chosen(q="title:flood"), {FLOOD}),
    (Chosen(q="title:river"), set()),
    (Chosen(q="the", order="newest"), {FLOOD}),
    (Chosen(q="-flood"), {XINJIANG, HOSTILE}),
    (Chosen(q='"held the"'), {FLOOD}),
    (Chosen(q="engin*"), {FLOOD}),
    (Chosen(language=("zh", "en")), {FLOOD, XINJIANG, HOSTILE}),
    (Chosen(region=("unknown",)), {HOSTILE}),
    (Chosen(region=("CN", "unknown")), {XINJIANG, HOSTILE}),
    (Chosen(source=("river.example",)), {FLOOD}),
    (Chosen(topic=("medtop:03000000",)), {FLOOD}),
    (Chosen(tag="medtop:20000150"), {FLOOD}),
    (Chosen(tag="CH"), {FLOOD}),
    (Chosen(since=date(2026, 11, 20), until=date(2026, 11, 20)), {FLOOD}),
    (Chosen(story=id_of(FLOOD)), {FLOOD}),
    (Chosen(source=("'; DROP TABLE articles; --",)), set()),
]


@pytest.mark.parametrize(("chosen", "numbers"), SELECTIONS)
def test_a_selection_shows_its_articles(chosen: Chosen, numbers: set[int], snapshot: Snapshot) -> None:
    seen = overview(chosen, snapshot)
    assert {row.article_id for row in seen.rows} == {id_of(number) for number in numbers}
    assert seen.articles == len(numbers)


@pytest.mark.parametrize(("chosen", "numbers"), SELECTIONS)
def test_the_sql_that_is_shown_finds_the_same(
    chosen: Chosen, numbers: set[int], snapshot: Snapshot, files: LocalFiles
) -> None:
    seen = overview(chosen, snapshot)
    with duckdb.connect() as connection:
        connection.execute(views_sql(files))
        told = {name: connection.execute(sql).fetchall() for name, sql in seen.queries.items()}
    assert [row[0] for row in told["The articles"]] == [row.article_id for row in seen.rows]
    assert sum(count for _, count in told["Articles by day"]) == seen.articles
    assert {name: told[f"Articles by {name}"] for name in seen.facets} == {
        name: [each for each in values if each[1]] for name, values in seen.facets.items()
    }


def test_what_is_chosen_of_a_field_does_not_narrow_that_field(snapshot: Snapshot) -> None:
    seen = overview(Chosen(region=("CN", "XX")), snapshot)
    assert seen.facets["region"] == [("CH", 1), ("CN", 1), ("unknown", 1), ("XX", 0)]
    assert seen.facets["language"] == [("zh", 1)]


def test_a_page_beyond_the_last_is_empty(snapshot: Snapshot) -> None:
    assert overview(Chosen(page=9), snapshot).rows == []


def test_a_story_counts_its_copies(snapshot: Snapshot) -> None:
    (row,) = overview(Chosen(q="flood"), snapshot).rows
    assert row.cluster_size == 2


def test_words_found_are_shown_where_they_stand(snapshot: Snapshot) -> None:
    seen = overview(Chosen(q="flood geneva"), snapshot)
    shown = seen.passages[id_of(FLOOD)]
    assert [each.text for each in shown.title if each.codes] == ["Flood", "Geneva"]
    assert [each.text for each in shown.text if each.codes] == ["flood", "Geneva"]
    assert seen.ranked
    assert not overview(Chosen(q="flood geneva", order="newest"), snapshot).ranked
    assert overview(Chosen(), snapshot).passages == {}


def test_the_dataset_is_all_that_can_be_read_and_nothing_can_be_written(snapshot: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a\n1\n")
    with snapshot.cursor() as cursor:
        for sql in (
            f"SELECT * FROM '{tmp_path}/other.csv'",
            f"COPY (SELECT 1) TO '{tmp_path}/x.csv'",
            "SET enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                cursor.execute(sql)


def test_bars_have_no_gap() -> None:
    counts = {date(2026, 11, 1): 2, date(2026, 11, 3): 1}
    assert spread(counts) == [
        Bar(since=date(2026, 11, day), until=date(2026, 11, day), articles=articles)
        for day, articles in ((1, 2), (2, 0), (3, 1))
    ]


def test_many_years_have_few_bars_and_no_article_is_left_out() -> None:
    bars = spread({date(1, 1, 1): 1, date(2026, 11, 3): 5, date(9999, 12, 31): 1})
    assert len(bars) <= 60
    assert sum(each.articles for each in bars) == 7


def test_nothing_has_no_bars() -> None:
    assert spread({}) == []
