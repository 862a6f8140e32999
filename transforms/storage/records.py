"""Run records: what each run says of itself, as JSON beside the data."""

import json
from dataclasses import asdict

from schemas.runs import Accounting, Outcome, RunRecord
from schemas.work import Work
from transforms.storage import layout
from transforms.storage.files import Files, read_parsed


def record_json(record: RunRecord) -> str:
    """A record as JSON; the order of its keys is that of its fields."""
    return json.dumps(asdict(record), indent=1, ensure_ascii=False, default=str) + "\n"


def write_record(record: RunRecord, files: Files) -> None:
    """Write or replace the record of a run."""
    files.write(layout.run_record(record.run_id), record_json(record).encode())


def read_record(run_id: str, files: Files) -> RunRecord:
    """The record of a run that has ended; FileNotFoundError for any other, StorageError where it is not whole."""
    return read_parsed(layout.run_record(run_id), parse_record, files)


def parse_record(content: bytes) -> RunRecord:
    """A record from its JSON; raises ValueError, KeyError, TypeError or AttributeError for anything else."""
    row = json.loads(content)
    row["notices"] = tuple(row.get("notices", ()))
    row["work"] = tuple(Work(**each) for each in row.get("work", ()))
    row |= {"accounting": Accounting(**row["accounting"]), "outcome": Outcome(row["outcome"])}
    return RunRecord(**row)


def run_ids(files: Files) -> list[str]:
    """Runs that left a record, the oldest first."""
    return [path.rpartition("/")[2].removesuffix(".json") for path in files.list(layout.RUNS) if path.endswith(".json")]
