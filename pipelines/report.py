"""What a run says when it has ended, then and later: where nobody waited for it, its record is all there is."""

from collections.abc import Iterator, Mapping, Sequence

from pipelines.terminal import put
from schemas.runs import HEADLINES, RunRecord
from schemas.work import Work, cpu_of, outside_extraction
from transforms.storage import layout
from transforms.storage.records import record_json


def print_report(record: RunRecord, *, as_json: bool, newest: bool = True) -> None:
    """Print a run's record, for people or as JSON."""
    put(record_json(record).rstrip("\n") if as_json else "\n".join(report_lines(record, newest=newest)))


def report_lines(record: RunRecord, *, newest: bool = False) -> Iterator[str]:
    """A run for people: what came in, what became of it, where it lies; the page in the output is of the newest."""
    counts = record.accounting
    yield f"run {record.run_id}: {HEADLINES[record.outcome]}"
    yield f"  {counts.sentence()}"
    yield from _listed("sources", counts.sources)
    yield from _listed("failures", counts.failures)
    yield from _listed("drops", counts.drops)
    yield from (f"  look at: {each}" for each in record.notices)
    yield from _cost(record.work)
    yield f"  dataset: {record.output}"
    if newest:
        yield f"  as a page: {record.output.rstrip('/')}/{layout.REPORT}"


def _cost(work: Sequence[Work]) -> Iterator[str]:
    """What the run used, and how much of it was not extraction."""
    outside = outside_extraction(work)
    if outside is not None:
        yield f"  CPU: {cpu_of(work):.1f} s, {outside:.0%} of it outside extraction"


def _listed(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    if counts:
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        yield f"  {title}: " + ", ".join(f"{number} {name}" for name, number in ordered)
