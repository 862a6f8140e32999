"""A bucket of Google Cloud Storage."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from transforms.buckets.objects import Tail

ABSENT = 0  # the generation of an object that is not there
BINARY = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class GcsBucket:
    """Wants a client of google-cloud-storage."""

    name: str
    client: Any

    def tail(self, key: str, length: int) -> Tail:
        with plain_errors():
            found = self._bucket().get_blob(key)
            if found is None:
                raise FileNotFoundError(key)
            version, size = str(found.generation), int(found.size)
        content = self.part(key, max(0, size - length), size, version) if size else b""
        return Tail(content, size, version)

    def part(self, key: str, start: int, end: int, version: str) -> bytes:
        with plain_errors():
            # raw: a bucket that stores gzip must not unpack it on the way, or ranges would mean nothing
            blob = self._bucket().blob(key, generation=int(version))
            content: bytes = blob.download_as_bytes(start=start, end=end - 1, raw_download=True)
            return content

    def write(self, key: str, content: bytes) -> None:
        with plain_errors():
            self._blob(key).upload_from_string(content, content_type=BINARY)

    def create(self, key: str, content: bytes) -> bool:
        from google.api_core.exceptions import PreconditionFailed  # noqa: PLC0415  # of the extra gcp

        with plain_errors():
            try:
                self._blob(key).upload_from_string(content, content_type=BINARY, if_generation_match=ABSENT)
            except PreconditionFailed:
                return self._is(key, content)
        return True

    def copy(self, source: str, target: str) -> None:
        with plain_errors():
            self._bucket().copy_blob(self._blob(source), self._bucket(), target)

    def versions(self, prefix: str) -> dict[str, str]:
        with plain_errors():
            listed = self.client.list_blobs(self.name, prefix=prefix, fields="items(name,generation),nextPageToken")
            return {each.name: str(each.generation) for each in listed}

    def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            with contextlib.suppress(FileNotFoundError), plain_errors():
                self._blob(key).delete()

    def size(self, key: str) -> int | None:
        with plain_errors():
            found = self._bucket().get_blob(key)
            return None if found is None else int(found.size)

    def _is(self, key: str, content: bytes) -> bool:
        """Whether an object holds this: a write whose answer was lost is tried again, and finds itself."""
        try:
            found = self.tail(key, len(content) + 1)
        except FileNotFoundError:
            return False
        return found.content == content

    def _bucket(self) -> Any:
        return self.client.bucket(self.name)

    def _blob(self, key: str) -> Any:
        return self._bucket().blob(key)


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """Errors of Google's client as those that files have; those of requests are OSErrors already."""
    from google.api_core.exceptions import GoogleAPIError, NotFound  # noqa: PLC0415  # of the extra gcp
    from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415

    try:
        yield
    except NotFound as error:
        raise FileNotFoundError(str(error)) from error
    except (GoogleAPIError, GoogleAuthError) as error:
        raise OSError(str(error)) from error
