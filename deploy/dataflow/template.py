"""The program of the flex template: its parameters are options of `newsbeam run`, and it does not wait for the job.

Dataflow's launcher calls it with --NAME=VALUE for each parameter. Those that metadata.json names become variables of
the environment, which newsbeam reads like flags and where a list is parted by spaces; all others are Beam's.
"""

import os
import sys
from collections.abc import Sequence

from pipelines.cli import main
from pipelines.configuration import PREFIX
from pipelines.options import option_names


def parted(arguments: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Our options, as variables of the environment, and the rest."""
    ours: dict[str, str] = {}
    rest: list[str] = []
    for each in arguments:
        name, _, value = each.removeprefix("--").partition("=")
        if each.startswith("--") and name in option_names():
            ours[PREFIX + name.upper()] = value
        else:
            rest.append(each)
    return ours, rest


if __name__ == "__main__":
    named, beam = parted(sys.argv[1:])
    os.environ.update(named)
    sys.exit(main(["run", "--no-wait", *beam]))
