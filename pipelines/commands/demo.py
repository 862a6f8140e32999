"""`newsbeam demo`: the main job on the bundled sample site, without network."""

import argparse


def options(parser: argparse.ArgumentParser) -> None:
    """Where the dataset goes."""
    parser.add_argument("--output", metavar="OUT", default="demo-output", help="folder of the dataset (%(default)s)")
    parser.set_defaults(command=demo, knows_beam=True)


def demo(arguments: argparse.Namespace) -> int:
    """Serve the site, run on it, print what came of it."""
    from pipelines.demo.command import demonstrate  # noqa: PLC0415  # brings the whole of Beam

    return int(demonstrate(arguments.output, arguments.beam))
