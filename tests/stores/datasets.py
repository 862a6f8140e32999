"""What lies in a dataset on a store, as its two kinds of readers see it."""

from typing import Any

from transforms.filesystems import dataset_files
from transforms.storage.manifests import committed, committed_paths
from transforms.storage.tables import read_table

TABLES = ("articles", "duplicates", "failures")
# What two runs over the same input may differ in.
PROVENANCE = frozenset({"run_id", "fetched_at", "first_seen_at", "at", "retry_at"})


def by_snapshot(address: str, table: str) -> list[dict[str, Any]]:
    """Rows of the files that manifests list."""
    files = dataset_files(address)
    return [row for path in committed_paths(table, files) for row in read_table(path, files).to_pylist()]


def by_glob(address: str, table: str) -> list[dict[str, Any]]:
    """Rows of all files below the table's folder; a torn one would be an error."""
    files = dataset_files(address)
    return [row for path in files.list(table) for row in read_table(path, files).to_pylist()]


def essence(rows: list[dict[str, Any]]) -> list[str]:
    """Rows without what may differ, in an order of their own."""
    return sorted(repr({name: value for name, value in row.items() if name not in PROVENANCE}) for row in rows)


def dataset(address: str) -> dict[str, list[str]]:
    """All rows that people read, for comparing; a glob must see what the manifests list."""
    for table in TABLES:
        assert essence(by_glob(address, table)) == essence(by_snapshot(address, table))
    return {table: essence(by_snapshot(address, table)) for table in TABLES}


def file_list(address: str) -> list[tuple[str, str]]:
    """Paths and checksums of what people read."""
    return sorted((each.path, each.sha256) for each in committed(dataset_files(address)) if each.table in TABLES[:2])
