from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from schemas.articles import Article, Duplicate, Method
from schemas.candidates import Candidate, CommitBatch, Placement
from schemas.failures import DropReason
from schemas.fingerprints import Known, Verdict
from schemas.runs import WrittenFile
from schemas.state import LinkState
from schemas.stories import Merge, Notice
from tests.fixtures.datasets import finished, stage
from tests.fixtures.records import NOW, candidate, link, run_in, story
from tests.fixtures.verbs import Done, run_verb
from transforms.articles.sketching import fingerprint_candidate
from transforms.write_articles import WriteArticles

YESTERDAY = NOW - timedelta(days=1)


RECORDS = {"articles": Article, "duplicates": Duplicate, "fingerprints": Known, "links": LinkState}


def staged(*seeds: int, published: object = NOW) -> list[Candidate]:
    return [
        fingerprint_candidate(candidate(*story(n), of=link(f"https://news.example/{n}"), published_at=published))
        for n in seeds
    ]


def standing(one: Candidate) -> Verdict:
    return Verdict(article_id=one.article.article_id, cluster_id="story", cluster_size=2)


def copy(one: Candidate, of: str) -> Verdict:
    return replace(standing(one), duplicate_of=of, method=Method.NEAR, similarity=0.75)


def write(
    folder: Path, candidates: list[Candidate], verdicts: list[Verdict], *, keep_copies: bool = True
) -> tuple[Done, Callable[[str], Any]]:
    """Write a batch; what was written can be read by table."""
    run = run_in(folder)
    file = stage(run, "candidates", candidates)
    placement = Placement(path=file.path, rows=tuple(range(len(candidates))), verdicts=tuple(verdicts))
    done = run_verb(
        lambda ledger: WriteArticles(run, ledger, keep_copies=keep_copies), [CommitBatch(placements=(placement,))]
    )

    def table(name: str) -> list[Any]:
        files = [each for each in done.outputs if each.table == name]
        return [row for file in files for row in finished(folder, file, RECORDS[name])]

    return done, table


def files_of(done: Done, table: str) -> list[WrittenFile]:
    return sorted((each for each in done.outputs if each.table == table), key=lambda each: each.path)


def test_articles_lie_by_the_day_of_publication_or_of_reading(tmp_path: Path) -> None:
    given = staged(1, published=YESTERDAY) + staged(2, published=None)
    done, table = write(tmp_path, given, [standing(each) for each in given])
    folders = [Path(each.path).parent.as_posix() for each in files_of(done, "articles")]
    assert folders == ["articles/published_date=2026-11-22", "articles/published_date=2026-11-23"]
    assert [row.published_at for row in table("articles")] == [YESTERDAY, None]


def test_a_row_carries_its_verdict_and_its_run(tmp_path: Path) -> None:
    given = staged(1)
    _, table = write(tmp_path, given, [standing(given[0])])
    (row,) = table("articles")
    assert (row.cluster_id, row.cluster_size, row.run_id) == ("story", 2, run_in(tmp_path).run_id)
    assert (row.url, row.text) == ("https://news.example/1", "\n\n".join(story(1)))


def test_a_copy_is_a_row_of_duplicates_with_its_text_and_why(tmp_path: Path) -> None:
    given = staged(1, 2)
    done, table = write(tmp_path, given, [standing(given[0]), copy(given[1], given[0].article.article_id)])
    (row,) = table("duplicates")
    assert row.duplicate_of == table("articles")[0].article_id
    assert (row.method, row.similarity, row.text) == (Method.NEAR, 0.75, "\n\n".join(story(2)))
    assert files_of(done, "duplicates")[0].path.startswith("duplicates/run_date=2026-11-23/")


def test_a_copy_may_be_kept_without_its_title_and_text(tmp_path: Path) -> None:
    given = staged(1, 2)
    verdicts = [standing(given[0]), copy(given[1], given[0].article.article_id)]
    done, table = write(tmp_path, given, verdicts, keep_copies=False)
    (row,) = table("duplicates")
    assert (row.title, row.text, row.method, row.url) == (None, None, Method.NEAR, "https://news.example/2")
    assert table("articles")[0].text
    assert files_of(done, "duplicates")[0].fates == 1


def test_merges_and_notices_of_a_batch_name_their_run(tmp_path: Path) -> None:
    run, given = run_in(tmp_path), staged(1)
    placement = Placement(path=stage(run, "candidates", given).path, rows=(0,), verdicts=(standing(given[0]),))
    merge, notice = Merge(old_id="b", new_id="a"), Notice(kind="hot_keys", subject=None, count=3)
    batch = CommitBatch(placements=(placement,), merges=(merge,), notices=(notice,))
    done = run_verb(lambda ledger: WriteArticles(run, ledger), [batch])
    for table, record, told in (("merges", Merge, merge), ("notices", Notice, notice)):
        (file,) = files_of(done, table)
        assert finished(tmp_path, file, record) == [replace(told, run_id=run.run_id)]


def test_only_rows_of_articles_and_duplicates_are_fates(tmp_path: Path) -> None:
    given = staged(1, 2)
    done, _ = write(tmp_path, given, [standing(given[0]), copy(given[1], given[0].article.article_id)])
    assert {each.table: (each.rows, each.fates) for each in done.outputs} == {
        "articles": (1, 1),
        "duplicates": (1, 1),
        "fingerprints": (2, 0),
        "links": (2, 0),
    }


def test_a_repeated_id_is_dropped_as_unchanged(tmp_path: Path) -> None:
    given = staged(1, 1)
    done, table = write(tmp_path, given, [standing(given[0]), copy(given[1], given[1].article.article_id)])
    assert done.reasons == [DropReason.UNCHANGED]
    assert done.entries[0].link == given[1].link
    assert (len(table("articles")), len(table("duplicates")), len(table("fingerprints"))) == (1, 0, 1)
    assert done.counts["commit"]["dropped/unchanged"] == 1


def test_the_next_run_finds_links_and_fingerprints(tmp_path: Path) -> None:
    given = staged(1)
    _, table = write(tmp_path, given, [standing(given[0])])
    article = given[0].article
    assert table("links")[0] == LinkState(
        url_key=given[0].link.url_key or "",
        at=NOW,
        content_hash=article.content_hash,
        revision=1,
        first_seen_at=article.first_seen_at,
    )
    assert table("fingerprints")[0] == Known(
        fingerprint=given[0].fingerprint,  # type: ignore[arg-type]
        cluster_id="story",
        cluster_size=2,
        duplicate_of=None,
    )


def test_rows_of_a_file_are_sorted_so_that_statistics_prune(tmp_path: Path) -> None:
    given = [
        replace(each, article=replace(each.article, primary_region=region, primary_topic="medtop:01000000"))
        for each, region in zip(staged(1, 2, 3), ("NZ", None, "CH"), strict=True)
    ]
    _, table = write(tmp_path, given, [standing(each) for each in given])
    assert [row.primary_region for row in table("articles")] == ["CH", "NZ", None]


def test_a_batch_of_copies_alone_writes_no_articles(tmp_path: Path) -> None:
    given = staged(1)
    done, _ = write(tmp_path, given, [copy(given[0], "elsewhere")])
    assert sorted(each.table for each in done.outputs) == ["duplicates", "fingerprints", "links"]
