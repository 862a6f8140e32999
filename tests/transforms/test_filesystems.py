import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions

from tests.fixtures.buckets import MemoryBucket
from tests.fixtures.files_contract import FilesContract
from transforms import filesystems
from transforms.filesystems import Store, StoreFiles, dataset_files, store_client
from transforms.storage.files import Files, LocalFiles, StorageError
from transforms.storage.tables import parquet_bytes, read_table, row_count


@pytest.fixture(autouse=True)
def _options() -> Iterator[None]:
    before = FileSystems._pipeline_options
    FileSystems.set_options(PipelineOptions([]))
    yield
    FileSystems.set_options(before)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> MemoryBucket:
    """The one bucket of the store at memory://."""
    made = MemoryBucket()
    monkeypatch.setitem(filesystems.STORES, "memory", Store("none", lambda _: BytesIO(), lambda name, _: made))
    return made


class TestFilesOfThisMachine(FilesContract):
    @pytest.fixture
    def files(self, tmp_path: Path) -> Files:
        return dataset_files(str(tmp_path))


class TestFilesOfABucket(FilesContract):
    @pytest.fixture
    def files(self, bucket: MemoryBucket) -> Files:
        return dataset_files("memory://bucket/some/news")


class TestFilesOfAWholeBucket(FilesContract):
    @pytest.fixture
    def files(self, bucket: MemoryBucket) -> Files:
        return dataset_files("memory://bucket")


@pytest.mark.parametrize(
    ("output", "files"),
    [
        ("news", LocalFiles("news")),
        ("/data/news", LocalFiles("/data/news")),
        ("s3://bucket/news/", StoreFiles("s3://bucket/news")),
        ("gs://bucket", StoreFiles("gs://bucket")),
    ],
)
def test_an_output_is_a_folder_or_an_address(output: str, files: Files) -> None:
    assert dataset_files(output) == files


@pytest.mark.parametrize("output", ["ftp://example.org/x", "file:///x", "s3://", "gs:///"])
def test_other_addresses_are_refused_with_what_is_allowed(output: str) -> None:
    with pytest.raises(StorageError, match=r"a folder or at s3://bucket/news, gs://bucket/news"):
        dataset_files(output)


def test_keys_lie_below_the_prefix(bucket: MemoryBucket) -> None:
    dataset_files("memory://bucket/some/news").write("articles/x", b"1")
    dataset_files("memory://bucket").write("y", b"1")
    assert set(bucket.objects) == {"some/news/articles/x", "y"}
    assert dataset_files("memory://bucket/some").list("news") == ["news/articles/x"]


def test_the_markers_that_consoles_put_for_folders_are_no_files(bucket: MemoryBucket) -> None:
    bucket.objects |= {"news/articles/": (b"", 0), "news/articles/x": (b"1", 0)}
    assert dataset_files("memory://bucket/news").list("articles") == ["articles/x"]


@pytest.mark.parametrize(
    ("request_", "act"),
    [
        ("tail", lambda files: files.open("x")),
        ("write", lambda files: files.write("x", b"1")),
        ("create", lambda files: files.create("x", b"1")),
        ("copy", lambda files: files.rename("x", "y")),
        ("versions", lambda files: files.list("x")),
        ("versions", lambda files: files.delete("x")),
        ("delete", lambda files: files.delete("x")),
        ("size", lambda files: files.exists("x")),
    ],
)
def test_trouble_names_the_object_and_what_was_tried(bucket: MemoryBucket, request_: str, act: Any) -> None:
    files = dataset_files("memory://bucket/news")
    files.write("x", b"1")
    bucket.broken.add(request_)
    with pytest.raises(StorageError, match=r"^memory://bucket/news/x could not be .*: the store is away$"):
        act(files)


def test_trouble_in_the_middle_of_a_file_is_told_too(bucket: MemoryBucket) -> None:
    files = dataset_files("memory://bucket/news")
    files.write("x", bytes(100_000))
    with files.open("x") as file:
        bucket.broken.add("part")
        with pytest.raises(StorageError, match=r"news/x could not be read: the store is away"):
            file.read()


def test_a_file_that_changes_while_it_is_read_is_trouble(bucket: MemoryBucket) -> None:
    files = dataset_files("memory://bucket/news")
    files.write("x", bytes(100_000))
    with files.open("x") as file:
        files.write("x", bytes(100_000))
        with pytest.raises(StorageError, match="another version"):
            file.read()


def test_a_footer_is_one_request_and_a_file_of_some_megabytes_two(bucket: MemoryBucket) -> None:
    table = pa.table({"n": list(range(200_000)), "text": [str(n) for n in range(200_000)]})
    files = dataset_files("memory://bucket/news")
    files.write("x", parquet_bytes(table))
    assert files.size("x") > 500_000
    bucket.asked.clear()
    assert row_count("x", files) == 200_000
    assert bucket.asked == ["tail"]
    bucket.asked.clear()
    assert read_table("x", files).num_rows == 200_000
    assert bucket.asked == ["tail", "part"]


def test_of_a_large_file_only_the_columns_that_are_asked_for_are_read(bucket: MemoryBucket) -> None:
    sink = pa.BufferOutputStream()
    table = pa.table({"a": range(1_000), "bulk": [str(n).encode() * 7_000 for n in range(1_000)], "z": range(1_000)})
    pq.write_table(table, sink, compression="none", use_dictionary=False)
    files = dataset_files("memory://bucket/news")
    files.write("x", sink.getvalue().to_pybytes())
    brought: list[int] = []
    part = bucket.part
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MemoryBucket, "part", lambda _, *wanted: brought.append(wanted[2] - wanted[1]) or part(*wanted))
        assert read_table("x", files, ["z"]).num_rows == 1_000
    assert sum(brought) < files.size("x") / 4


def test_a_client_is_made_once_for_each_run(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[PipelineOptions] = []
    monkeypatch.setitem(
        filesystems.STORES, "once", Store("none", lambda options: made.append(options) or BytesIO(), Any)
    )
    first = store_client("once")
    assert store_client("once") is first
    FileSystems.set_options(PipelineOptions(["--s3_region_name=eu-north-1"]))
    assert store_client("once") is not first
    assert [each.get_all_options()["s3_region_name"] for each in made] == [None, "eu-north-1"]


def test_options_that_came_to_a_worker_arrive_at_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    from apache_beam.options.value_provider import RuntimeValueProvider

    made: list[PipelineOptions] = []
    monkeypatch.setitem(
        filesystems.STORES, "far", Store("none", lambda options: made.append(options) or BytesIO(), Any)
    )
    FileSystems.set_options(None)
    monkeypatch.setattr(RuntimeValueProvider, "runtime_options", {"s3_region_name": "eu-north-1"})
    store_client("far")
    assert made[0].get_all_options()["s3_region_name"] == "eu-north-1"


@pytest.mark.parametrize(
    ("output", "missing", "extra"),
    [("s3://bucket/news", "boto3", "aws"), ("gs://bucket/news", "apache_beam.io.gcp.gcsio", "gcp")],
)
def test_a_client_that_is_not_installed_is_told_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, output: str, missing: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(StorageError, match=rf"pip install newsbeam\[{extra}\]"):
        dataset_files(output).write("x", b"1")
