"""Where everything lies below a dataset's root. Data folders hold nothing but finished Parquet."""

DATA_TABLES = ("articles", "duplicates", "failures", "feeds")  # what people read
STATE_TABLES = ("links", "fingerprints", "drops", "sources")  # what the next run reads, and what explains a run

DATASET = "_meta/dataset.json"  # what all runs must agree on
PROBE = "_meta/.writable"
LOCK = "_meta/lock.json"
VIEWS = "_meta/views.sql"
MANIFESTS = "_meta/manifests"
PENDING = "_meta/pending"
RUNS = "_meta/runs"
STAGING = "_meta/staging"


def table_folder(name: str) -> str:
    """Folder of a table."""
    return name if name in DATA_TABLES else f"_meta/state/{name}"


def manifest(run_id: str) -> str:
    return f"{MANIFESTS}/{run_id}.json"


def pending_manifest(run_id: str) -> str:
    return f"{PENDING}/{run_id}.json"


def run_record(run_id: str) -> str:
    return f"{RUNS}/{run_id}.json"


def staging(run_id: str, kind: str = "") -> str:
    """Folder of what a run has in hand: `drafts`, `candidates`, `finished`."""
    return f"{STAGING}/{run_id}/{kind}".rstrip("/")


def aside(run_id: str, path: str) -> str:
    """Where a finished file waits for the commit, on the same file system, under the path that it will have."""
    return f"{staging(run_id, 'finished')}/{path}"
