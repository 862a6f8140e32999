"""ExtractArticles: pages become drafts, in worker processes that can be killed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import apache_beam as beam
from apache_beam.transforms.error_handling import ErrorHandler

from schemas.failures import Fate, Stage
from schemas.pages import Draft, Extraction, Page, Signals
from schemas.policies import ExtractPolicy, SandboxPolicy
from transforms.outcomes import SetAside, bug, failed, fate_of
from transforms.sandboxed import Sandboxed

TARGET = "transforms.text.extract:extract_page"  # by name: only the workers import trafilatura


@dataclass
class ExtractArticles(beam.PTransform):
    """Text and metadata of each page. A page that hangs, crashes or holds no article is one failure."""

    policy: ExtractPolicy
    sandbox: SandboxPolicy
    ledger: ErrorHandler

    def expand(self, pages: beam.PCollection) -> beam.PCollection:
        extract = Sandboxed(TARGET, self.sandbox, partial(arguments, policy=self.policy), settle_draft, without_body)
        return pages | SetAside(extract, Stage.EXTRACT, self.ledger, Draft)


def arguments(page: Page, policy: ExtractPolicy) -> tuple[Any, ...]:
    """What a worker is given of a page."""
    return page.body, page.content_type, page.final_url, policy


def without_body(page: Page) -> Page:
    """What is kept of a page while a worker has its body."""
    return replace(page, body=b"")


def settle_draft(page: Page, answer: Any) -> Iterator[Draft | Fate]:
    """What a worker's answer makes of a page."""
    if isinstance(answer, Exception):
        yield fate_of(bug(page, Stage.EXTRACT, answer), page.link)
    elif isinstance(answer, Extraction):
        yield Draft(
            link=page.link,
            final_url=page.final_url,
            fetched_at=page.fetched_at,
            attempts=page.attempts,
            extraction=with_signals(answer, page.signals),
            signals=page.signals,
        )
    else:
        yield failed(page.link, Stage.EXTRACT, answer.reason, answer.detail)


def with_signals(extraction: Extraction, signals: Signals) -> Extraction:
    """What the headers and the head of the page reserve counts, whatever extraction has seen of it."""
    return extraction if signals.noai is None else replace(extraction, robots_noai=signals.noai)
