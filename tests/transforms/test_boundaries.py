"""Bodies never cross a shuffle, a Flatten, a side input or any other buffer between two stages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner, execution, translations
from apache_beam.runners.worker import bundle_processor
from apache_beam.transforms.error_handling import ErrorHandler
from apache_beam.typehints import typehints
from apache_beam.utils.timestamp import Timestamp
from apache_beam.utils.windowed_value import PaneInfo

from pipelines.ingest import build, ingest
from pipelines.inputs import Inputs
from pipelines.options import IngestOptions
from schemas.articles import Article, Duplicate
from schemas.candidates import Candidate, CommitBatch
from schemas.failures import Fate
from schemas.furniture import SiteBlocks, SiteFurniture
from schemas.links import Link, LinkChunk
from schemas.pages import Draft, Extraction, Page, StagedFile
from schemas.runs import Run, RunRecord, WrittenFile
from schemas.sources import FeedHealth, FeedSource, SourceRead
from schemas.state import RobotsKnown
from tests.fixtures.archives import rss, rss_item, write_warc
from tests.fixtures.datasets import rows
from tests.fixtures.hostile_server import HostileServer, answer
from tests.fixtures.records import html, run_in, story
from transforms.extract_articles import ExtractArticles
from transforms.open_links import OpenLinks
from transforms.stage_articles import StageArticles
from transforms.web.fetches import Fetched, Request
from transforms.write_ledger import WriteLedger

# What may lie in a buffer between two stages. Whoever adds a type here says that a million of them fit into memory.
TRAVELS = {
    RobotsKnown,  # the lines of a robots.txt that are for us
    SiteBlocks,  # hashes and counts
    SiteFurniture,
    LinkChunk,  # links by the thousand; that no page is among them is watched for below
    Link, Request, FeedSource, Fate, FeedHealth, SourceRead, StagedFile, CommitBatch, WrittenFile, Run,
    RunRecord, str, int, type(None), Timestamp, PaneInfo,
}  # fmt: skip
BODIES = {Page, Fetched, Draft, Candidate, Article, Duplicate, Extraction, bytes}
COUNTS = ("CountLinks/", "FeedsAreRead0/")  # sums: Beam gives their collections no type
MARKER = "quetzalcoatlus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A collection that is written to a buffer or read from one."""

    name: str
    buffer: str
    types: frozenset[Any]


class Planner(FnApiRunner):
    """The in-process runner up to the moment when it would run its stages."""

    def run_stages(self, _: Any, stages: Any) -> None:  # type: ignore[override]
        self.stages = stages


def crossings(pipeline: beam.Pipeline) -> list[Crossing]:
    """What crosses a boundary of stages once the runner has fused what it can."""
    runner, options = Planner(), PipelineOptions([])
    graph, context = pipeline.to_runner_api(return_context=True, default_environment=runner._default_environment)
    runner.run_via_runner_api(graph, options)
    typed = {each: context.pcollections.get_by_id(each).element_type for each in graph.components.pcollections}
    made_by = {each: one for stage in runner.stages for one in stage.transforms for each in one.outputs.values()}
    found = [each for stage in runner.stages for each in _buffers(stage)]
    return [Crossing(name=name, buffer=buffer, types=_types(name, typed, made_by)) for name, buffer in found]


def _buffers(stage: Any) -> Iterator[tuple[str, str]]:
    for each in stage.transforms:
        if each.spec.payload == translations.IMPULSE_BUFFER:
            continue  # the empty byte string that starts a graph
        if each.spec.urn == bundle_processor.DATA_INPUT_URN:
            yield from ((name, each.spec.payload.decode()) for name in each.outputs.values())
        elif each.spec.urn == bundle_processor.DATA_OUTPUT_URN:
            yield from ((name, each.spec.payload.decode()) for name in each.inputs.values())
    yield from ((name, "side input") for name in stage.side_inputs())


def _types(name: str, typed: dict[str, Any], made_by: dict[str, Any]) -> frozenset[Any]:
    """The plain types in a collection. One that the runner made itself has those of what it was made from."""
    maker = made_by.get(name)  # none where the runner has fused it away
    if maker and maker.unique_name.startswith(COUNTS):
        return frozenset({int})
    if name in typed:
        return frozenset(plain_types(typed[name]))
    if "/Transcode/" in maker.unique_name:  # inputs of a Flatten, written alike
        return _types(next(iter(maker.inputs.values())), typed, made_by)
    return frozenset({Any})


def plain_types(hint: Any) -> Iterator[Any]:
    """The classes in a type hint of Python or Beam, unpacked."""
    inner = _inner(hint)
    if inner is None:
        yield hint
    else:
        for each in inner:
            yield from plain_types(each)


def _inner(hint: Any) -> tuple[Any, ...] | None:
    if isinstance(hint, typehints.TupleHint.TupleConstraint):
        return hint.tuple_types
    if isinstance(hint, typehints.UnionConstraint):
        return tuple(hint.union_types)
    if isinstance(hint, typehints.SequenceTypeConstraint | typehints.TupleHint.TupleSequenceConstraint):
        return (hint.inner_type,)
    if isinstance(hint, typehints.AnyTypeConstraint):
        return None
    if get_origin(hint) is not None or isinstance(hint, UnionType):
        return tuple(each for each in get_args(hint) if each is not Ellipsis)
    return None


def unsafe(pipeline: beam.Pipeline) -> list[str]:
    """Boundaries that carry a body, or something of which nobody knows what it is."""
    return [
        f"{each.name} in {each.buffer}: {kind}"
        for each in crossings(pipeline)
        for kind in each.types
        if not isinstance(kind, type) or kind not in TRAVELS
    ]


@pytest.fixture(scope="module")
def ingest_graph(tmp_path_factory: pytest.TempPathFactory) -> beam.Pipeline:
    """The graph of a run with every kind of input and every option that adds a step."""
    url, folder = "http://127.0.0.1/x", tmp_path_factory.mktemp("graph")
    inputs = Inputs(feeds=(url,), feed_lists=("a",), url_lists=("b",), sitemaps=(url,), archives=("c",), folders=("d",))
    pipeline = beam.Pipeline()
    build(pipeline, inputs, IngestOptions(feeds=(url,), max_pages=5, output=str(folder)), run_in(folder))
    return pipeline


def test_no_boundary_of_a_run_carries_a_body(ingest_graph: beam.Pipeline) -> None:
    assert unsafe(ingest_graph) == []


def test_the_boundaries_of_a_run_are_found_at_all(ingest_graph: beam.Pipeline) -> None:
    found = crossings(ingest_graph)
    assert {kind for each in found for kind in each.types} >= {Link, Request, Fate, StagedFile, CommitBatch}
    assert {each.buffer.partition(":")[0] for each in found} == {"group", "materialize", "side input"}


@pytest.mark.parametrize("kind", sorted(TRAVELS, key=lambda kind: str(kind.__name__)))
def test_nothing_that_may_travel_holds_a_body(kind: type) -> None:
    assert not BODIES & set(parts(kind)) - {bytes}
    assert kind not in BODIES


def parts(kind: type) -> Iterator[Any]:
    """The classes of a record's fields, and of theirs."""
    if not is_dataclass(kind):
        return
    hints = get_type_hints(kind)
    for each in fields(kind):
        for part in _classes(hints[each.name]):
            yield part
            yield from parts(part)


def _classes(hint: Any) -> Iterator[Any]:
    if get_origin(hint) in {None, Annotated}:
        yield get_args(hint)[0] if get_args(hint) else hint
    else:
        for each in get_args(hint):
            yield from _classes(each)


def shuffled(pages: beam.PCollection) -> beam.PCollection:
    return pages | beam.Reshuffle()


def flattened(pages: beam.PCollection) -> beam.PCollection:
    both = (pages, pages | "Again" >> beam.Map(same).with_output_types(Page)) | beam.Flatten()
    both.element_type = Page
    return both


def untyped(pages: beam.PCollection) -> beam.PCollection:
    return pages | beam.Map(same).with_output_types(Any) | beam.Reshuffle()


def grouped(pages: beam.PCollection) -> beam.PCollection:
    keyed = pages | beam.Map(keyed_page) | beam.GroupByKey()
    return keyed | beam.FlatMap(values).with_output_types(Page)


def gathered(pages: beam.PCollection) -> beam.PCollection:
    once = pages.pipeline | "Once" >> beam.Create([None])
    return once | beam.FlatMap(second, beam.pvalue.AsList(pages)).with_output_types(Page)


def same(page: Page) -> Page:
    return page


def keyed_page(page: Page) -> tuple[str, Page]:
    return page.link.url, page


def values(keyed: tuple[str, Any]) -> Any:
    return keyed[1]


def second(_: None, pages: Any) -> Any:
    return pages


MISTAKES = [shuffled, flattened, untyped, grouped, gathered]


def mistaken_graph(
    folder: Path, links: list[Link], mistake: Callable[[beam.PCollection], beam.PCollection], runner: Any = None
) -> beam.Pipeline:
    """Links opened, extracted and staged, with something between the verbs that does not belong there."""
    options = IngestOptions(warc=("a",), output=str(folder), workers=1)
    pipeline = beam.Pipeline(runner=runner)
    with ErrorHandler(WriteLedger(run_in(folder))) as ledger:
        opened = (
            pipeline
            | beam.Create(links)
            | OpenLinks(policy=options.fetching, run=run_in(folder), last_round=False, ledger=ledger)
        )
        pages = opened.pages | "Mistake" >> beam.ptransform_fn(mistake)()
        drafts = pages | ExtractArticles(options.extraction, options.sandbox, run_in(folder), ledger)
        _ = drafts | StageArticles(run_in(folder))
    return pipeline


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_step_that_lets_pages_cross_a_boundary_is_found(
    tmp_path: Path, mistake: Callable[[beam.PCollection], beam.PCollection]
) -> None:
    assert unsafe(mistaken_graph(tmp_path, [Link(url="u", source="s")], mistake))


def test_the_graph_without_the_mistake_is_safe(tmp_path: Path) -> None:
    assert unsafe(mistaken_graph(tmp_path, [Link(url="u", source="s")], same)) == []


@dataclass
class Buffers:
    """Whether the runner's buffers saw the marker, and how much they saw in all."""

    seen: int = 0
    size: int = 0

    def look(self, data: bytes) -> None:
        self.seen += MARKER.encode() in data
        self.size += len(data)


@pytest.fixture
def buffers(monkeypatch: pytest.MonkeyPatch) -> Buffers:
    """Everything that lies between two stages goes through one of these two classes of the runner."""
    watched = Buffers()
    for kind in (execution.ListBuffer, execution.GroupingBuffer):
        monkeypatch.setattr(kind, "append", _watched(kind.append, watched))
    return watched


def _watched(append: Any, buffers: Buffers) -> Any:
    def look_and_append(self: Any, data: bytes) -> None:
        buffers.look(data)
        append(self, data)

    return look_and_append


@pytest.fixture
def archive(tmp_path: Path) -> str:
    pages = [
        (f"https://news.example/{n}", html(f"Title {n}", *story(n), f"The {MARKER} flew over the harbour, {n} say."))
        for n in range(3)
    ]
    return write_warc(tmp_path / "a.warc.gz", [*pages, ("https://short.example/", html("Short", MARKER))])


def test_no_buffer_of_a_run_sees_a_word_of_a_page(tmp_path: Path, archive: str, buffers: Buffers) -> None:
    record = ingest(warc=(archive,), output=str(tmp_path / "out"), workers=1)
    assert record.accounting.sentence() == "4 links = 3 articles + 0 duplicates + 1 failures + 0 drops"
    assert all(MARKER in row["text"] for row in rows(tmp_path / "out", "articles"))
    assert buffers.size > 0
    assert buffers.seen == 0


def test_no_buffer_of_a_run_sees_a_word_of_the_texts_that_a_feed_carries(tmp_path: Path, buffers: Buffers) -> None:
    markup = "".join(f"<p>{each}</p>" for each in (*story(1, 12), f"The {MARKER} flew over the harbour, they say."))
    with HostileServer() as server:
        item = rss_item(server.url("/barred"), more=f"<description><![CDATA[{markup}]]></description>")
        server.pages["/feed"], server.pages["/barred"] = answer(200, rss(item)), answer(403)
        record = ingest(
            feeds=(server.url("/feed"),), output=str(tmp_path / "out"), workers=1, delay=0.0,
            allow_private_networks=("127.0.0.0/8",),
        )  # fmt: skip
    assert record.accounting.sentence() == "1 links = 1 articles + 0 duplicates + 0 failures + 0 drops"
    assert MARKER in rows(tmp_path / "out", "articles")[0]["text"]
    assert (buffers.size > 0, buffers.seen) == (True, 0)


@pytest.mark.parametrize("mistake", [shuffled, gathered])
def test_buffers_see_the_pages_that_a_mistake_sends_through_them(
    tmp_path: Path, archive: str, buffers: Buffers, mistake: Callable[[beam.PCollection], beam.PCollection]
) -> None:
    from transforms.list_archives import list_archive

    links = [each for each in list_archive(archive) if isinstance(each, Link)]
    mistaken_graph(tmp_path, links, mistake, FnApiRunner()).run().wait_until_finish()
    assert buffers.seen > 0
