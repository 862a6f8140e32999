"""A bucket of Amazon S3, or of a store that speaks its language."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from transforms.buckets.objects import Tail

EMPTY = 416  # what S3 answers when it is asked for the end of an object that has no bytes
TAKEN = (409, 412)  # somebody is writing the object, or has written it
READS = 3  # of a body that breaks off; botocore tries requests again, but not bodies
DELETED_AT_ONCE = 1_000  # S3's own limit


@dataclass(frozen=True, slots=True)
class S3Bucket:
    """Wants a client of boto3, which several threads may share."""

    name: str
    client: Any

    def tail(self, key: str, length: int) -> Tail:
        try:
            answer, content = self._get(key, Range=f"bytes=-{length}")
        except InvalidRangeError:
            return Tail(b"", 0, "")
        size = int(answer.get("ContentRange", f"/{len(content)}").rpartition("/")[2])
        return Tail(content, size, answer["ETag"])

    def part(self, key: str, start: int, end: int, version: str) -> bytes:
        return self._get(key, Range=f"bytes={start}-{end - 1}", IfMatch=version)[1]

    def write(self, key: str, content: bytes) -> None:
        with plain_errors():
            self.client.put_object(Bucket=self.name, Key=key, Body=content)

    def create(self, key: str, content: bytes) -> bool:
        with plain_errors():
            try:
                self.client.put_object(Bucket=self.name, Key=key, Body=content, IfNoneMatch="*")
            except self.client.exceptions.ClientError as error:
                if _status(error) not in TAKEN:
                    raise
                return self._is(key, content)
        return True

    def copy(self, source: str, target: str) -> None:
        with plain_errors():
            self.client.copy_object(Bucket=self.name, Key=target, CopySource={"Bucket": self.name, "Key": source})

    def versions(self, prefix: str) -> dict[str, str]:
        with plain_errors():
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
            return {each["Key"]: each["ETag"] for page in pages for each in page.get("Contents", ())}

    def delete(self, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), DELETED_AT_ONCE):
            named = [{"Key": key} for key in keys[start : start + DELETED_AT_ONCE]]
            with plain_errors():
                answer = self.client.delete_objects(Bucket=self.name, Delete={"Objects": named, "Quiet": True})
            for error in answer.get("Errors", ()):
                raise OSError(f"{error.get('Key')}: {error.get('Code')} {error.get('Message')}")

    def size(self, key: str) -> int | None:
        try:
            with plain_errors():
                return int(self.client.head_object(Bucket=self.name, Key=key)["ContentLength"])
        except FileNotFoundError:
            return None

    def _is(self, key: str, content: bytes) -> bool:
        """Whether an object holds this: a write whose answer was lost is tried again, and finds itself."""
        try:
            return self._get(key)[1] == content
        except FileNotFoundError:
            return False

    def _get(self, key: str, **wanted: str) -> tuple[dict[str, Any], bytes]:
        with plain_errors():
            for _ in range(READS - 1):
                with contextlib.suppress(*_breaks()):
                    return self._get_once(key, wanted)
            return self._get_once(key, wanted)

    def _get_once(self, key: str, wanted: dict[str, str]) -> tuple[dict[str, Any], bytes]:
        answer = self.client.get_object(Bucket=self.name, Key=key, **wanted)
        return answer, answer["Body"].read()


class InvalidRangeError(OSError):
    """An object is shorter than the range that was asked for."""


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """Errors of botocore as those that files have."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # of the extra aws, and slow to import

    try:
        yield
    except ClientError as error:
        raise _kind(error)(str(error)) from error
    except BotoCoreError as error:
        raise OSError(str(error)) from error


def _kind(error: Any) -> type[OSError]:
    return {404: FileNotFoundError, EMPTY: InvalidRangeError}.get(_status(error), OSError)


def _status(error: Any) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _breaks() -> tuple[type[Exception], ...]:
    """How the body of an answer breaks off."""
    from botocore import exceptions  # noqa: PLC0415

    return exceptions.IncompleteReadError, exceptions.ReadTimeoutError, exceptions.ResponseStreamingError
