"""The stream: feeds are polled without end, and each window of what they name is committed as a small batch.

orders ─► PollFeeds ── errands ─► ReadPages ── reports ─► CommitWindows
              └───────────────── reports ─────────────────────▲
Owners of hosts do the asking, one for each host; all that travels to the committer are references to files.
"""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import apache_beam as beam
from apache_beam import typehints
from apache_beam.runners.runner import PipelineResult, PipelineState

from pipelines.exits import BY_OUTCOME, EngineError, Exit
from pipelines.inputs import Inputs
from pipelines.launch import new_pipeline, new_run, prepare, telling_of_trouble, writable_files
from pipelines.metrics import write_metrics
from pipelines.options import IngestOptions, UsageError, flag_of
from pipelines.report import report_lines
from pipelines.signals import interrupted_at_once
from pipelines.streaming.commit_windows import CommitWindows
from pipelines.streaming.poll_feeds import PollFeeds, by_owner
from pipelines.streaming.read_pages import ReadPages
from pipelines.terminal import say
from schemas.errors import Code
from schemas.runs import RunRecord
from schemas.sources import FeedSource
from schemas.streams import Polled, Reading, Stream
from schemas.watches import Watch
from transforms.asking import PROCESS
from transforms.read_lists import read_feed_list
from transforms.storage.files import Files
from transforms.storage.lock import Lock, read_owner
from transforms.storage.manifests import last_commit
from transforms.storage.records import read_record, run_ids
from transforms.storage.streams import ask_stream_to_stop, clear_marks, has_ended
from transforms.wake_owners import WakeOwners

LOOK = 0.5  # seconds between two looks at how the stream does
ENDING = 15.0  # seconds that a runner gets to notice by itself that nothing is left to do
WAITING = ("FnApiRunner", "DirectRunner", "BundleBasedDirectRunner", "SwitchingDirectRunner", "SparkRunner")
UNUSED = ("urls", "sitemap", "warc", "html", "retry", "max_pages", "dry_run", "no_wait", "keep_days")
FOR_PRISM = ("--experiments=prism_disable_sdf_split",)  # else it loses elements of a keyed step that takes its time
FOR_FLINK = (
    "--shutdown_sources_after_idle_ms=9223372036854775",  # else its timers fire at once when the input has ended
    "--checkpointing_interval=60000",
    "--finish_bundle_before_checkpointing",  # else what a bundle says during one waits for the next, if any comes
)


def stream(options: IngestOptions, every: timedelta, window: timedelta, metrics: str | None = None) -> Exit:
    """Stream until there is a stop mark, then commit the last window; raises as a run does.

    Interrupted it ends at once: what was committed stays, and what was staged is taken up by whoever writes next.
    """
    want_streaming(options)
    files = writable_files(options)
    run = new_run(options.output, after=last_commit(files))
    run = replace(run, stream=run.run_id, home=PROCESS)
    with interrupted_at_once(), Lock(files, run.run_id), TemporaryDirectory(prefix="newsbeam-") as spool:
        run, inputs = prepare(files, run, options, Path(spool, "stdin.txt"))
        feeds = by_owner(named_feeds(inputs))
        clear_marks(files)
        pipeline = new_pipeline(replace(options, beam=streaming_options(options.beam)))
        build_stream(pipeline, feeds, options, Stream(run=run, every=every, window=window))
        with telling_of_trouble():
            return _followed(pipeline.run(), _Told.at_start(files, every, metrics))


def build_stream(
    pipeline: beam.Pipeline, feeds: Mapping[str, tuple[FeedSource, ...]], options: IngestOptions, stream: Stream
) -> beam.PCollection:
    """The graph of a stream; its elements are the records of windows."""
    owned = pipeline | "Owners" >> beam.Create(sorted(feeds.items())) | beam.Reshuffle()
    orders = owned | WakeOwners(stream)

    errands, polled = orders | PollFeeds(stream, options)
    read = errands | ReadPages(stream, options)
    reports = (polled, read) | "Reports" >> beam.Flatten()
    reports.element_type = typehints.Tuple[str, Polled | Reading]
    return reports | CommitWindows(stream, options, len(feeds))


def stop_stream(files: Files) -> bool:
    """Ask the stream that writes a dataset to end; whether anybody writes it."""
    if read_owner(files) is None:
        return False
    ask_stream_to_stop(files)
    return True


def want_streaming(options: IngestOptions) -> None:
    """Refuse a runner that waits for the end of its input, and options that mean nothing without an end."""
    named = runner_of(options.beam)
    if named in WAITING:
        raise UsageError(
            f"{named} hands nothing on before its input has ended, and a stream has no end; use newsbeam watch, "
            "or a runner that streams: deploy/prism/run.sh stream … on this machine, deploy/flink/run.sh stream …",
            Code.RUNNER,
        )
    if not options.feeds:
        raise UsageError("a stream polls feeds, and none is named; add --feeds URL or --feeds FILE", Code.NOTHING_NAMED)
    unused = next((name for name in UNUSED if getattr(options, name)), None)
    if unused:
        raise UsageError(
            f"a stream knows no {flag_of(unused)}; leave it out, or use newsbeam run or watch", Code.AT_ODDS
        )


def runner_of(arguments: tuple[str, ...]) -> str:
    """The runner by name; the in-process one where none is named."""
    words = [word for each in arguments for word in each.split("=", 1)]
    named = words[words.index("--runner") + 1] if "--runner" in words[:-1] else "FnApiRunner"
    return named.rpartition(".")[2]


def streaming_options(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """The options for Beam, with what a stream needs where the user did not say it."""
    given = {each.partition("=")[0] for each in arguments}
    wanted = FOR_PRISM if runner_of(arguments) == "PrismRunner" else FOR_FLINK
    flags = [each for each in ("--streaming", *wanted) if each.partition("=")[0] not in given - {"--experiments"}]
    return (*arguments, *flags)


def named_feeds(inputs: Inputs) -> Iterator[FeedSource]:
    """All feeds that are named; what a list names in vain is said."""
    yield from (FeedSource(url=url, source=url) for url in inputs.feeds)
    for path in inputs.feed_lists:
        found = list(read_feed_list(path))
        feeds = [each for each in found if isinstance(each, FeedSource)]
        if not feeds:
            why = f"--feeds {path} names no feed that can be asked; newsbeam feeds test {path} says why"
            raise UsageError(why, Code.UNREADABLE_INPUT)
        yield from feeds


@dataclass(slots=True)
class _Told:
    """What was told of a stream so far: each window once, to the terminal and to Prometheus."""

    files: Files
    metrics: str | None
    watch: Watch
    runs: set[str]
    code: Exit = Exit.DONE

    @classmethod
    def at_start(cls, files: Files, every: timedelta, metrics: str | None) -> Self:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        watch = Watch(host=os.uname().nodename, pid=os.getpid(), every_seconds=every.total_seconds(), started_at=now)
        return cls(files, metrics, watch, set(run_ids(files)))

    def tell_new(self) -> None:
        """Of each window that was committed meanwhile."""
        for name in (each for each in run_ids(self.files) if each not in self.runs):
            self.runs.add(name)
            self._tell(read_record(name, self.files))

    def _tell(self, record: RunRecord) -> None:
        newest = max(filter(None, (self.watch.newest_published_at, record.newest_published_at)), default=None)
        self.watch = replace(self.watch, rounds=self.watch.rounds + 1, newest_published_at=newest)
        if BY_OUTCOME[record.outcome] is Exit.UNBALANCED:
            self.code = Exit.UNBALANCED
        say("\n".join(report_lines(record)))
        write_metrics(self.metrics, self.watch, record)

    def tell_end(self) -> None:
        """That the runner gave up, to Prometheus; the terminal hears of it from whoever meets the error."""
        failed = replace(self.watch, failed_rounds=self.watch.failed_rounds + 1)
        write_metrics(self.metrics, failed, None)


def _followed(result: PipelineResult, told: _Told) -> Exit:
    """Tell of each window that is committed, until the last."""
    with _cancelled_at_last(result):
        running = True
        while running:
            time.sleep(LOOK)
            running = not has_ended(told.files) and not PipelineState.is_terminal(result.state)
            told.tell_new()
        if not has_ended(told.files):
            told.tell_end()
            result.wait_until_finish()  # raises with the reason, where the runner knows one
            raise EngineError(f"the runner ended the stream: {result.state}")
    return told.code


@contextmanager
def _cancelled_at_last(result: PipelineResult) -> Iterator[None]:
    """Whatever happens, nothing goes on behind our back. Flink's job does not end by itself."""
    try:
        yield
        deadline = time.monotonic() + (ENDING if "Prism" in type(result).__name__ else LOOK)
        while time.monotonic() < deadline and not PipelineState.is_terminal(result.state):
            time.sleep(LOOK)
    finally:
        if not PipelineState.is_terminal(result.state):
            result.cancel()
