"""`newsbeam compact`, `doctor`, `delete` and `migrate`: what looks after a dataset."""

import argparse


def compact_options(parser: argparse.ArgumentParser) -> None:
    """Options of `newsbeam compact`."""
    _on_a_dataset(parser, "compact")
    parser.add_argument("--grace", metavar="TIME", default="1h", help="how long old files stay (%(default)s)")


def doctor_options(parser: argparse.ArgumentParser) -> None:
    """Options of `newsbeam doctor`."""
    _on_a_dataset(parser, "doctor")
    parser.add_argument("--repair", action="store_true", help="mend what can be mended, and say what is lost")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def delete_options(parser: argparse.ArgumentParser) -> None:
    """Options of `newsbeam delete`."""
    _on_a_dataset(parser, "delete")
    parser.add_argument("--url", metavar="URL", action="append", default=[], help="this page, however it is spelled")
    parser.add_argument("--host", metavar="HOST", action="append", default=[], help="a host and those below it")
    parser.add_argument("--before", metavar="DATE", help="all that was published before: a date, or 90d")
    parser.add_argument(
        "--archive",
        metavar="DIR",
        action="append",
        default=[],
        help="a folder of WARC files of its runs that was moved; the others are known",
    )


def migrate_options(parser: argparse.ArgumentParser) -> None:
    """Options of `newsbeam migrate`."""
    _on_a_dataset(parser, "migrate")


def _on_a_dataset(parser: argparse.ArgumentParser, name: str) -> None:
    parser.add_argument("output", metavar="OUT", help="folder or address of the dataset")
    parser.set_defaults(command=_upkeep, name=name, knows_beam=True)


def _upkeep(arguments: argparse.Namespace) -> int:
    from pipelines.upkeep import carry_out  # noqa: PLC0415  # brings the whole of Beam

    return carry_out(arguments, arguments.beam)
