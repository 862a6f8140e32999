"""The files of a dataset, wherever it lies: a folder, or a bucket through Beam's FileSystems."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from apache_beam.io.filesystem import BeamIOError, CompressionTypes
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions, S3Options

from transforms.storage.files import Files, LocalFiles, StorageError

RAW = {"mime_type": "application/octet-stream", "compression_type": CompressionTypes.UNCOMPRESSED}


def dataset_files(output: str) -> Files:
    """The files of the dataset at `output`: a path of this machine, or an address as s3://bucket/news."""
    scheme, parted, _ = output.partition("://")
    if not parted:
        return LocalFiles(output)
    if scheme not in CONDITIONAL_WRITES:
        known = ", ".join(f"{each}://" for each in CONDITIONAL_WRITES)
        raise StorageError(f"{output}: a dataset lies in a folder or at {known}")
    return StoreFiles(output.rstrip("/"))


@dataclass(frozen=True, slots=True)
class StoreFiles:
    """A prefix in a bucket. A store shows an object whole or not at all, so a write needs no second name."""

    address: str

    @property
    def root(self) -> str:
        return self.address

    def open(self, path: str) -> BinaryIO:
        if not self.exists(path):
            raise FileNotFoundError(self._at(path))
        with _told(f"{self._at(path)} could not be read"):
            return FileSystems.open(self._at(path), **RAW)

    def write(self, path: str, content: bytes) -> None:
        trouble = f"{self._at(path)} could not be written ({len(content)} bytes)"
        with _told(trouble), FileSystems.create(self._at(path), **RAW) as file:
            file.write(content)

    def create(self, path: str, content: bytes) -> bool:
        with _told(f"{self._at(path)} could not be written ({len(content)} bytes)"):
            return CONDITIONAL_WRITES[self.address.partition("://")[0]](self._at(path), content)

    def rename(self, source: str, target: str) -> None:
        with _told(f"{self._at(source)} could not be renamed to {self._at(target)}"):
            FileSystems.rename([self._at(source)], [self._at(target)])

    def exists(self, path: str) -> bool:
        with _told(f"{self._at(path)} could not be looked up"):
            return FileSystems.exists(self._at(path))

    def list(self, folder: str) -> list[str]:
        with _told(f"{self._at(folder)} could not be listed"):
            found = FileSystems.match([self._at(folder) + "/**"])[0].metadata_list
        return sorted(each.path.removeprefix(f"{self.address}/") for each in found if not each.path.endswith("/"))

    def delete(self, path: str) -> None:
        doomed = [self._at(each) for each in self.list(path)] or [self._at(path)] * self.exists(path)
        if doomed:
            with _told(f"{self._at(path)} could not be deleted"):
                FileSystems.delete(doomed)

    def size(self, path: str) -> int:
        with _told(f"{self._at(path)} could not be looked up"):
            return int(FileSystems.match([self._at(path)])[0].metadata_list[0].size_in_bytes)

    def _at(self, path: str) -> str:
        return f"{self.address}/{path}"


def create_on_s3(address: str, content: bytes) -> bool:
    """Write an object of S3 unless it is there, with the store's own client: Beam has no conditional write."""
    import boto3  # noqa: PLC0415  # comes with the extra aws
    from botocore.exceptions import ClientError  # noqa: PLC0415

    bucket, _, key = address.removeprefix("s3://").partition("/")
    try:
        boto3.client("s3", **s3_settings()).put_object(Bucket=bucket, Key=key, Body=content, IfNoneMatch="*")
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in (409, 412):  # being written, or written
            return False
        raise OSError(str(error)) from error
    return True


def create_on_gcs(address: str, content: bytes) -> bool:
    """The same for Google Cloud Storage: generation 0 is the object that is not there."""
    from google.api_core.exceptions import GoogleAPIError, PreconditionFailed  # noqa: PLC0415  # the extra gcp
    from google.cloud import storage  # noqa: PLC0415

    bucket, _, key = address.removeprefix("gs://").partition("/")
    blob = storage.Client().bucket(bucket).blob(key)
    try:
        blob.upload_from_string(content, if_generation_match=0)
    except PreconditionFailed:
        return False
    except GoogleAPIError as error:
        raise OSError(str(error)) from error
    return True


CONDITIONAL_WRITES: dict[str, Callable[[str, bytes], bool]] = {"s3": create_on_s3, "gs": create_on_gcs}


def s3_settings() -> dict[str, Any]:
    """Beam's own S3 options for boto3's client; what is not set there comes from boto3's environment."""
    options = (FileSystems._options or PipelineOptions([])).view_as(S3Options)  # Beam keeps them there
    settings = {
        "aws_access_key_id": options.s3_access_key_id,
        "aws_secret_access_key": options.s3_secret_access_key,
        "aws_session_token": options.s3_session_token,
        "endpoint_url": options.s3_endpoint_url,
        "region_name": options.s3_region_name,
    }
    return {name: value for name, value in settings.items() if value}


@contextlib.contextmanager
def _told(trouble: str) -> Iterator[None]:
    """Say of which object an error of Beam or of the store's client speaks."""
    try:
        yield
    except StorageError:
        raise
    except (BeamIOError, OSError) as error:
        raise StorageError(f"{trouble}: {error}") from error
