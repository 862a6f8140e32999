"""Where everything lies below a dataset's root. Data folders hold nothing but finished Parquet."""

from dataclasses import dataclass
from pathlib import Path

DATA_TABLES = ("articles", "duplicates", "failures", "feeds")  # what people read
STATE_TABLES = ("links", "fingerprints", "drops", "sources")  # what the next run reads, and what explains a run


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths of one dataset."""

    root: Path

    @property
    def meta(self) -> Path:
        return self.root / "_meta"

    @property
    def lock(self) -> Path:
        return self.meta / "lock.json"

    @property
    def manifests(self) -> Path:
        return self.meta / "manifests"

    @property
    def views(self) -> Path:
        return self.meta / "views.sql"

    def run_record(self, run_id: str) -> Path:
        return self.meta / "runs" / f"{run_id}.json"

    def manifest(self, run_id: str) -> Path:
        return self.manifests / f"{run_id}.json"

    def staging(self, run_id: str) -> Path:
        return self.meta / "staging" / run_id

    def aside(self, run_id: str) -> Path:
        """Finished files wait here, on the same file system, under the paths that they will have."""
        return self.staging(run_id) / "finished"

    def table(self, name: str) -> Path:
        return self.root / name if name in DATA_TABLES else self.meta / "state" / name
