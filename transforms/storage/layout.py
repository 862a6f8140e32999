"""Where everything lies below a dataset's root. Data folders hold nothing but finished Parquet."""

DATA_TABLES = ("articles", "duplicates", "merges", "failures", "feeds")  # what people read

DATASET = "_meta/dataset.json"  # what all runs must agree on
PROBE = "_meta/.writable"
LOCK = "_meta/lock.json"
WATCH = "_meta/watch.json"
STREAM = "_meta/stream"  # marks of a stream, and when it asked which feed
STOP_MARK, END_MARK = f"{STREAM}/stop", f"{STREAM}/ended"
VIEWS = "_meta/views.sql"
REPORT = "report.html"  # of the newest run, for people
DATAPACKAGE, CROISSANT = "datapackage.json", "croissant.json"  # for programs that look for them at the root
MANIFESTS = "_meta/manifests"
PENDING = "_meta/pending"
RUNS = "_meta/runs"
STAGING = "_meta/staging"
STATE = "_meta/state"
MERGED = "_meta/merged"  # what compaction made of data files, as long as globs still find those themselves
DELETED = "_meta/deleted"  # what must not come back
ARCHIVES = "_meta/archives.json"  # where runs wrote WARC files
COPIES = "_meta/copies"  # of the small files without which nobody knows what the dataset is
QUARANTINE = "_meta/quarantine"  # what `doctor` found and nobody vouches for


def table_folder(name: str) -> str:
    """Folder of a table."""
    return name if name in DATA_TABLES else f"{STATE}/{name}"


def manifest(run_id: str) -> str:
    return f"{MANIFESTS}/{run_id}.json"


def pending_manifest(run_id: str) -> str:
    return f"{PENDING}/{run_id}.json"


def run_record(run_id: str) -> str:
    return f"{RUNS}/{run_id}.json"


def deletion(run_id: str) -> str:
    return f"{DELETED}/{run_id}.json"


def copy_of(path: str) -> str:
    """Where the second copy of a manifest or a record of deletions lies."""
    return f"{COPIES}/{path.removeprefix('_meta/')}"


def quarantined(run_id: str, path: str) -> str:
    """Where a repair puts a file out of the way, under the path that it had."""
    return f"{QUARANTINE}/{run_id}/{path}"


def merged(path: str) -> str:
    """Where a merged data file waits until no reader needs the files that it was made of."""
    return f"{MERGED}/{path}"


def settled(path: str) -> str:
    """The place of a file once its waiting is over."""
    return path.removeprefix(f"{MERGED}/")


def staging(run_id: str, kind: str = "") -> str:
    """Folder of what a run has in hand: `drafts`, `candidates`, `finished`."""
    return f"{STAGING}/{run_id}/{kind}".rstrip("/")


def aside(run_id: str, path: str) -> str:
    """Where a finished file waits for the commit, on the same file system, under the path that it will have."""
    return f"{staging(run_id, 'finished')}/{path}"
