"""metadata.json of the flex template, made from the options: `python -m deploy.dataflow.metadata` writes it.

With --check it only compares, and exits with 1 when the file is out of date.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

from pipelines.options import kind_of, option_names, option_of

FILE = Path(__file__).with_name("metadata.json")
# Options that make no sense there, and why.
LEFT_OUT: Mapping[str, str] = {
    "no_wait": "the template never waits",
    "keep_days": "deletes when the run has ended, so it needs a launcher that waits",
    "dry_run": "prints a list, which nobody reads there",
    "html": "a folder of the machine",
    "archive": "a folder of the machine",
    "headers_file": "a file of the machine, which only its owner may read",
    "taxonomy": "a file of the machine",
}
NEEDED = ("output", "contact")
SEVERAL = "; several are parted by spaces"
PATTERNS = {int: r"^[0-9]+$", float: r"^[0-9]+(\.[0-9]+)?$", bool: r"^(true|false)$", timedelta: r"^[0-9.]+[dhm]$"}
IMAGE = {
    "name": "sdk_container_image",
    "label": "worker image",
    "helpText": "the image that workers run in, built from deploy/worker/Dockerfile",
    "isOptional": False,
    "paramType": "TEXT",
}


def metadata() -> dict[str, Any]:
    """What Dataflow shows and checks before it starts the template."""
    return {
        "name": "newsbeam",
        "description": "Feeds in; a clean, deduplicated, topic- and region-tagged Parquet dataset of news out.",
        "streaming": False,
        "parameters": [*(_parameter(name) for name in option_names() if name not in LEFT_OUT), IMAGE],
    }


def text() -> str:
    return json.dumps(metadata(), indent=2, ensure_ascii=False) + "\n"


def _parameter(name: str) -> dict[str, Any]:
    option, kind = option_of(name), kind_of(name)
    several = SEVERAL if kind == tuple[str, ...] else ""
    shown = {
        "name": name,
        "label": name.replace("_", " "),
        "helpText": f"{option.help}{several}",
        "isOptional": name not in NEEDED,
        "paramType": "TEXT",
    }
    pattern = PATTERNS.get(_bare(kind))
    return shown | {"regexes": [pattern]} if pattern else shown


def _bare(kind: Any) -> Any:
    """The type of a value that is there."""
    return next((each for each in get_args(kind) if each in {*PATTERNS, datetime}), kind)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.dataflow.metadata", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file is out of date")
    current = FILE.exists() and FILE.read_text(encoding="utf-8") == text()
    if parser.parse_args(arguments).check:
        return 0 if current else 1
    FILE.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
