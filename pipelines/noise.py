"""What Beam and gRPC say that is no news to the person at the terminal."""

import logging
import sys
import threading
from typing import Any


def quiet() -> None:
    """Let warnings pass, but not of an extra that nobody needs here, nor of Beam's own inner workings."""
    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger().addFilter(_is_news)
    logging.getLogger("apache_beam").setLevel(logging.ERROR)
    logging.getLogger("apache_beam.runners.common").setLevel(logging.CRITICAL)  # logs what it raises as well
    threading.excepthook = _told_unless_hung_up


def _is_news(record: Any) -> bool:
    return not str(record.msg).startswith("apitools not found")


def _told_unless_hung_up(failed: threading.ExceptHookArgs) -> None:
    """A job server that has done its work hangs up, and a thread of Beam that still listened ends with a traceback."""
    grpc = sys.modules.get("grpc")
    ended = failed.exc_value
    if grpc is not None and isinstance(ended, grpc.RpcError) and ended.code() == grpc.StatusCode.CANCELLED:
        return
    threading.__excepthook__(failed)
