"""The files of a dataset, wherever it lies: a folder, or a bucket of an object store."""

import contextlib
import os
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.options.value_provider import RuntimeValueProvider

from transforms.buckets import gcs, s3
from transforms.buckets.objects import TAIL, Bucket, open_object
from transforms.storage.files import Files, LocalFiles, StorageError


@dataclass(frozen=True, slots=True)
class Store:
    """A kind of object store: how its client is made of Beam's options, and what its buckets are."""

    extra: str  # of the package, which brings the client
    client: Callable[[PipelineOptions], Any]
    bucket: Callable[[str, Any], Bucket]


def dataset_files(output: str) -> Files:
    """The files of the dataset at `output`: a path of this machine, or an address as s3://bucket/news."""
    scheme, parted, place = output.partition("://")
    if not parted:
        return LocalFiles(output)
    if scheme not in STORES or not place.strip("/"):
        known = ", ".join(f"{each}://bucket/news" for each in STORES)
        raise StorageError(f"{output}: a dataset lies in a folder or at {known}")
    return StoreFiles(output.rstrip("/"))


def open_input(path: str) -> BinaryIO:
    """A file that is read and no part of the dataset: of this machine, or of a store as s3://bucket/feeds.opml."""
    if "://" not in path:
        return Path(path).open("rb")
    folder, _, name = path.rpartition("/")
    return dataset_files(folder).open(name)


def stored_inputs(pattern: str) -> list[str]:
    """The objects of a store like a pattern: * and ? stay within a folder, **/ goes through any number of them."""
    fixed = re.split(r"[*?]", pattern, maxsplit=1)[0]
    folder = fixed.rpartition("/")[0]
    wanted = re.compile(re.sub(r"\*\*/|\*|\?|[^*?]+", _as_regex, pattern))
    names = (f"{folder}/{name}" for name in dataset_files(folder).list(""))
    return [each for each in names if wanted.fullmatch(each)]


def _as_regex(part: re.Match[str]) -> str:
    wild = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
    return wild.get(part[0]) or re.escape(part[0])


@dataclass(frozen=True, slots=True)
class StoreFiles:
    """A prefix in a bucket. A store shows an object whole or not at all, so a write needs no second name."""

    address: str

    @property
    def root(self) -> str:
        return self.address

    def open(self, path: str) -> BinaryIO:
        bucket, key = self._bucket, self._key(path)
        with self._told(path, "could not be read", but=FileNotFoundError):
            tail = bucket.tail(key, TAIL)

        def part(start: int, end: int) -> bytes:
            with self._told(path, "could not be read"):
                return bucket.part(key, start, end, tail.version)

        return open_object(tail, part)

    def write(self, path: str, content: bytes | memoryview) -> None:
        with self._told(path, f"could not be written ({len(content)} bytes)"):
            self._bucket.write(self._key(path), bytes(content))

    def create(self, path: str, content: bytes) -> bool:
        with self._told(path, f"could not be written ({len(content)} bytes)"):
            return self._bucket.create(self._key(path), content)

    def rename(self, source: str, target: str) -> None:
        """Whoever is killed in between leaves both, which are the same."""
        with self._told(source, f"could not be renamed to {self._at(target)}"):
            self._bucket.copy(self._key(source), self._key(target))
            self._bucket.delete([self._key(source)])

    def copy(self, source: str, target: str) -> None:
        with self._told(source, f"could not be copied to {self._at(target)}"):
            self._bucket.copy(self._key(source), self._key(target))

    def exists(self, path: str) -> bool:
        with self._told(path, "could not be looked up"):
            return self._bucket.size(self._key(path)) is not None

    def list(self, folder: str) -> list[str]:
        return list(self.versions(folder))

    def versions(self, folder: str) -> dict[str, str]:
        top = self._key(f"{folder}/") if folder else self._key("")
        with self._told(folder, "could not be listed"):
            found = self._bucket.versions(top)
        return {key.removeprefix(self._key("")): found[key] for key in sorted(found) if not key.endswith("/")}

    def delete(self, path: str) -> None:
        with self._told(path, "could not be deleted"):
            below = self._bucket.versions(self._key(path))  # with files beside it whose names begin so
            doomed = [each for each in below if each == self._key(path) or each.startswith(self._key(f"{path}/"))]
            if doomed:
                self._bucket.delete(doomed)

    def size(self, path: str) -> int:
        with self._told(path, "could not be looked up"):
            size = self._bucket.size(self._key(path))
            if size is None:
                raise FileNotFoundError(self._at(path))
            return size

    @property
    def _bucket(self) -> Bucket:
        scheme, _, place = self.address.partition("://")
        return STORES[scheme].bucket(place.partition("/")[0], store_client(scheme))

    def _key(self, path: str) -> str:
        prefix = self.address.partition("://")[2].partition("/")[2]
        return f"{prefix}/{path}" if prefix else path

    def _at(self, path: str) -> str:
        return f"{self.address}/{path}"

    @contextlib.contextmanager
    def _told(self, path: str, trouble: str, but: type[OSError] = StorageError) -> Iterator[None]:
        """Say of which object an error of the store's client speaks, and what was tried."""
        try:
            yield
        except (StorageError, but):
            raise
        except OSError as error:
            raise StorageError(f"{self._at(path)} {trouble}: {error}") from error


def store_client(scheme: str) -> Any:
    """The client of a store, made once for each run and process: making one takes longer than what it is asked for."""
    options = beam_options()
    with _clients_lock:
        made_of, client = _clients.get(scheme, (None, None))
        if client is None or made_of is not options:
            if client is not None:
                client.close()  # lets its connections go; whoever still has it may go on using it
            client = _new_client(STORES[scheme], options)
            _clients[scheme] = options, client
        return client


def beam_options() -> PipelineOptions | dict[str, Any] | None:
    """Options of the run: those that its launcher set, or that came to this worker."""
    return FileSystems._pipeline_options or RuntimeValueProvider.runtime_options  # as Beam's FileSystems themselves do


_clients: dict[str, tuple[object, Any]] = {}
_clients_lock = threading.Lock()


def _new_client(store: Store, options: PipelineOptions | dict[str, Any] | None) -> Any:
    known = options if isinstance(options, PipelineOptions) else PipelineOptions.from_dictionary(options or {})
    try:
        return store.client(known)
    except ImportError as error:
        raise StorageError(
            f"the store's client is not installed ({error}); pip install newsbeam[{store.extra}]"
        ) from None
    except (ValueError, OSError) as error:  # an address, an option or a profile that the client cannot take
        raise StorageError(f"the store's client cannot be made: {error}") from error


def _s3_client(options: PipelineOptions) -> Any:
    import boto3  # noqa: F401, PLC0415  # of the extra aws; Beam would tell that it is missing by an assertion
    from apache_beam.io.aws.clients.s3 import boto3_client  # noqa: PLC0415

    with s3.plain_errors():
        return boto3_client.Client(options).client


def _gcs_client(options: PipelineOptions) -> Any:
    from apache_beam.io.gcp import gcsio  # noqa: PLC0415  # of the extra gcp

    emulated = bool(
        os.environ.get("STORAGE_EMULATOR_HOST")
    )  # a fake store knows nobody, and asking who we are takes long
    with gcs.plain_errors():
        return gcsio.create_storage_client(options, use_credentials=not emulated)


STORES = {
    "s3": Store("aws", _s3_client, s3.S3Bucket),
    "gs": Store("gcp", _gcs_client, gcs.GcsBucket),
}
