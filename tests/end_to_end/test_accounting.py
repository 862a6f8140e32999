"""A run whose counts do not add up commits nothing."""

from collections.abc import Callable
from pathlib import Path

import apache_beam as beam
import pytest

from pipelines import ingest as contents
from schemas.links import Link
from tests.fixtures.archives import write_warc
from tests.fixtures.command import newsbeam
from tests.fixtures.datasets import manifests, snapshot
from tests.fixtures.records import html, story


class _Lose(beam.DoFn):
    """A verb with a bug: one link goes missing without a word."""

    def process(self, link: Link) -> list[Link]:
        return [] if link.url.endswith("/1") else [link]


@pytest.fixture
def archive(tmp_path: Path) -> str:
    return write_warc(
        tmp_path / "a.warc.gz", [(f"https://news.example/{n}", html(f"Title {n}", *story(n))) for n in (1, 2)]
    )


def test_a_run_that_loses_a_link_commits_nothing_and_the_next_one_makes_up_for_it(
    tmp_path: Path, archive: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "out"
    options = ("--warc", archive, "--output", output, "--workers", "1")
    with monkeypatch.context() as broken:
        broken.setattr(contents, "due_links", _losing(contents.due_links))
        said = newsbeam("run", *options)
    assert said.code == 6, said
    assert "2 links ≠ 1 articles" in said.out
    assert "do not add up" in said.out
    assert (manifests(output), snapshot(output)) == ([], {"articles": 0, "duplicates": 0, "failures": 0})
    assert newsbeam("run", *options).code == 0
    assert snapshot(output)["articles"] == 2


def _losing(due_links: Callable[..., beam.PCollection]) -> Callable[..., beam.PCollection]:
    def due_links_with_a_bug(*arguments: object) -> beam.PCollection:
        return due_links(*arguments) | beam.ParDo(_Lose()).with_output_types(Link)

    return due_links_with_a_bug
