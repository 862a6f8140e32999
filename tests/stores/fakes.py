"""Fake stores on loopback, each a process of its own that ends with the test session."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tests.stores.gate import LOOPBACK, Gate

TRIES = 600  # at a server that is starting, a twentieth of a second each
WITHOUT_CLOUD = {  # whoever looks for credentials must not ask the machine's cloud, which is not loopback
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "NO_GCE_CHECK": "true",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeStore:
    """A running store, and the gate before it."""

    scheme: str
    gate: Gate
    make_bucket: Callable[[str], None]


@contextlib.contextmanager
def fake_s3(log: Path) -> Iterator[FakeStore]:
    """moto's server. What speaks to it finds it through AWS_ENDPOINT_URL, or through Beam's --s3_endpoint_url."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", LOOPBACK, "-p", str(port)]
    with _process(command, port, log), Gate(port) as gate:
        os.environ["AWS_ENDPOINT_URL"] = gate.address
        yield FakeStore(scheme="s3", gate=gate, make_bucket=_make_s3_bucket)


@contextlib.contextmanager
def fake_gcs(log: Path) -> Iterator[FakeStore]:
    """fake-gcs-server. What speaks to it finds it through STORAGE_EMULATOR_HOST."""
    port = free_port()
    with Gate(port) as gate:
        place = ["-host", LOOPBACK, "-port", str(port), "-public-host", f"{LOOPBACK}:{gate.port}"]
        command = [gcs_server() or "", "-scheme", "http", "-backend", "memory", *place, "-external-url", gate.address]
        with _process(command, port, log):
            os.environ["STORAGE_EMULATOR_HOST"] = gate.address
            yield FakeStore(scheme="gs", gate=gate, make_bucket=_make_gcs_bucket)


def missing(scheme: str) -> str | None:
    """What is not installed of what a store's tests need."""
    if scheme == "s3":
        absent = [name for name in ("boto3", "moto") if find_spec(name) is None]
        return f"{' and '.join(absent)}, from requirements-stores.txt" if absent else None
    if find_spec("apitools") is None:
        return "apache-beam[gcp], which is 340 MB; make test-gcs has it"
    return None if gcs_server() else "fake-gcs-server; make test-gcs has it"


def gcs_server() -> str | None:
    return os.environ.get("FAKE_GCS_SERVER") or shutil.which("fake-gcs-server")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _process(command: list[str], port: int, log: Path) -> Iterator[None]:
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            _wait_for(port, process, log)
            yield
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(TRIES):
        with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
            break
    raise RuntimeError(f"the fake store did not start: {log.read_text()[-2000:]}")


def _make_s3_bucket(name: str) -> None:
    import boto3

    boto3.client("s3").create_bucket(Bucket=name)


def _make_gcs_bucket(name: str) -> None:
    from google.cloud import storage

    storage.Client.create_anonymous_client().create_bucket(name)
