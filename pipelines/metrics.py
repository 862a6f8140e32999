"""The counters of the last run as a Prometheus text file, as node_exporter's textfile collector reads them."""

from collections.abc import Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from pipelines.terminal import say
from schemas.runs import RunRecord
from schemas.watches import Watch


def write_metrics(path: str | None, watch: Watch, record: RunRecord | None) -> None:
    """Write or replace the file in one step, or say why not. Without a record the last round failed."""
    if path is None:
        return
    try:
        write_to_textfile(path, metrics(watch, record))
    except OSError as error:
        say(f"newsbeam: --metrics {path} cannot be written ({error.strerror}); newsbeam goes on without it")


def metrics(watch: Watch, record: RunRecord | None) -> CollectorRegistry:
    """Gauges of the watch or stream, and of the run where there is one."""
    registry = CollectorRegistry()
    _gauge(registry, "rounds", "Rounds of this watch, or windows of this stream.", watch.rounds)
    _gauge(registry, "rounds_failed", "Rounds that ended by trouble that is not data.", watch.failed_rounds)
    _gauge(registry, "last_round_succeeded", "Whether the last round ended as it should.", int(record is not None))
    if watch.newest_published_at:
        newest = datetime.fromisoformat(watch.newest_published_at).timestamp()
        _gauge(registry, "newest_published_timestamp_seconds", "Publication of the newest article.", newest)
    if record:
        _add_run(registry, record)
    return registry


def _add_run(registry: CollectorRegistry, record: RunRecord) -> None:
    started, ended = (datetime.fromisoformat(each).timestamp() for each in (record.started_at, record.ended_at))
    counts = record.accounting
    _gauge(registry, "last_run_ended_timestamp_seconds", "End of the last run.", ended)
    _gauge(registry, "last_run_seconds", "Duration of the last run.", ended - started)
    _gauge(registry, "last_run_links", "Links that came in.", counts.links)
    _gauge(registry, "last_run_articles", "Articles that were added.", counts.articles)
    _gauge(registry, "last_run_duplicates", "Copies that were folded away.", counts.duplicates)
    _gauge(registry, "last_run_notices", "What to look at, as a feed that went quiet.", len(record.notices))
    _labelled(registry, "last_run_failures", "Links that failed.", "reason", counts.failures)
    _labelled(registry, "last_run_drops", "Links that needed no row.", "reason", counts.drops)
    _labelled(registry, "last_run_sources", "Feeds, sitemaps and lists.", "status", counts.sources)


def _gauge(registry: CollectorRegistry, name: str, explanation: str, value: float) -> None:
    Gauge(f"newsbeam_{name}", explanation, registry=registry).set(value)


def _labelled(
    registry: CollectorRegistry, name: str, explanation: str, label: str, values: Mapping[str, float]
) -> None:
    gauge = Gauge(f"newsbeam_{name}", explanation, [label], registry=registry)
    for each, value in values.items():
        gauge.labels(each).set(value)
