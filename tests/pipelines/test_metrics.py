"""The text file that Prometheus reads."""

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from pipelines.metrics import metrics
from schemas.runs import Accounting, Outcome, RunRecord
from schemas.watches import Watch

WATCH = Watch(
    host="h", pid=1, every_seconds=900, started_at="2026-11-23T12:00:00+00:00", rounds=3, failed_rounds=1,
    newest_published_at="2026-11-23T11:00:00+00:00",
)  # fmt: skip
RECORD = RunRecord(
    run_id="R", outcome=Outcome.COMMITTED, started_at="2026-11-23T12:00:00+00:00",
    ended_at="2026-11-23T12:00:30+00:00", files=1, output="out",
    accounting=Accounting(
        links=4, articles=1, duplicates=1, failures={"timeout": 1}, drops={"seen": 1}, sources={"read": 2}
    ),
)  # fmt: skip


def _values(watch: Watch, record: RunRecord | None) -> dict[str, float]:
    text = generate_latest(metrics(watch, record)).decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {"".join([sample.name, *sample.labels.values()]): sample.value for sample in samples}


def test_every_count_of_the_run_is_there() -> None:
    assert _values(WATCH, RECORD) == {
        "newsbeam_rounds": 3,
        "newsbeam_rounds_failed": 1,
        "newsbeam_last_round_succeeded": 1,
        "newsbeam_newest_published_timestamp_seconds": 1795431600,
        "newsbeam_last_run_ended_timestamp_seconds": 1795435230,
        "newsbeam_last_run_seconds": 30,
        "newsbeam_last_run_links": 4,
        "newsbeam_last_run_articles": 1,
        "newsbeam_last_run_duplicates": 1,
        "newsbeam_last_run_notices": 0,
        "newsbeam_last_run_failurestimeout": 1,
        "newsbeam_last_run_dropsseen": 1,
        "newsbeam_last_run_sourcesread": 2,
    }


def test_a_failed_round_says_so_and_shows_no_run() -> None:
    values = _values(WATCH, None)
    assert values["newsbeam_last_round_succeeded"] == 0
    assert not [name for name in values if "last_run" in name]
