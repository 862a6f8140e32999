"""`newsbeam watch`: the run on an interval, in one process."""

import argparse

from pipelines.commands.run import chosen_options, ingest_options
from pipelines.options import given, parse_span


def options(parser: argparse.ArgumentParser) -> None:
    """Those of a run, and how often."""
    parser.usage = "newsbeam watch INPUT… --output OUT [--every TIME] [OPTION…]"
    parser.add_argument("--every", metavar="TIME", default="15m", help="from start to start of a round (%(default)s)")
    parser.add_argument("--rounds", metavar="N", help="end after so many rounds; without it only a signal ends it")
    parser.add_argument("--metrics", metavar="FILE", help="write counters of the last run there, for Prometheus")
    ingest_options(parser, shown=False)
    parser.set_defaults(command=watch, knows_beam=True)


def watch(arguments: argparse.Namespace) -> int:
    """Run until a signal comes; what each round did goes to stderr."""
    every = given(parse_span, arguments.every, "--every", "a span as 15m, 12h or 1d")
    rounds = arguments.rounds and given(_rounds, arguments.rounds, "--rounds", "a whole number of at least 1")
    chosen_options(arguments)  # what is wrong with them is said before Beam is loaded
    from pipelines import watch as watching  # noqa: PLC0415  # brings the whole of Beam, which takes two seconds

    return watching.watch(lambda: chosen_options(arguments), every, metrics=arguments.metrics, rounds=rounds)


def _rounds(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(text)
    return int(text)
