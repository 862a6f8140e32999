"""What Dataflow would be sent, looked at without a cloud: a dry run makes the whole job and keeps it here.

deploy/dataflow/check [--image IMAGE] [--json FILE] [OPTION OF newsbeam run, OPTION OF BEAM …]

Prints what the job holds, and what is wrong with it; exit code 1 when something is. Nothing is asked of anybody.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.portability import common_urns
from apache_beam.portability.api import beam_runner_api_pb2 as portable
from google.protobuf.json_format import MessageToJson

from pipelines.ingest import build
from pipelines.inputs import Inputs
from pipelines.launch import new_run
from pipelines.noise import quiet
from pipelines.options import IngestOptions

IMAGE = "registry.example/newsbeam-worker:0.1.0"
LARGEST_DOFN = 200_000  # bytes of a pickle
LARGEST_JOB = 10_000_000  # bytes; what Dataflow takes
HINTS = ("--resource_hint=min_ram=8GB",)
DRY = (
    "--runner=DataflowRunner", "--dry_run=True", "--no_auth", "--project=newsbeam-check", "--region=europe-west1",
    "--temp_location=gs://newsbeam-check/temp", "--staging_location=gs://newsbeam-check/staging",
    "--sdk_location=container", "--no_save_main_session", "--experiments=use_runner_v2", *HINTS,
)  # fmt: skip
VERBS = (
    "ReadFeeds", "ReadSitemaps", "ReadUrlLists", "ListArchives", "ListFolders", "CanonicalizeUrls", "DropSeenLinks",
    "OpenLinks0", "ExtractArticles0", "StageArticles0", "LearnFurniture", "FinishArticles",
    "StageCandidates", "ResolveDuplicates", "WriteArticles", "CommitRun",
)  # fmt: skip
KEYS = frozenset(
    {each.urn for each in (common_urns.coders.STRING_UTF8, common_urns.coders.BYTES, common_urns.coders.VARINT)}
)
ONE_KEY = "/CombineGlobally("  # sums of all: their one key is None
STAGED = ("submission_environment_dependencies.txt",)  # what the launcher had installed, for the log
NO_CLOUD = {"NO_GCE_CHECK": "true", "AWS_EC2_METADATA_DISABLED": "true"}  # who looks for credentials asks nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """A job as Dataflow gets it, in the numbers that can go wrong."""

    verbs: frozenset[str]
    functions: dict[str, int]  # bytes of each pickled function, by the name of its step
    keys: dict[str, str]  # coder of the key of each grouping
    images: frozenset[str]
    staged: tuple[str, ...]  # files that workers would have to fetch before they begin
    hints: frozenset[str]
    size: int


def dry_run(image: str, more: Sequence[str] = ()) -> Any:
    """The portable graph of a job with every kind of input."""
    os.environ.update(NO_CLOUD)
    url = "https://news.example/x"
    inputs = Inputs(feeds=(url,), feed_lists=("a",), url_lists=("b",), sitemaps=(url,), archives=("c",), folders=("d",))
    with tempfile.TemporaryDirectory() as folder:
        pipeline = beam.Pipeline(options=PipelineOptions([*DRY, f"--sdk_container_image={image}", *more]))
        build(pipeline, inputs, IngestOptions(feeds=(url,), max_pages=5, output=folder), new_run(folder))
        return pipeline.run().job.proto_pipeline


def graph_of(job: Any) -> Graph:
    parts = job.components
    environments = list(parts.environments.values())
    return Graph(
        verbs=frozenset(each.unique_name.partition("/")[0] for each in parts.transforms.values()),
        functions=dict(_functions(parts)),
        keys=dict(_keys(parts)),
        images=frozenset(portable.DockerPayload.FromString(each.payload).container_image for each in environments),
        staged=tuple(sorted({_name(each) for one in environments for each in one.dependencies})),
        hints=frozenset(f"{urn}={value.decode()}" for one in environments for urn, value in one.resource_hints.items()),
        size=job.ByteSize(),
    )


def problems(graph: Graph, image: str) -> Iterator[str]:
    """What is wrong with a job, a sentence each."""
    yield from (f"the job has no {verb}" for verb in VERBS if verb not in graph.verbs)
    for name, size in graph.functions.items():
        if size > LARGEST_DOFN:
            yield f"{name} is {size:,} bytes; more than {LARGEST_DOFN:,} should be data that workers read"
    for name, coder in graph.keys.items():
        if coder not in KEYS and ONE_KEY not in name:
            yield f"{name} groups by a key of {coder}, which need not have one spelling"
    if graph.images != {image}:
        yield f"steps run in {sorted(graph.images)}, and not all in {image}"
    if len(graph.hints) != len(HINTS):
        yield f"hints of resources are {sorted(graph.hints)}, and not the {len(HINTS)} that were given"
    if graph.staged != STAGED:
        yield f"workers would fetch {list(graph.staged)} before they begin; all but {STAGED[0]} belongs into the image"
    if graph.size > LARGEST_JOB:
        yield f"the job is {graph.size:,} bytes, and Dataflow takes {LARGEST_JOB:,}"


def _functions(parts: Any) -> Iterator[tuple[str, int]]:
    for each in parts.transforms.values():
        if each.spec.urn == common_urns.primitives.PAR_DO.urn:
            yield each.unique_name, len(portable.ParDoPayload.FromString(each.spec.payload).do_fn.payload)


def _keys(parts: Any) -> Iterator[tuple[str, str]]:
    for each in parts.transforms.values():
        if each.spec.urn == common_urns.primitives.GROUP_BY_KEY.urn:
            (source,) = each.inputs.values()
            pair = parts.coders[parts.pcollections[source].coder_id]
            yield each.unique_name, parts.coders[pair.component_coder_ids[0]].spec.urn


def _name(dependency: Any) -> str:
    return str(portable.ArtifactStagingToRolePayload.FromString(dependency.role_payload).staged_name)


def _told(graph: Graph) -> Iterator[str]:
    largest = max(graph.functions, key=lambda name: graph.functions[name])
    yield f"{len(graph.functions)} functions, the largest {graph.functions[largest]:,} bytes ({largest})"
    yield f"{len(graph.keys)} groupings, by keys of {dict(Counter(graph.keys.values()))}"
    yield f"image {', '.join(graph.images)}; hints {', '.join(sorted(graph.hints)) or 'none'}"
    yield f"staged files: {', '.join(graph.staged) or 'none'}; the job is {graph.size:,} bytes"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--image", default=IMAGE, help="the worker image (%(default)s)")
    parser.add_argument("--json", type=Path, help="write the whole graph there")
    given, more = parser.parse_known_args(arguments)
    quiet()
    job = dry_run(given.image, more)
    if given.json:
        given.json.write_text(MessageToJson(job), encoding="utf-8")
    graph = graph_of(job)
    wrong = list(problems(graph, given.image))
    sys.stdout.writelines(f"{line}\n" for line in _told(graph))
    sys.stderr.writelines(f"wrong: {line}\n" for line in wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
