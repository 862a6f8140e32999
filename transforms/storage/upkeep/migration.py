"""Migration: a dataset of an older version of the columns becomes one of today's, all at once.

How versions evolve: a new column needs a default (null, or the field's own) and no step; a column that is renamed,
or whose values change their meaning, needs an entry in STEPS. Whoever raises SCHEMA_VERSION adds it here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from schemas.articles import Article, Duplicate
from schemas.columns import arrow_schema, from_row, to_table
from schemas.failures import Drop, Failure
from schemas.fingerprints import Known
from schemas.homes import HomeCountry
from schemas.runs import WrittenFile
from schemas.sources import FeedHealth, SourceRead
from schemas.state import LinkState, RobotsKnown
from schemas.stories import Merge, Notice
from schemas.version import SCHEMA_VERSION
from transforms.storage.agreement import committed_version, read_agreement, write_agreement
from transforms.storage.files import Files, StorageError
from transforms.storage.manifests import Kind, Manifest, commit, live, manifests
from transforms.storage.recovery import folder_of, recover, sweep
from transforms.storage.upkeep.rewriting import read_batches, write_rows

RECORDS: Mapping[str, type] = {
    "articles": Article,
    "duplicates": Duplicate,
    "failures": Failure,
    "feeds": FeedHealth,
    "links": LinkState,
    "fingerprints": Known,
    "drops": Drop,
    "sources": SourceRead,
    "robots": RobotsKnown,
    "merges": Merge,
    "notices": Notice,
    "homes": HomeCountry,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What became of the columns between one version and the next, by table."""

    renamed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # table: {old name: new name}
    changed: Mapping[str, Callable[[pa.Table], pa.Table]] = field(default_factory=dict)  # table: rows made anew


HASHES = ("keys", "sample", "numbers")


def halve_hashes(table: pa.Table) -> pa.Table:
    """Fingerprints with the upper halves of their hashes; that two of a text differ in the lower only is left be."""
    fingerprints = table["fingerprint"].combine_chunks()
    parts = {each.name: fingerprints.field(each.name) for each in fingerprints.type}
    parts |= {name: pa.array([_halved(each) for each in parts[name].to_pylist()], pa.binary()) for name in HASHES}
    fields = [pa.field(each.name, parts[each.name].type, each.nullable) for each in fingerprints.type]
    made = pa.StructArray.from_arrays(list(parts.values()), fields=fields)
    return table.set_column(table.column_names.index("fingerprint"), "fingerprint", made)


def _halved(packed: bytes) -> bytes:
    return np.frombuffer(packed, "<u4")[1::2].tobytes()


# By the version that they lead away from; a version without one only gained columns.
STEPS: Mapping[int, Step] = {1: Step(changed={"fingerprints": halve_hashes})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What a migration did."""

    before: int
    after: int
    files: int
    rows: int


def migrate(
    files: Files, run_id: str, now: datetime, to: int = SCHEMA_VERSION, steps: Mapping[int, Step] = STEPS
) -> Migrated | None:
    """Write all files anew in one commit; None where they are of this version already.

    Old files go at once: a glob that met both would read each row twice, and columns that differ.
    """
    recover(files, now, at_once=True)
    found = manifests(files)
    before = committed_version(files)
    if before is None or before == to:
        _agree(files, to)  # a migration that was killed may not have come so far
        return None
    if before > to:
        raise StorageError(
            f"{files.root} has columns of version {before}, and this newsbeam knows {to}; install a newer"
        )
    listed = live(found)
    road = [steps.get(version, Step()) for version in range(before, to)]
    known = [each for each in listed if each.table in RECORDS]
    new = [_rewritten(each, road, to, files, run_id) for each in known]
    manifest = Manifest(
        run_id=run_id,
        kind=Kind.MIGRATE,
        at=now.isoformat(),
        files=tuple(new),
        keeps=tuple(each for each in listed if each.table not in RECORDS),
        removes=tuple(each.path for each in known),
        folds=tuple(each.run_id for each in found),
        schema_version=to,
    )
    commit(manifest, files)
    sweep(files, now)
    _agree(files, to)
    return Migrated(before=before, after=to, files=len(new), rows=sum(each.rows for each in new))


def shaped(table: pa.Table, name: str, to: int) -> pa.Table:
    """Rows of a table with the columns of today, in their order; new ones have their default."""
    record: Any = RECORDS[name]
    schema, defaults = arrow_schema(record), _defaults(record)
    rows = table.num_rows
    columns = {each: table[each] for each in schema.names if each in table.column_names}
    for each in set(schema.names) - columns.keys():
        columns[each] = pa.array([_default(name, each, schema, defaults)] * rows, schema.field(each).type)
    if "schema_version" in columns:
        columns["schema_version"] = pa.array([to] * rows, pa.int64())
    ordered = pa.table({each: columns[each] for each in schema.names})
    if ordered.schema.equals(schema, check_metadata=False):
        return pa.Table.from_arrays(ordered.columns, schema=schema)
    return to_table([from_row(row, record) for row in ordered.to_pylist()], record)  # a column inside a struct is new


def _agree(files: Files, to: int) -> None:
    agreement = read_agreement(files)
    if agreement:
        write_agreement(replace(agreement, schema_version=to), files)


def _rewritten(file: WrittenFile, road: Sequence[Step], to: int, files: Files, run_id: str) -> WrittenFile:
    batches = (shaped(_walked(table, file.table, road), file.table, to) for table in read_batches(file.path, files))
    new = write_rows(batches, file.table, folder_of(file.path), files, run_id, file.rows)
    if new is None or new.rows != file.rows:
        raise StorageError(
            f"{files.root}/{file.path} has {file.rows} rows, and {new.rows if new else 0} came out of it"
        )
    return new


def _walked(table: pa.Table, name: str, road: Sequence[Step]) -> pa.Table:
    for step in road:
        names = step.renamed.get(name, {})
        table = table.rename_columns([names.get(each, each) for each in table.column_names])
        table = step.changed[name](table) if name in step.changed else table
    return table


def _defaults(record: Any) -> dict[str, Any]:
    made = {each.name: each.default_factory() for each in fields(record) if each.default_factory is not MISSING}
    return made | {each.name: each.default for each in fields(record) if each.default is not MISSING}


def _default(table: str, name: str, schema: pa.Schema, defaults: Mapping[str, Any]) -> Any:
    if name in defaults:
        return list(defaults[name]) if isinstance(defaults[name], tuple) else defaults[name]
    if schema.field(name).nullable:
        return None
    raise StorageError(
        f"the column {name} of {table} is new and has no default; transforms/storage/upkeep/migration.py needs a step"
    )
