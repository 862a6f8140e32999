"""`newsbeam stream`: feeds without end, on a runner that streams."""

import argparse
from datetime import timedelta

from pipelines.commands.run import chosen_options, ingest_options
from pipelines.options import UsageError, given, parse_span
from schemas.errors import Code


def options(parser: argparse.ArgumentParser) -> None:
    """Those of a run, how often, and how much is committed at a time."""
    parser.usage = "newsbeam stream --feeds FILE|URL --output OUT --runner=RUNNER [OPTION…] | --stop OUT"
    parser.add_argument("--every", metavar="TIME", default="5m", help="ask no feed more often (%(default)s)")
    parser.add_argument("--window", metavar="TIME", default="15m", help="commit what was found in it (%(default)s)")
    parser.add_argument("--stop", metavar="OUT", help="ask the stream that writes OUT to end; it commits what it has")
    parser.add_argument("--metrics", metavar="FILE", help="write counters of the last window there, for Prometheus")
    ingest_options(parser, shown=False)
    parser.set_defaults(command=stream, knows_beam=True)


def stream(arguments: argparse.Namespace) -> int:
    """Stream until somebody stops it; what each window held goes to stderr."""
    if arguments.stop:
        return _stop(arguments.stop)
    chosen = chosen_options(arguments)  # what is wrong with them is said before Beam is loaded
    every = given(_span, arguments.every, "--every", "a span as 5m, 1h or 1d")
    window = given(_span, arguments.window, "--window", "a span as 15m, 1h or 1d")
    if window < every:
        raise UsageError(
            f"--window {arguments.window} is shorter than --every {arguments.every}; make it longer", Code.AT_ODDS
        )
    from pipelines import stream as streaming  # noqa: PLC0415  # brings the whole of Beam, which takes two seconds

    return streaming.stream(chosen, every, window, arguments.metrics)


def _stop(output: str) -> int:
    from pipelines.datasets import files_of  # noqa: PLC0415
    from pipelines.exits import Exit  # noqa: PLC0415
    from pipelines.stream import stop_stream  # noqa: PLC0415

    if not stop_stream(files_of(output)):
        raise UsageError(
            f"nothing streams into {output}; newsbeam report {output} tells of its last run", Code.NO_DATASET
        )
    return Exit.DONE


def _span(text: str) -> timedelta:
    span = parse_span(text)
    if not span:
        raise ValueError(text)
    return span
