"""What Dataflow would be sent, looked at without a cloud: a dry run makes the whole job and keeps it here.

That no body crosses a boundary is tests/transforms/test_boundaries.py: the graph is the same.
"""

from collections.abc import Iterator
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.portability import common_urns
from apache_beam.portability.api import beam_runner_api_pb2 as portable

from pipelines.ingest import build
from pipelines.inputs import Inputs
from pipelines.options import IngestOptions
from tests.fixtures.records import run_in
from tests.stores.fakes import WITHOUT_CLOUD

pytestmark = pytest.mark.stores  # the environment that has Beam's extra gcp is that of make test-gcs

LARGEST_DOFN = 200_000  # bytes of a pickle
IMAGE = "registry.invalid/newsbeam:check"
DRY = (
    "--runner=DataflowRunner", "--dry_run=True", "--no_auth", "--project=newsbeam-check", "--region=europe-west1",
    "--temp_location=gs://newsbeam-check/temp", "--staging_location=gs://newsbeam-check/staging",
    f"--sdk_container_image={IMAGE}",
)  # fmt: skip
VERBS = (
    "ReadFeeds", "ReadSitemaps", "ReadUrlLists", "ListArchives", "ListFolders", "CanonicalizeUrls", "DropSeenLinks",
    "OpenLinks0", "ExtractArticles0", "StageArticles0", "LearnFurniture", "FinishArticles",
    "StageCandidates", "ResolveDuplicates", "WriteArticles", "CommitRun",
)  # fmt: skip


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The portable graph of a job with every kind of input."""
    pytest.importorskip("google.cloud.dataflow_v1beta3", reason="not installed: apache-beam[gcp]")
    url, folder = "https://news.example/x", tmp_path_factory.mktemp("graph")
    inputs = Inputs(feeds=(url,), feed_lists=("a",), url_lists=("b",), sitemaps=(url,), archives=("c",), folders=("d",))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in WITHOUT_CLOUD.items():
            patch.setenv(name, value)
        pipeline = beam.Pipeline(options=PipelineOptions([*DRY]))
        build(pipeline, inputs, IngestOptions(feeds=(url,), max_pages=5, output=str(folder)), run_in(folder))
        return pipeline.run().job.proto_pipeline


def _pardos(job: Any) -> Iterator[tuple[str, int]]:
    for each in job.components.transforms.values():
        if each.spec.urn == common_urns.primitives.PAR_DO.urn:
            yield each.unique_name, len(portable.ParDoPayload.FromString(each.spec.payload).do_fn.payload)


def test_the_whole_run_is_in_the_job(job: Any) -> None:
    names = {each.unique_name.partition("/")[0] for each in job.components.transforms.values()}
    assert [verb for verb in VERBS if verb not in names] == []


def test_no_function_is_too_large_to_send(job: Any) -> None:
    sizes = dict(_pardos(job))
    assert len(sizes) > 100
    assert {name: size for name, size in sizes.items() if size > LARGEST_DOFN} == {}


def test_every_step_runs_in_the_image_that_was_named(job: Any) -> None:
    payloads = [portable.DockerPayload.FromString(each.payload) for each in job.components.environments.values()]
    assert {each.container_image for each in payloads} == {IMAGE}
