"""The sample site of the demo, with its faults, through all its inputs."""

from collections import Counter
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from pipelines.demo.listings import Expected
from pipelines.demo.stories import stories
from schemas.articles import Article, Duplicate
from schemas.columns import arrow_schema
from schemas.failures import Failure
from tests.end_to_end.conftest import SiteRuns
from tests.fixtures.datasets import TAGS, assert_shown, rows, tables

TEXTS = ("title", "text")


@pytest.fixture(scope="module")
def articles(site_runs: SiteRuns) -> list[dict[str, Any]]:
    return rows(site_runs.output, "articles")


@pytest.fixture(scope="module")
def fates(site_runs: SiteRuns) -> dict[str, tuple[str, str | None, str | None]]:
    """Fate, reason and language of every URL as it was given."""
    output = site_runs.output
    found = {row["url"]: ("article", None, row["language"]) for row in rows(output, "articles")}
    found |= {row["url"]: ("duplicate", row["method"], row["language"]) for row in rows(output, "duplicates")}
    links = [row for row in rows(output, "failures") if row["subject"] == "link"]
    return found | {row["url"]: ("failure", row["reason"], None) for row in links}


def test_every_link_meets_the_fate_that_the_site_expects(
    site_runs: SiteRuns, fates: dict[str, tuple[str, str | None, str | None]]
) -> None:
    left = dict(fates)
    for each in site_runs.expected.values():
        found = [left.pop(url) for url in {url for _, url in each.given} if url in left]
        assert len(found) == 1, each
        if not each.tied:
            assert found[0][:2] == (each.fate.value, each.reason), each
        if each.language and found[0][2]:
            assert found[0][2] == each.language, each
    assert left == {}


def test_of_links_that_are_tied_one_is_the_article(
    site_runs: SiteRuns, fates: dict[str, tuple[str, str | None, str | None]]
) -> None:
    groups: dict[str | None, list[Expected]] = {}
    for each in site_runs.expected.values():
        if each.tied:
            groups.setdefault(each.original, []).append(each)
    assert groups
    for group in groups.values():
        found = [fates[url] for each in group for url in {url for _, url in each.given} if url in fates]
        assert Counter(fate for fate, _, _ in found) == Counter(each.fate.value for each in group)
        assert {reason for fate, reason, _ in found if fate == "duplicate"} == {"url"}


def test_the_accounting_adds_up_to_what_the_site_names(site_runs: SiteRuns) -> None:
    counts, expected = site_runs.first.json["accounting"], site_runs.expected.values()
    fates = Counter(each.fate.value for each in expected)
    assert counts["links"] == sum(len(each.given) for each in expected)
    assert counts["articles"] == fates["article"] == site_runs.rows["articles"]
    assert counts["duplicates"] == fates["duplicate"] == site_runs.rows["duplicates"]
    assert sum(counts["failures"].values()) == fates["failure"]
    assert counts["drops"] == {"duplicate_link": sum(each.dropped for each in expected)}


def test_the_run_ends_well_and_says_nothing_on_stderr(site_runs: SiteRuns) -> None:
    assert (site_runs.first.code, site_runs.first.json["outcome"]) == (0, "committed")
    assert site_runs.first.err == ""


def test_a_page_of_a_feed_that_cannot_be_read_is_a_failed_source(site_runs: SiteRuns) -> None:
    (row,) = [row for row in rows(site_runs.output, "failures") if row["subject"] == "source"]
    assert (row["stage"], row["reason"]) == ("read", "not_a_feed")
    assert row["url"].endswith("/flux")


def test_the_same_again_adds_no_row_and_says_why(site_runs: SiteRuns) -> None:
    assert site_runs.second.code == 0
    assert {name: len(rows(site_runs.output, name)) for name in site_runs.rows} == site_runs.rows
    counts = site_runs.second.json["accounting"]
    assert (counts["articles"], counts["duplicates"], counts["failures"]) == (0, 0, {})
    assert set(counts["drops"]) <= {"seen", "backing_off", "duplicate_link"}
    assert site_runs.second.json["outcome"] == "nothing_new"


def test_the_same_again_asks_for_no_page(site_runs: SiteRuns) -> None:
    assert site_runs.asked == 0


def test_a_block_that_stands_twice_is_kept_once(articles: list[dict[str, Any]]) -> None:
    doubled = {story.title: story for story in stories().values() if story.repeat_last and not story.copy_of}
    assert doubled
    found = {row["title"]: row for row in articles if row["title"] in doubled}
    for title, story in doubled.items():
        assert found[title]["text"].split("\n\n") == list(story.paragraphs)
        assert found[title]["repeats_removed"] == story.repeat_last


def test_every_text_is_paragraphs_parted_by_a_blank_line(articles: list[dict[str, Any]]) -> None:
    for row in articles:
        paragraphs = row["text"].split("\n\n")
        assert all(each.strip() == each and each and "\n" not in each for each in paragraphs)
        assert len(set(paragraphs)) == len(paragraphs)


def test_evidence_is_what_stands_at_its_place(articles: list[dict[str, Any]]) -> None:
    placed = 0
    for row in articles:
        assert_shown(row)
        tags = (tag for column in TAGS for tag in row[column])
        placed += sum(each["source"] in TEXTS for tag in tags for each in tag["evidence"])
    assert placed > 5 * len(articles)


def test_tags_are_of_their_sets_and_the_primary_ones_among_them(articles: list[dict[str, Any]]) -> None:
    for row in articles:
        topics = [each["code"] for each in row["topics"]]
        about = {each["code"] for each in row["regions"] if each["role"] == "about"}
        assert all(code.startswith("medtop:") for code in topics)
        assert row["primary_topic"] in {None, *topics}
        assert row["primary_region"] in {None, *about}
        assert row["primary_subdivision"] in {None, *about}
        assert row["primary_subdivision"] is None or row["primary_subdivision"][:2] == row["primary_region"]
        assert {each["role"] for each in row["regions"]} <= {"about", "mentioned", "dateline"}


def test_most_articles_of_every_language_are_tagged(articles: list[dict[str, Any]]) -> None:
    languages = Counter(row["language"] for row in articles)
    for column in ("primary_topic", "primary_region"):
        tagged = Counter(row["language"] for row in articles if row[column])
        assert all(2 * tagged[language] >= count for language, count in languages.items()), (column, tagged, languages)


def test_a_row_lies_in_the_partition_of_its_date(site_runs: SiteRuns) -> None:
    found = 0
    for path in (site_runs.output / "articles").rglob("*.parquet"):
        (day,) = [part.partition("=")[2] for part in path.parts if part.startswith("published_date=")]
        for row in pa.parquet.ParquetFile(path).read(["published_at", "fetched_at"]).to_pylist():
            assert f"{row['published_at'] or row['fetched_at']:%Y-%m-%d}" == day
            found += 1
    assert found == site_runs.rows["articles"]


def test_data_folders_hold_nothing_but_parquet(site_runs: SiteRuns) -> None:
    names = {path.name for path in site_runs.output.iterdir() if path.is_dir()}
    assert names == {"articles", "duplicates", "failures", "feeds", "_meta"}
    for name in names - {"_meta"}:
        files = [path for path in (site_runs.output / name).rglob("*") if path.is_file()]
        assert files
        assert {path.suffix for path in files} == {".parquet"}
    assert not any((site_runs.output / "_meta" / "staging").glob("*"))


@pytest.mark.parametrize(("table", "record"), [("articles", Article), ("duplicates", Duplicate), ("failures", Failure)])
def test_every_file_of_a_table_has_its_columns_in_their_order(site_runs: SiteRuns, table: str, record: type) -> None:
    found = tables(site_runs.output, table)
    assert found
    for each in found:
        assert each.schema.equals(arrow_schema(record))


EVIDENCE = "STRUCT(source VARCHAR, quote VARCHAR, start BIGINT, end BIGINT)[]"
CONTRACT = {
    "article_id": "VARCHAR", "url": "VARCHAR", "canonical_url": "VARCHAR", "title": "VARCHAR", "text": "VARCHAR",
    "authors": "VARCHAR[]", "published_at": "TIMESTAMP WITH TIME ZONE", "language": "VARCHAR",
    "topics": f"STRUCT(code VARCHAR, name VARCHAR, score DOUBLE, evidence {EVIDENCE})[]",
    "primary_topic": "VARCHAR",
    "regions": f"STRUCT(code VARCHAR, name VARCHAR, role VARCHAR, score DOUBLE, evidence {EVIDENCE}, kind VARCHAR)[]",
    "primary_region": "VARCHAR", "primary_subdivision": "VARCHAR", "cluster_id": "VARCHAR", "cluster_size": "BIGINT",
    "revision": "BIGINT", "run_id": "VARCHAR", "schema_version": "BIGINT",
}  # fmt: skip
COPIES = ("url", "article_id", "title", "text", "published_at", "duplicate_of", "cluster_id", "method", "similarity")
REFUSED = ("url", "stage", "reason", "detail")


def columns(site_runs: SiteRuns, table: str) -> dict[str, str]:
    described = duckdb.sql(f"DESCRIBE SELECT * FROM '{site_runs.output}/{table}/**/*.parquet'").fetchall()
    return {row[0]: row[1].replace('"', "") for row in described}


def test_the_columns_of_the_contract_are_there_for_every_reader(site_runs: SiteRuns) -> None:
    found = columns(site_runs, "articles")
    assert {name: found.get(name) for name in CONTRACT} == CONTRACT
    assert set(COPIES) <= set(columns(site_runs, "duplicates"))
    assert set(REFUSED) <= set(columns(site_runs, "failures"))


def test_times_are_microseconds_in_utc(articles: list[dict[str, Any]], site_runs: SiteRuns) -> None:
    assert tables(site_runs.output, "articles")[0].schema.field("published_at").type == pa.timestamp("us", tz="UTC")
    assert all(row["fetched_at"].tzinfo is not None for row in articles)
    titles = Counter(story.title for story in stories().values())
    stated = {story.title: story.published for story in stories().values() if titles[story.title] == 1}
    dates = {row["title"]: row["published_at"] for row in articles if row["title"] in stated}
    assert len(dates) > len(articles) / 2
    assert dates == {title: stated[title] for title in dates}


def test_absent_is_null_and_never_an_empty_string(site_runs: SiteRuns) -> None:
    for table in ("articles", "duplicates", "failures", "feeds"):
        for row in rows(site_runs.output, table):
            assert "" not in row.values(), (table, row)


def test_ids_are_distinct_and_copies_point_to_articles(site_runs: SiteRuns, articles: list[dict[str, Any]]) -> None:
    ids = {row["article_id"] for row in articles}
    copies = rows(site_runs.output, "duplicates")
    assert len(ids) == len(articles)
    assert ids.isdisjoint(row["article_id"] for row in copies)
    assert {row["duplicate_of"] for row in copies} <= ids
    assert all(0 < row["similarity"] <= 1 for row in copies)


def test_a_story_has_as_many_members_as_it_says(site_runs: SiteRuns, articles: list[dict[str, Any]]) -> None:
    copies = rows(site_runs.output, "duplicates")
    members = Counter(row["cluster_id"] for row in (*articles, *copies))
    assert all(members[row["cluster_id"]] == row["cluster_size"] for row in articles)
    assert all(row["cluster_id"] == row["article_id"] for row in articles if row["cluster_size"] == 1)


def test_first_readings_are_the_first_revision(articles: list[dict[str, Any]]) -> None:
    assert {(row["revision"], row["revised_at"], row["previous_hash"]) for row in articles} == {(1, None, None)}
    assert all(row["first_seen_at"] == row["fetched_at"] for row in articles)
