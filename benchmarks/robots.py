"""Google's 145 checks of robots.txt readers, against ours.

python -m benchmarks.robots --data ../shared/data
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from transforms.web.robots import parse_robots
from transforms.web.urls import BadUrl, canonicalize_url

FILE = "robots/google-robots-cases.json"
ASKED_FOR = 142


class Check(NamedTuple):
    """One check: who may ask what under which rules."""

    test: str
    allowed: bool
    robots: str
    agent: str
    url: str


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="../shared/data", help="folder of the data for measuring (%(default)s)")
    path = Path(parser.parse_args(argv).data) / FILE
    if not path.is_file():
        print(f"{path} is absent: name the folder of the data with --data", file=sys.stderr)
        return 2
    checks = read_checks(path)
    wrong = failed_checks(checks)
    print(f"{len(checks) - len(wrong)} of {len(checks)} checks right (asked: {ASKED_FOR})")
    for each in wrong:
        print(f"  {each.test}: {each.url} for {each.agent!r} should be {'open' if each.allowed else 'closed'}")
    return 0 if len(checks) - len(wrong) >= ASKED_FOR else 1


def read_checks(path: Path) -> list[Check]:
    return [Check(*each) for each in json.loads(path.read_text(encoding="utf-8"))]


def failed_checks(checks: Sequence[Check]) -> list[Check]:
    """Checks that come out wrong."""
    return [each for each in checks if _allows(each) != each.allowed]


def _allows(check: Check) -> bool:
    """As a run asks: the URL in its canonical form, where it has one."""
    robots = parse_robots(check.robots.encode("utf-8", "surrogateescape"), check.agent)
    try:
        url = canonicalize_url(check.url)
    except BadUrl:
        url = check.url
    return robots.allows(url)


if __name__ == "__main__":
    raise SystemExit(main())
