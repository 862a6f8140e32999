"""ExtractArticles: pages become drafts, in worker processes that can be killed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import apache_beam as beam
from apache_beam.transforms.error_handling import ErrorHandler

from schemas.failures import Failure, Fate, Stage
from schemas.pages import Draft, Extraction, Page, Signals
from schemas.policies import ExtractPolicy, SandboxPolicy
from schemas.runs import Run
from transforms.outcomes import SetAside, bug, fate_of
from transforms.sandboxed import Sandboxed
from transforms.standing_in import settled, stand_in

TARGET = "transforms.text.extract:extract_page"  # by name: only the workers import trafilatura


@dataclass
class ExtractArticles(beam.PTransform):
    """Text and metadata of each page. A page that hangs, crashes or holds no article is one failure.

    Where its feed carries the full text, that is read in the place of such a page, and of a stub.
    """

    policy: ExtractPolicy
    sandbox: SandboxPolicy
    run: Run
    ledger: ErrorHandler

    def expand(self, pages: beam.PCollection) -> beam.PCollection:
        given, instead = partial(arguments, policy=self.policy), partial(feed_text_instead, run=self.run)
        extract = Sandboxed(TARGET, self.sandbox, given, settle_draft, without_body, instead)
        return pages | SetAside(extract, Stage.EXTRACT, self.ledger, Draft)


def arguments(page: Page, policy: ExtractPolicy) -> tuple[Any, ...]:
    """What a worker is given of a page."""
    return page.body, page.content_type, page.final_url, policy


def without_body(page: Page) -> Page:
    """What is kept of a page while a worker has its body."""
    return replace(page, body=b"")


def feed_text_instead(page: Page, answer: Any, run: Run) -> list[Page]:
    """The text of the feed, where a worker's answer says that the page has no article, or a part of it only."""
    text = stand_in(page, answer if isinstance(answer, Extraction) else why_none(page, answer), run)
    return [text] if text else []


def why_none(page: Page, answer: Any) -> Failure:
    """The failure of a page of which a worker made nothing."""
    if isinstance(answer, Exception):
        return bug(page, Stage.EXTRACT, answer)
    return Failure(url=page.link.url, stage=Stage.EXTRACT, reason=answer.reason, detail=answer.detail)


def settle_draft(page: Page, answer: Any) -> Iterator[Draft | Fate]:
    """What a worker's answer makes of a page. The text of a feed that is none changes nothing."""
    if page.instead_of:
        answer = settled(answer, page.instead_of) if isinstance(answer, Extraction) else page.instead_of
    if isinstance(answer, Extraction):
        yield Draft(
            link=page.link,
            final_url=page.final_url,
            fetched_at=page.fetched_at,
            attempts=page.attempts,
            extraction=with_signals(answer, page.signals),
            signals=page.signals,
        )
    else:
        yield fate_of(answer if isinstance(answer, Failure) else why_none(page, answer), page.link)


def with_signals(extraction: Extraction, signals: Signals) -> Extraction:
    """What the headers and the head of the page reserve counts, whatever extraction has seen of it."""
    return extraction if signals.noai is None else replace(extraction, robots_noai=signals.noai)
