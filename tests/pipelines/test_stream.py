"""Which runners stream, and what a stream is not given."""

import pytest

from pipelines.options import IngestOptions, UsageError
from pipelines.stream import runner_of, streaming_options, want_streaming
from tests.fixtures.command import newsbeam

PRISM, FLINK = ("--runner=PrismRunner",), ("--runner=PortableRunner", "--job_endpoint=localhost:1")


@pytest.mark.parametrize(
    "beam", [(), ("--runner=DirectRunner",), ("--runner", "FnApiRunner"), ("--runner=a.b.SparkRunner",)]
)
def test_a_runner_that_waits_for_the_end_of_its_input_is_refused_with_what_to_do(beam: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match=r"a stream has no end; use newsbeam watch, or .*prism.*flink"):
        want_streaming(IngestOptions(feeds=("https://news.example/feed",), output="out", beam=beam))


def test_a_runner_that_streams_is_not() -> None:
    for beam in (PRISM, FLINK):
        want_streaming(IngestOptions(feeds=("https://news.example/feed",), output="out", beam=beam))


@pytest.mark.parametrize("unused", [{"urls": ("a.txt",)}, {"max_pages": 3}, {"keep_days": 3}, {"dry_run": True}])
def test_what_means_nothing_without_an_end_is_refused_by_name(unused: dict[str, object]) -> None:
    flag = next(iter(unused)).replace("_", "-")
    with pytest.raises(UsageError, match=f"a stream knows no --{flag}"):
        want_streaming(IngestOptions(feeds=("https://news.example/feed",), output="out", beam=PRISM, **unused))  # type: ignore[arg-type]  # one of several


def test_a_stream_without_feeds_is_refused() -> None:
    with pytest.raises(UsageError, match="add --feeds"):
        want_streaming(IngestOptions(urls=("list.txt",), output="out", beam=PRISM))


def test_what_a_runner_needs_is_added_where_it_was_not_said() -> None:
    assert streaming_options(PRISM) == (*PRISM, "--streaming", "--experiments=prism_disable_sdf_split")
    added = streaming_options((*FLINK, "--checkpointing_interval=5000"))
    assert [each for each in added if each.startswith("--checkpointing")] == ["--checkpointing_interval=5000"]
    assert "--finish_bundle_before_checkpointing" in added  # else a checkpoint in its first bundle holds it up for good
    assert runner_of(FLINK) == "PortableRunner"


@pytest.mark.parametrize(("wrong", "why"), [
    (("--every", "soon"), "--every cannot be 'soon'"),
    (("--every", "0m"), "--every cannot be '0m'"),
    (("--every", "1h"), "--window 15m is shorter than --every 1h"),
])  # fmt: skip
def test_spans_that_cannot_be_are_usage_errors(wrong: tuple[str, ...], why: str) -> None:
    said = newsbeam("stream", "--feeds", "https://news.example/feed", "--output", "out", *wrong)
    assert (said.code, said.out) == (2, "")
    assert why in said.err


def test_stopping_where_nothing_streams_is_said(tmp_path: object) -> None:
    said = newsbeam("stream", "--stop", tmp_path)
    assert said.code == 2
    assert "nothing streams into" in said.err
