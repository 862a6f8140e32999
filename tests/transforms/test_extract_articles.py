from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from schemas.failures import Reason, Stage
from schemas.pages import Draft, Page
from schemas.policies import ExtractPolicy, SandboxPolicy
from tests.fixtures.records import extraction, html, link, page, run_in, story
from tests.fixtures.verbs import Done, run_verb
from transforms.extract_articles import ExtractArticles, arguments, settle_draft, without_body
from transforms.sandbox.pool import Killed
from transforms.text.rejections import Rejection

PAGE = page(b"<html>", robots_tag=None)


def record_of(answer: Any) -> Any:
    (fate,) = settle_draft(PAGE, answer)
    assert fate.link == PAGE.link  # type: ignore[union-attr]
    return fate.record  # type: ignore[union-attr]


def extract_pages(folder: Path, *pages: Page) -> Done:
    sandbox = SandboxPolicy(processes=1)
    return run_verb(lambda ledger: ExtractArticles(ExtractPolicy(), sandbox, run_in(folder), ledger), pages)


def test_a_worker_gets_the_body_and_what_the_server_said_of_it() -> None:
    policy = ExtractPolicy()
    assert arguments(PAGE, policy) == (b"<html>", PAGE.content_type, PAGE.final_url, policy)


def test_no_body_is_kept_while_a_worker_has_it() -> None:
    assert without_body(PAGE) == replace(PAGE, body=b"")


def test_an_extraction_makes_a_draft() -> None:
    answer = extraction("one", "two", title="T")
    assert list(settle_draft(PAGE, answer)) == [
        Draft(link=PAGE.link, final_url=PAGE.final_url, fetched_at=PAGE.fetched_at, attempts=1, extraction=answer)
    ]


@pytest.mark.parametrize(
    "answer",
    [
        Rejection(reason=Reason.TOO_SHORT, detail="90 characters"),
        Killed(reason=Reason.EXTRACT_TIMEOUT, detail="killed after 20 s"),
    ],
)
def test_a_page_without_an_article_is_a_failure_with_the_reason_of_the_worker(answer: Any) -> None:
    failure = record_of(answer)
    assert (failure.stage, failure.reason, failure.detail) == (Stage.EXTRACT, answer.reason, answer.detail)


def test_a_bug_of_the_extractor_costs_its_page_only() -> None:
    failure = record_of(ZeroDivisionError("division by zero"))
    assert (failure.reason, failure.detail) == (Reason.INTERNAL_ERROR, "ZeroDivisionError: division by zero")


def test_pages_become_drafts_and_the_rest_failures(tmp_path: Path) -> None:
    good = page(html("A good title", *story(1)))
    bad = page(b"<html><body><p>hi</p></body></html>", link=link("https://news.example/short"))
    done = extract_pages(tmp_path, good, bad)
    assert [(each.link.url, each.extraction.title, each.extraction.blocks) for each in done.outputs] == [
        (good.link.url, "A good title", story(1))
    ]
    assert [(each.url, each.reason) for each in done.fates] == [(bad.link.url, Reason.TOO_SHORT)]
    assert done.counts == {"extract": {"in": 2, "ok": 1, "failed/too_short": 1}}
