from dataclasses import replace
from pathlib import Path

import pytest

from schemas.failures import DropReason, Reason, Stage
from schemas.links import Previous
from schemas.policies import SandboxPolicy
from tests.fixtures.records import NOW, draft, link, run_in, story
from tests.fixtures.verbs import run_verb
from transforms.articles.finishing import Settings, finish_drafts
from transforms.finish_articles import BATCH, FinishArticles, one_by_one, settle_batch
from transforms.sandbox.pool import Killed
from transforms.text.normal import content_hash

BLOCKS = story(1)
POLICY = SandboxPolicy(processes=1)
DEAD = Killed(reason=Reason.EXTRACTOR_CRASHED, detail="worker was ended by SIGSEGV")


def test_drafts_become_candidates_or_drops_and_a_bug_costs_one(tmp_path: Path) -> None:
    known = Previous(content_hash=content_hash(BLOCKS), revision=1, first_seen_at=NOW)
    same = draft(*BLOCKS, of=link("https://news.example/two", previous=known))
    broken = replace(draft(*BLOCKS, of=link("https://news.example/three")), extraction=None)
    done = run_verb(lambda ledger: FinishArticles(run_in(tmp_path), POLICY, ledger), [draft(*BLOCKS), same, broken])
    assert done.outputs == finish_drafts(Settings().packed(), [draft(*BLOCKS)])
    assert sorted(done.reasons) == [Reason.INTERNAL_ERROR, DropReason.UNCHANGED]
    assert done.counts == {"finish": {"in": 3, "ok": 1, "dropped/unchanged": 1, "failed/internal_error": 1}}


def test_more_than_a_batch_is_finished_whole(tmp_path: Path) -> None:
    many = [draft(*BLOCKS, of=link(f"https://news.example/{number}")) for number in range(BATCH + 3)]
    done = run_verb(lambda ledger: FinishArticles(run_in(tmp_path), POLICY, ledger), many)
    assert sorted(each.link.url for each in done.outputs) == sorted(each.link.url for each in many)


def test_drafts_that_went_down_together_are_tried_one_by_one() -> None:
    drafts = [draft(*BLOCKS), draft(*story(2))]
    assert one_by_one(drafts, DEAD) == [[each] for each in drafts]
    assert one_by_one(drafts[:1], DEAD) == []
    assert one_by_one(drafts, [None, None]) == []


@pytest.mark.parametrize(
    ("answer", "reason"), [(DEAD, Reason.EXTRACTOR_CRASHED), (ValueError("x"), Reason.INTERNAL_ERROR)]
)
def test_what_takes_a_worker_down_alone_is_a_failure(answer: object, reason: Reason) -> None:
    (fate,) = settle_batch([draft(*BLOCKS)], answer)
    assert (fate.record.stage, fate.record.reason) == (Stage.FINISH, reason)  # type: ignore[union-attr]
