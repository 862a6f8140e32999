"""`newsbeam explore OUT`: look at a dataset in the browser, on this machine only."""

import argparse
import sys

from pipelines.datasets import readable_dataset
from pipelines.exits import Exit
from pipelines.explorer.server import LOOPBACK, Explorer
from pipelines.options import UsageError
from schemas.errors import Code
from transforms.storage.files import Files

PORT = 8717
HIGHEST_PORT = 65_535


def options(parser: argparse.ArgumentParser) -> None:
    """The dataset and the port."""
    parser.add_argument("output", metavar="OUT", help="folder of the dataset")
    parser.add_argument("--port", type=int, default=PORT, help="on 127.0.0.1; 0 takes any that is free (%(default)s)")
    parser.set_defaults(command=explore)


def explore(arguments: argparse.Namespace) -> int:
    """Serve the page until interrupted; prints the address, which holds the token, to stdout."""
    with opened(arguments.output, arguments.port) as explorer:
        print(explorer.address, flush=True)  # noqa: T201  # the command line speaks
        print("newsbeam: open this address in a browser; stop with Ctrl-C", file=sys.stderr)  # noqa: T201
        try:
            explorer.serve_forever()
        except KeyboardInterrupt:
            return Exit.DONE  # it was asked to run until then
    return Exit.DONE


def opened(output: str, port: int) -> Explorer:
    """A server for a dataset of this machine; UsageError where there is none, or the port is taken."""
    if "://" in output:
        raise UsageError(f"{output} lies in a store; copy it to a folder, and explore that", Code.NO_DATASET)
    if not 0 <= port <= HIGHEST_PORT:
        raise UsageError(f"--port is a number from 0 to {HIGHEST_PORT}, got {port}", Code.BAD_VALUE)
    files: Files = readable_dataset(output)
    try:
        return Explorer(files, port)
    except OSError as error:
        raise UsageError(
            f"{LOOPBACK}:{port} cannot be served: {error.strerror}; give another --port, or 0", Code.BAD_VALUE
        ) from None
