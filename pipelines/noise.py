"""What Beam and gRPC say that is no news to the person at the terminal."""

import logging
import sys
import threading
from types import TracebackType

from pipelines.terminal import say
from schemas.errors import Code

DATA_PLANE = "apache_beam.runners.worker.data_plane"


def quiet() -> None:
    """Let warnings pass, but not of an extra that nobody needs here, nor of Beam's own inner workings."""
    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger().addFilter(_is_news)
    logging.getLogger("apache_beam").setLevel(logging.ERROR)
    logging.getLogger("apache_beam.runners.common").setLevel(logging.CRITICAL)  # logs what it raises as well
    logging.getLogger(DATA_PLANE).addFilter(_is_trouble)
    threading.excepthook = _told_unless_hung_up
    sys.excepthook = told_as_a_bug


def told_as_a_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What nobody foresaw: the trace for us, and a sentence for whoever meets it."""
    sys.__excepthook__(kind, error, trace)
    say(f"newsbeam: this is a bug of ours; please report it with the lines above [{Code.BUG}: docs/errors.md]")


def _is_news(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith("apitools not found")


def _is_trouble(record: logging.LogRecord) -> bool:
    return not _hung_up((record.exc_info or (None, None))[1])


def _told_unless_hung_up(failed: threading.ExceptHookArgs) -> None:
    if not _hung_up(failed.exc_value):
        threading.__excepthook__(failed)


def _hung_up(error: BaseException | None) -> bool:
    """Whether a job server that has done its work hung up on a worker that still listens."""
    grpc = sys.modules.get("grpc")
    return grpc is not None and isinstance(error, grpc.RpcError) and bool(error.code() == grpc.StatusCode.CANCELLED)
