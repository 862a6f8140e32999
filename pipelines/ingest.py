"""The table of contents: how feeds and URLs become a dataset."""

from typing import Any

import apache_beam as beam
from apache_beam.transforms.error_handling import ErrorHandler

from pipelines.inputs import Inputs, read_taxonomy
from pipelines.launch import launch, submit
from pipelines.options import IngestOptions
from pipelines.sources import read_sources
from schemas.pages import StagedFile
from schemas.runs import Run, RunRecord
from transforms.canonicalize_urls import CanonicalizeUrls, RefuseBadUrls
from transforms.commit_run import CommitRun, CountLinks
from transforms.drop_seen_links import DropSeenLinks
from transforms.extract_articles import ExtractArticles
from transforms.finish_articles import FinishArticles
from transforms.learn_furniture import LearnFurniture, MarkFurniture, WriteFurniture
from transforms.open_links import REDIRECT_ROUNDS, OpenLinks
from transforms.resolve_duplicates import ResolveDuplicates
from transforms.select_links import LimitLinks, SelectLinks
from transforms.stage_articles import ReadStaged, StageArticles, TakeUpStaged
from transforms.stage_candidates import StageCandidates
from transforms.write_articles import WriteArticles
from transforms.write_ledger import WriteLedger


def ingest(options: IngestOptions | None = None, **named: Any) -> RunRecord:
    """Read feeds and URLs into a dataset: `ingest(feeds=("https://…",), output="news", contact="me@example.org")`.

    Takes IngestOptions, or its fields by name. Raises UsageError for options that cannot be carried out, and
    Locked while another run writes the same output; all other trouble is in the record that it returns.
    """
    return launch(build, options or IngestOptions(**named))


def submit_ingest(options: IngestOptions) -> Run:
    """Leave the same to a runner that nobody waits for; `newsbeam report OUT RUN` tells how it ended."""
    return submit(build, options)


def build(pipeline: beam.Pipeline, inputs: Inputs, options: IngestOptions, run: Run) -> beam.PCollection:
    """The graph of a run; its one element says how it ended."""
    with ErrorHandler(WriteLedger(run)) as ledger:
        links = read_sources(pipeline, inputs, options, run, ledger)
        due = due_links(links, options, run, ledger)
        left = pipeline | TakeUpStaged(run)
        fresh = stage_pages(due, inputs, options, run, ledger)
        staged = (fresh, left) | "AllStaged" >> beam.Flatten()
        written = resolve_staged(staged, options, run, ledger)
    files = (*written, ledger.output()) | "AllFiles" >> beam.Flatten()
    return files | CommitRun(run, links | CountLinks(left))


def resolve_staged(
    staged: beam.PCollection, options: IngestOptions, run: Run, ledger: ErrorHandler
) -> tuple[beam.PCollection, beam.PCollection]:
    """Finished files of what lies in staging, resolved against all that was committed."""
    furniture = staged | LearnFurniture(run)
    written = (
        staged
        | ReadStaged(run)
        | MarkFurniture(furniture)
        | FinishArticles(
            run, options.sandbox, ledger, options.since, read_taxonomy(options.taxonomy), models=options.models
        )
        | StageCandidates(run)
        | ResolveDuplicates(run)
        | WriteArticles(run, ledger, keep_copies=not options.no_keep_copies)
    )
    return written, furniture | WriteFurniture(run)


def due_links(links: beam.PCollection, options: IngestOptions, run: Run, ledger: ErrorHandler) -> beam.PCollection:
    """The links that this run has to read, each once."""
    return (
        links
        | CanonicalizeUrls()
        | SelectLinks(options.selection, ledger)
        | DropSeenLinks(run, options.refetch_after, ledger, retry=options.retry is not None)
        | RefuseBadUrls(ledger)
        | LimitLinks(options.selection, ledger)
    )


def stage_pages(
    links: beam.PCollection, inputs: Inputs, options: IngestOptions, run: Run, ledger: ErrorHandler
) -> beam.PCollection:
    """Read pages and put what they hold to rest on disk; no page leaves the worker that read it.

    A redirect to another host is a link for that host's owner, in the next of a few rounds. Files redirect nowhere.
    """
    staged, rounds = [], 1 + REDIRECT_ROUNDS if inputs.networked or options.retry else 1
    for number in range(rounds):
        last = number == rounds - 1
        opened = links | f"OpenLinks{number}" >> OpenLinks(options.fetching, run, last, ledger)
        drafts = opened.pages | f"ExtractArticles{number}" >> ExtractArticles(
            options.extraction, options.sandbox, run, ledger
        )
        staged.append(drafts | f"StageArticles{number}" >> StageArticles(run))
        links = opened.redirected
    files = staged | "AllRounds" >> beam.Flatten()
    files.element_type = StagedFile
    return files
