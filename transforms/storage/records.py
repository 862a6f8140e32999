"""Run records: what each run says of itself, as JSON beside the data."""

import json
from dataclasses import asdict

from schemas.runs import Accounting, Outcome, RunRecord
from transforms.storage.layout import Layout
from transforms.storage.manifests import write_text


def record_json(record: RunRecord) -> str:
    """A record as JSON; the order of its keys is that of its fields."""
    return json.dumps(asdict(record), indent=1, ensure_ascii=False, default=str) + "\n"


def write_record(record: RunRecord, layout: Layout) -> None:
    """Write or replace the record of a run."""
    write_text(record_json(record), layout.run_record(record.run_id))


def read_record(layout: Layout, run_id: str) -> RunRecord:
    """The record of a run that has ended; raises FileNotFoundError for any other."""
    content = json.loads(layout.run_record(run_id).read_text(encoding="utf-8"))
    content |= {"accounting": Accounting(**content["accounting"]), "outcome": Outcome(content["outcome"])}
    return RunRecord(**content)
