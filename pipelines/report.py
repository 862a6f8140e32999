"""What a run says when it has ended, then and later: where nobody waited for it, its record is all there is."""

from collections.abc import Iterator, Mapping

from pipelines.terminal import put
from schemas.runs import HEADLINES, RunRecord
from transforms.storage.records import record_json


def print_report(record: RunRecord, *, as_json: bool) -> None:
    """Print a run's record, for people or as JSON."""
    put(record_json(record).rstrip("\n") if as_json else "\n".join(report_lines(record)))


def report_lines(record: RunRecord) -> Iterator[str]:
    """A run for people: what came in, what became of it, where it lies."""
    counts = record.accounting
    yield f"run {record.run_id}: {HEADLINES[record.outcome]}"
    yield f"  {counts.sentence()}"
    yield from _listed("sources", counts.sources)
    yield from _listed("failures", counts.failures)
    yield from _listed("drops", counts.drops)
    yield from (f"  look at: {each}" for each in record.notices)
    yield f"  dataset: {record.output}"


def _listed(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    if counts:
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        yield f"  {title}: " + ", ".join(f"{number} {name}" for name, number in ordered)
