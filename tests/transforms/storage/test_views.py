import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from schemas.articles import Article
from schemas.columns import arrow_schema, to_row
from schemas.dialects import duckdb_type
from schemas.runs import Accounting, Outcome, RunRecord
from schemas.stories import Merge
from schemas.tables import TABLES
from schemas.work import Work
from tests.fixtures.committed import copy_of, dataset, put, put_stories, run_id, story_of, write
from tests.fixtures.records import NOW
from transforms.storage.agreement import Agreement, write_agreement
from transforms.storage.files import LocalFiles
from transforms.storage.manifests import Manifest, commit
from transforms.storage.records import write_record
from transforms.storage.views import views_sql, write_views

VIEWS = (
    "articles", "articles_current", "cluster_members", "clusters", "duplicates", "failures", "feeds", "merges", "runs",
)  # fmt: skip
NEXT_DAY = "published_date=2026-11-21"


class Database:
    """What DuckDB makes of views.sql."""

    def __init__(self, sql: str, *before: str) -> None:
        self._connection = duckdb.connect()
        for each in (*before, sql):
            self._connection.execute(each)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(query).fetchall()

    def types(self, view: str) -> dict[str, str]:
        return {name: kind for name, kind, *_ in self.rows(f"DESCRIBE {view}")}

    def ids(self, view: str) -> list[str]:
        return [row[0] for row in self.rows(f"SELECT article_id FROM {view} ORDER BY 1")]


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    return dataset(tmp_path / "news")


def opened(files: LocalFiles) -> Database:
    return Database(views_sql(files))


def ids(*numbers: int) -> list[str]:
    return sorted(story_of(each).article_id for each in numbers)


def revision(number: int, revision: int, **fields: Any) -> Article:
    later = NOW + timedelta(hours=revision)
    return story_of(number, revision=revision, fetched_at=later, revised_at=later, text=f"Text {revision}", **fields)


def test_a_dataset_without_a_row_has_all_views_with_their_types(files: LocalFiles) -> None:
    empty = opened(files)
    names = empty.rows("SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1")
    assert [name for (name,) in names] == list(VIEWS)
    assert [empty.rows(f"SELECT count(*) FROM {name}") for name in VIEWS] == [[(0,)]] * len(VIEWS)
    for name, table in TABLES.items():
        wanted = {each.name: duckdb_type(each.type).replace('"', "") for each in arrow_schema(table.record)}
        found = {name: kind.replace('"', "") for name, kind in empty.types(name).items()}
        assert found == wanted | ({"published_date": "DATE"} if name == "articles" else {"run_date": "DATE"})


def test_types_are_the_same_with_and_without_files(files: LocalFiles) -> None:
    empty = opened(files)
    put_stories(files, 1, 1)
    put(files, 2, "duplicates", [copy_of(story_of(1), "http://copy.example/1")], "run_date=2026-11-23")
    full = opened(files)
    assert [full.types(name) for name in VIEWS] == [empty.types(name) for name in VIEWS]


def test_a_view_holds_the_committed_rows_with_their_values(files: LocalFiles) -> None:
    put_stories(files, 1, 1, 2)
    (row,) = opened(files).rows(f"SELECT * EXCLUDE (published_date) FROM articles WHERE article_id = '{ids(1)[0]}'")
    plain = to_row(story_of(1))
    assert dict(zip(arrow_schema(Article).names, row, strict=True)) == plain


def test_a_file_that_no_manifest_lists_is_not_seen(files: LocalFiles) -> None:
    put_stories(files, 1, 1)
    (known,) = files.list("articles")
    files.copy(known, known.replace(".parquet", "-again.parquet"))
    assert opened(files).ids("articles") == ids(1)


def test_a_reader_sees_the_commit_that_its_script_is_of(files: LocalFiles) -> None:
    put_stories(files, 1, 1)
    before = views_sql(files)
    put_stories(files, 2, 2)
    assert Database(before).ids("articles") == ids(1)
    assert opened(files).ids("articles") == ids(1, 2)


def test_removed_files_are_out_at_once_though_they_lie_there_still(files: LocalFiles) -> None:
    put_stories(files, 1, 1)
    put_stories(files, 2, 2)
    (old,) = [path for path in files.list("articles") if run_id(1) in path]
    commit(Manifest(run_id=run_id(3), files=(), removes=(old,), grace=3_600), files)
    assert files.exists(old)
    assert opened(files).ids("articles") == ids(2)


def test_names_of_folders_are_columns_with_types(files: LocalFiles) -> None:
    partition_by = ("published_date", "language", "region")
    write_agreement(Agreement(schema_version=1, partition_by=partition_by, created_at=""), files)
    put_stories(files, 1, 1, folder="published_date=2026-11-20/lang=en/region=unknown")
    put_stories(files, 2, 2, folder="published_date=2026-11-21/lang=unknown/region=CN")
    database = opened(files)
    rows = database.rows("SELECT published_date::VARCHAR, lang, region FROM articles ORDER BY 1")
    assert rows == [("2026-11-20", "en", "unknown"), ("2026-11-21", "unknown", "CN")]
    assert database.types("articles")["published_date"] == "DATE"
    assert database.rows("SELECT count(*) FROM articles WHERE published_date > '2026-11-20'") == [(1,)]


def test_a_merged_file_that_waits_has_its_partition_all_the_same(files: LocalFiles) -> None:
    put_stories(files, 1, 1)
    (path,) = files.list("articles")
    merged = replace(write(files, 2, "articles", [story_of(1)]), path=f"_meta/merged/{NEXT_DAY}/part-x.parquet")
    files.copy(path, merged.path)
    commit(Manifest(run_id=run_id(2), files=(merged,), removes=(path,)), files)
    assert opened(files).rows("SELECT published_date::VARCHAR FROM articles") == [("2026-11-21",)]


def test_of_each_article_the_newest_revision_is_current_wherever_it_lies(files: LocalFiles) -> None:
    put(files, 1, "articles", [story_of(1), story_of(2)], "published_date=2026-11-20")
    put(files, 2, "articles", [revision(1, 3), revision(1, 2)], NEXT_DAY)
    database = opened(files)
    assert database.ids("articles") == sorted(ids(1, 1, 1, 2))
    assert database.rows("SELECT article_id, revision, text FROM articles_current ORDER BY revision") == [
        (ids(2)[0], 1, story_of(2).text),
        (ids(1)[0], 3, "Text 3"),
    ]


def test_an_old_revision_is_not_current_because_a_filter_leaves_the_new_one_out(files: LocalFiles) -> None:
    put(files, 1, "articles", [story_of(1, primary_region="CN")], "published_date=2026-11-20")
    put(files, 2, "articles", [revision(1, 2, primary_region="NZ")], NEXT_DAY)
    database = opened(files)
    assert database.rows("SELECT count(*) FROM articles_current WHERE primary_region = 'CN'") == [(0,)]
    assert database.rows("SELECT count(*) FROM articles_current WHERE published_date = '2026-11-20'") == [(0,)]


def test_a_filter_on_what_is_current_reaches_the_files(files: LocalFiles) -> None:
    put(files, 1, "articles", [story_of(1)], "published_date=2026-11-20")
    put(files, 2, "articles", [revision(1, 2)], NEXT_DAY)
    asked = f"published_date = '2026-11-21' AND article_id = '{ids(1)[0]}'"
    ((_, plan),) = opened(files).rows(f"EXPLAIN SELECT * FROM articles_current WHERE {asked}")
    assert "Scanning Files: 1/2" in plan
    assert "article_id = '" in plan
    assert opened(files).rows(f"SELECT revision FROM articles_current WHERE {asked}") == [(2,)]


def test_a_cluster_has_todays_members_and_not_those_of_its_commit(files: LocalFiles) -> None:
    put_stories(files, 1, 1, 2)
    late = copy_of(story_of(1), "http://copy.example/late", published_at=NOW)
    put(files, 2, "duplicates", [late], "run_date=2026-11-23")
    database = opened(files)
    sizes = database.rows("SELECT cluster_id, size, articles, hosts FROM clusters ORDER BY size DESC")
    assert sizes == [(ids(1)[0], 2, 1, 2), (ids(2)[0], 1, 1, 1)]
    (members,) = database.rows(f"SELECT members FROM clusters WHERE cluster_id = '{ids(1)[0]}'")[0]
    assert [(each["url"], each["is_copy"]) for each in members] == [
        ("https://news.example/1", False),
        ("http://copy.example/late", True),
    ]


def test_each_id_is_one_member_as_it_was_read_last(files: LocalFiles) -> None:
    put(files, 1, "articles", [story_of(1), story_of(2)], "published_date=2026-11-20")
    put(files, 2, "articles", [revision(1, 2)], NEXT_DAY)
    copy = copy_of(story_of(1), "http://copy.example/2", article_id=ids(2)[0], fetched_at=NOW - timedelta(days=1))
    put(files, 3, "duplicates", [copy], "run_date=2026-11-23")  # was a copy, and became an article of its own
    database = opened(files)
    assert database.rows("SELECT cluster_id, size FROM clusters ORDER BY 1") == [(each, 1) for each in ids(1, 2)]
    assert database.rows("SELECT count(*) FROM cluster_members WHERE is_copy") == [(0,)]


def test_a_run_tells_its_numbers(files: LocalFiles) -> None:
    accounting = Accounting(links=5, articles=2, duplicates=1, failures={"gone": 1}, drops={"seen": 1})
    record = RunRecord(
        run_id="R1", outcome=Outcome.COMMITTED, started_at=NOW.isoformat(), ended_at=NOW.isoformat(),
        accounting=accounting, files=3, output="news", stages={"open": {"ok": 3}},
        work=(Work(verb="open", seconds=1.5, cpu=0.5, taken=2),),
    )  # fmt: skip
    write_record(record, files)
    database = opened(files)
    assert database.rows("SELECT run_id, outcome, links, articles, failures, drops, stages FROM runs") == [
        ("R1", "committed", 5, 2, {"gone": 1}, {"seen": 1}, {"open": {"ok": 3}})
    ]
    assert database.rows("SELECT started_at FROM runs")[0][0] == NOW
    assert database.rows("SELECT work.verb, work.cpu FROM (SELECT unnest(work) AS work FROM runs)") == [("open", 0.5)]


def test_the_script_is_written_where_people_find_it_and_is_the_same_each_time(files: LocalFiles) -> None:
    put_stories(files, 1, 1)
    write_views(files)
    script = (Path(files.root) / "_meta" / "views.sql").read_text(encoding="utf-8")
    assert script == views_sql(files)
    assert Database(script).ids("articles_current") == ids(1)


def test_a_script_can_be_read_again_into_the_same_database(files: LocalFiles) -> None:
    put_stories(files, 1, 1)
    before = views_sql(files)
    put_stories(files, 2, 2)
    assert Database(before + views_sql(files)).ids("articles") == ids(1, 2)


def test_a_moved_dataset_is_found_when_its_new_place_is_told(files: LocalFiles, tmp_path: Path) -> None:
    put_stories(files, 1, 1)
    write_views(files)
    shutil.move(files.root, tmp_path / "moved")
    script = (tmp_path / "moved" / "_meta" / "views.sql").read_text(encoding="utf-8")
    with pytest.raises(duckdb.IOException):
        Database(script)
    told = Database(script, f"SET VARIABLE newsbeam_root = '{tmp_path / 'moved'}'")
    assert told.ids("articles") == ids(1)


@pytest.mark.parametrize("name", ["it's", "a b", "env=prod", "[1]", "ünï", 'quo"te', "semi;colon"])
def test_odd_names_of_the_folder_above_do_no_harm(tmp_path: Path, name: str) -> None:
    files = dataset(tmp_path / name / "news")
    put_stories(files, 1, 1)
    database = opened(files)
    assert database.ids("articles") == ids(1)
    assert "env" not in database.types("articles")


def test_a_relative_folder_is_written_down_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert f"'{tmp_path}/news'" in views_sql(dataset(Path("news")))


def test_days_are_those_of_utc_whatever_the_machine_says(files: LocalFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    late = NOW.replace(hour=23)
    put(files, 1, "articles", [story_of(1, published_at=late)], "published_date=2026-11-23")
    assert opened(files).rows("SELECT published_at::DATE = published_date FROM articles") == [(True,)]


def test_stories_that_turned_out_to_be_one_are_one_today(files: LocalFiles) -> None:
    put_stories(files, 1, 1, 2, 3, 4)
    first, second, third, other = (story_of(n).article_id for n in (1, 2, 3, 4))
    put(files, 2, "merges", [Merge(old_id=second, new_id=each) for each in (first, third)], "run_date=2026-11-23")
    rows = opened(files).rows("SELECT cluster_id, size FROM clusters ORDER BY size DESC")
    assert rows == [(min(first, second, third), 3), (other, 1)]


@pytest.mark.parametrize(
    ("hours", "agency", "is_copy"),
    [(-1, None, True), (1, "AP", False), (0, None, False), (0, "AP", True)],
)
def test_a_later_copy_may_turn_out_to_be_the_original(
    files: LocalFiles, hours: int, agency: str | None, is_copy: bool
) -> None:  # a column of the table
    put_stories(files, 1, 1)
    first = story_of(1)
    assert first.published_at
    moment = first.published_at + timedelta(hours=hours)
    copy = copy_of(
        first, "https://agency.example/1", published_at=moment, wire_agency=agency, fetched_at=NOW + timedelta(hours=1)
    )
    put(files, 2, "duplicates", [copy], "run_date=2026-11-23")
    wanted = copy if is_copy else first
    database = opened(files)
    assert database.rows("SELECT original_id, members[1].article_id FROM clusters") == [(wanted.article_id,) * 2]
    assert database.ids("articles") == [first.article_id]
