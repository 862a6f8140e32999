"""What is told of Beam's and gRPC's own troubles."""

import logging
import sys
import threading
from types import ModuleType
from typing import Any

import pytest

from pipelines.noise import DATA_PLANE, quiet


class HungUp(Exception):
    def __init__(self, code: str) -> None:
        self._code = code

    def code(self) -> str:
        return self._code


@pytest.fixture(autouse=True)
def hook(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hook of the test run comes back."""
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)


@pytest.fixture
def grpc(monkeypatch: pytest.MonkeyPatch) -> Any:
    fake: Any = ModuleType("grpc")
    fake.RpcError, fake.StatusCode = HungUp, type("StatusCode", (), {"CANCELLED": "cancelled"})
    monkeypatch.setitem(sys.modules, "grpc", fake)
    return fake


@pytest.mark.parametrize(("code", "told"), [("cancelled", False), ("unavailable", True)])
@pytest.mark.usefixtures("grpc")
def test_a_server_that_has_done_its_work_may_hang_up(code: str, told: bool, caplog: pytest.LogCaptureFixture) -> None:
    quiet()
    logging.getLogger(DATA_PLANE).error("Failed to read", exc_info=HungUp(code))
    assert ("Failed to read" in caplog.text) is told


@pytest.mark.usefixtures("grpc")
def test_a_thread_that_was_hung_up_on_ends_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    quiet()
    for code in ("cancelled", "unavailable"):
        error = HungUp(code)
        threading.excepthook(threading.ExceptHookArgs((HungUp, error, None, None)))
    assert capsys.readouterr().err.count("HungUp") == 1


def test_other_errors_of_beam_are_told(caplog: pytest.LogCaptureFixture) -> None:
    quiet()
    logging.getLogger(DATA_PLANE).error("Something else")
    logging.getLogger("apache_beam.transforms").warning("inner workings")
    assert "Something else" in caplog.text
    assert "inner workings" not in caplog.text
