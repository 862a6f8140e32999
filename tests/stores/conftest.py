from collections.abc import Iterator
from itertools import count

import pytest
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions

from tests.stores.fakes import WITHOUT_CLOUD, FakeStore, fake_gcs, fake_s3, missing
from transforms import filesystems
from transforms.filesystems import dataset_files
from transforms.storage.files import Files

FAKES = {"s3": fake_s3, "gs": fake_gcs}
_numbers = count(1)


@pytest.fixture(scope="session", params=FAKES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeStore]:
    """Each store that can be faked here."""
    if lacking := missing(request.param):
        pytest.skip(f"not installed: {lacking}")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in WITHOUT_CLOUD.items():
            patch.setenv(name, value)
        for name in ("AWS_ENDPOINT_URL", "STORAGE_EMULATOR_HOST"):
            patch.setenv(name, "")
        with FAKES[request.param](tmp_path_factory.mktemp("store") / "server.log") as running:
            yield running
            for _, client in filesystems._clients.values():
                client.close()
            filesystems._clients.clear()


@pytest.fixture
def output(store: FakeStore) -> Iterator[str]:
    """An address in a bucket of its own."""
    bucket = f"bucket-{next(_numbers)}"
    store.make_bucket(bucket)
    before = FileSystems._pipeline_options
    FileSystems.set_options(PipelineOptions([]))
    yield f"{store.scheme}://{bucket}/some/news"
    store.gate.open_trap()
    FileSystems.set_options(before)


@pytest.fixture
def files(output: str) -> Files:
    return dataset_files(output)
