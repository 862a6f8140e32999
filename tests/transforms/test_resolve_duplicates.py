from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.articles import Method
from schemas.candidates import Candidate
from schemas.fingerprints import Fingerprint, Known
from schemas.pages import StagedFile
from tests.fixtures.datasets import commit
from tests.fixtures.records import NOW, candidate, link, run_in, story
from tests.fixtures.verbs import run_verb
from transforms.articles.sketching import fingerprint_candidate
from transforms.resolve_duplicates import Place, ResolveDuplicates, judge, plan_batches, resolve_sketches
from transforms.similarity.resolve import resolve
from transforms.storage.files import LocalFiles
from transforms.storage.staging import CANDIDATES, stage_rows


def sketch(seed: int, url: str | None = None, days: int = 0) -> Fingerprint:
    where = link(url or f"https://site{seed}.example/{seed}")
    made = fingerprint_candidate(candidate(*story(seed), of=where, published_at=NOW + timedelta(days=days - 9)))
    assert made.fingerprint is not None
    return made.fingerprint


def places(*sketches: Fingerprint) -> list[Place]:
    return [Place("a.parquet", row, f"u{row}", each) for row, each in enumerate(sketches)]


def staged(folder: Path, *prints: Fingerprint, urls: str = "u") -> StagedFile:
    """A file of candidates as they were staged, each with an address of its own."""
    rows = [
        replace(ARTICLE, article=replace(ARTICLE.article, url=f"{urls}{row:03}"), fingerprint=each)
        for row, each in enumerate(prints)
    ]
    return stage_rows(rows, Candidate, CANDIDATES, LocalFiles(str(folder)), "run")


def known(one: Fingerprint, **fields: object) -> Known:
    given = {"fingerprint": one, "cluster_id": one.article_id, "cluster_size": 1, "duplicate_of": None}
    return Known(**given | fields)  # type: ignore[arg-type]


ARTICLE = candidate(*story(1))
ONE, TWO = sketch(1), sketch(2)
COPY = sketch(1, "https://copy.example/1", days=1)


def test_different_texts_are_articles_of_their_own() -> None:
    first, second = judge(places(ONE, TWO), []).verdicts
    assert (first.duplicate_of, second.duplicate_of) == (None, None)
    assert (first.article_id, second.article_id) == (ONE.article_id, TWO.article_id)


@pytest.mark.parametrize("order", [(ONE, COPY), (COPY, ONE)])
def test_of_two_copies_the_earlier_one_stands_whatever_the_order(order: tuple[Fingerprint, ...]) -> None:
    verdicts = {each.article_id: each for each in judge(places(*order), []).verdicts}
    assert verdicts[ONE.article_id].duplicate_of is None
    assert verdicts[COPY.article_id].duplicate_of == ONE.article_id
    assert verdicts[COPY.article_id].method is Method.EXACT
    assert {each.cluster_size for each in verdicts.values()} == {2}


def test_a_copy_of_what_was_committed_before_is_folded_into_it() -> None:
    (verdict,) = judge(places(COPY), [known(ONE, cluster_id="story", cluster_size=4)]).verdicts
    assert (verdict.duplicate_of, verdict.cluster_id, verdict.cluster_size) == (ONE.article_id, "story", 5)


def test_a_revision_goes_on_standing_for_its_story() -> None:
    revised = replace(sketch(3), article_id=ONE.article_id)
    (verdict,) = judge(places(revised), [known(ONE, cluster_id="story", cluster_size=4)]).verdicts
    assert (verdict.duplicate_of, verdict.cluster_id, verdict.cluster_size) == (None, "story", 4)


def test_a_revised_copy_is_judged_anew() -> None:
    revised = replace(TWO, article_id=COPY.article_id)
    before = [known(ONE, cluster_size=2), known(COPY, cluster_id=ONE.article_id, duplicate_of=ONE.article_id)]
    (verdict,) = judge(places(revised), before).verdicts
    assert (verdict.duplicate_of, verdict.cluster_size) == (None, 1)


def test_files_of_equal_text_need_one_row() -> None:
    again = replace(ONE)
    first, second = judge(places(ONE, again), []).verdicts
    assert first.duplicate_of is None
    assert (second.duplicate_of, second.method) == (ONE.article_id, Method.EXACT)


def test_batches_hold_neighbouring_dates_and_every_row_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.resolve_duplicates.BATCH_ROWS", 2)
    days = [5, 1, 3, 2, 4]
    rows = [Place(f"{row % 2}.parquet", row, f"u{row}", sketch(row, days=day)) for row, day in enumerate(days)]
    batches = list(plan_batches(rows, judge(rows, []).verdicts))
    planned = [[row for each in batch.placements for row in each.rows] for batch in batches]
    assert [sorted(days[row] for row in batch) for batch in planned] == [[1, 2], [3, 4], [5]]
    verdicts = {
        row: verdict.article_id
        for batch in batches
        for each in batch.placements
        for row, verdict in zip(each.rows, each.verdicts, strict=True)
    }
    assert verdicts == {row: place.fingerprint.article_id for row, place in enumerate(rows)}


def test_all_files_of_a_run_meet_and_history_is_asked(tmp_path: Path) -> None:
    commit([known(ONE)], Known, "fingerprints", run_in(tmp_path, "20261122T120000Z-000000"))
    files = [staged(tmp_path, COPY), staged(tmp_path, TWO)]
    done = run_verb(lambda _: ResolveDuplicates(run_in(tmp_path)), files)
    verdicts = {
        (each.path, row): verdict.duplicate_of
        for batch in done.outputs
        for each in batch.placements
        for row, verdict in zip(each.rows, each.verdicts, strict=True)
    }
    assert verdicts == {(files[1].path, 0): None, (files[0].path, 0): ONE.article_id}


def test_the_pipeline_says_what_a_plain_loop_says(tmp_path: Path) -> None:
    days = {seed: seed % 4 for seed in range(40)}
    prints = [
        sketch(seed, f"https://site{copy}.example/{seed}", days=days[seed] + copy) for seed in days for copy in range(3)
    ]
    loop = {each.article_id: each for each in resolve(prints, []).verdicts}
    files = [staged(tmp_path, *prints[start : start + 7], urls=f"{start:03}/") for start in range(0, len(prints), 7)]
    told = {
        verdict.article_id: verdict
        for batch in run_verb(lambda _: ResolveDuplicates(run_in(tmp_path)), files).outputs
        for each in batch.placements
        for verdict in each.verdicts
    }
    assert told == loop
    assert len({each.cluster_id for each in told.values()}) == 40


def test_of_files_with_equal_text_the_first_by_url_counts_wherever_it_lies(tmp_path: Path) -> None:
    first, second = (staged(tmp_path, ONE, urls=url) for url in ("a", "b"))
    for order in ([first, second], [second, first]):
        batches = list(resolve_sketches(("all", order), str(tmp_path)))
        folded = {each.path: each.verdicts[0].duplicate_of for batch in batches for each in batch.placements}
        assert folded == {first.path: None, second.path: ONE.article_id}


def test_files_may_come_in_any_order(tmp_path: Path) -> None:
    files = [staged(tmp_path, COPY, urls="b"), staged(tmp_path, TWO, ONE, urls="a")]
    there, back = (list(resolve_sketches(("all", order), str(tmp_path))) for order in (files, files[::-1]))
    assert there == back
