"""`views.sql`: one DuckDB database of all tables, exact as of the last commit."""

import os.path
from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from schemas.dialects import columns_of, duckdb_type, sql_text
from schemas.partitions import DEFAULT
from schemas.tables import TABLES, is_date, partition_keys
from transforms.storage import layout
from transforms.storage.agreement import read_agreement
from transforms.storage.files import Files
from transforms.storage.manifests import committed
from transforms.storage.records import run_ids

ROOT = "newsbeam_root"  # variable and macro: where the dataset lies

HEADER = f"""\
-- All tables of this dataset as of its last commit, for DuckDB: duckdb -init THIS_FILE
-- Made anew by every command that changes the dataset. After the folder was moved, until then:
--   SET VARIABLE {ROOT} = '/its/new/place';  before this file is read.
SET TimeZone = 'UTC';
SET parquet_metadata_cache = true;  -- no file ever changes, so its footer is read once"""

RUNS = {
    "run_id": "VARCHAR",
    "outcome": "VARCHAR",
    "started_at": "TIMESTAMP WITH TIME ZONE",
    "ended_at": "TIMESTAMP WITH TIME ZONE",
    "accounting": "STRUCT(links BIGINT, articles BIGINT, duplicates BIGINT, failures MAP(VARCHAR, BIGINT),"
    " drops MAP(VARCHAR, BIGINT), sources MAP(VARCHAR, BIGINT))",
    "files": "BIGINT",
    "output": "VARCHAR",
    "stages": "MAP(VARCHAR, MAP(VARCHAR, BIGINT))",
    "notices": "VARCHAR[]",
    "work": "STRUCT(verb VARCHAR, seconds DOUBLE, cpu DOUBLE, taken BIGINT, given BIGINT, bytes_in BIGINT,"
    " bytes_out BIGINT, bytes_shuffled BIGINT)[]",
}
RUN_COLUMNS = """run_id, outcome, started_at, ended_at, accounting.links, accounting.articles, accounting.duplicates,
    accounting.failures, accounting.drops, accounting.sources, files, output, stages, notices, work"""

# Rows with a successor are few and told by id and number, so that this is a join on equal values: any other condition
# keeps DuckDB from pushing a filter on the rest into the files. Files without revisions are passed by their statistics.
CURRENT = """\
SELECT old.* FROM articles AS old ANTI JOIN (
    SELECT article_id, unnest(range(1, max(revision))) AS revision
    FROM articles WHERE revision > 1 GROUP BY article_id
) AS succeeded USING (article_id, revision)"""

# Stories that later turned out to be one are tied together by merges, in any direction and over several steps.
CLUSTER_MEMBERS = """\
WITH RECURSIVE ties AS (
    SELECT old_id AS id, new_id AS other FROM merges UNION ALL SELECT new_id, old_id FROM merges
), reached AS (
    SELECT id, other FROM ties UNION SELECT reached.id, ties.other FROM reached JOIN ties ON ties.id = reached.other
), today AS (
    SELECT id, min(other) AS cluster_id FROM reached GROUP BY id
), members AS (
    SELECT cluster_id, article_id, false AS is_copy, NULL::VARCHAR AS method, NULL::DOUBLE AS similarity,
        url, canonical_url, host, title, wire_agency, published_at, fetched_at, first_seen_at FROM articles_current
    UNION ALL
    SELECT cluster_id, article_id, true, method, similarity,
        url, canonical_url, host, title, wire_agency, published_at, fetched_at, fetched_at FROM duplicates
)
SELECT least(members.cluster_id, today.cluster_id) AS cluster_id, members.* EXCLUDE (cluster_id)
FROM members LEFT JOIN today ON today.id = members.cluster_id
QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY fetched_at DESC, is_copy, url) = 1"""

# Who had it first: the earliest, of equally early ones that of an agency. A later copy may turn out to be it.
CLUSTERS = """\
SELECT cluster_id, count(*) AS size, count(*) FILTER (NOT is_copy) AS articles, count(DISTINCT host) AS hosts,
    min(published_at) AS first_published_at, max(published_at) AS last_published_at,
    first(article_id ORDER BY published_at NULLS LAST, wire_agency IS NULL, first_seen_at, article_id) AS original_id,
    list({'article_id': article_id, 'is_copy': is_copy, 'url': url, 'host': host, 'title': title,
        'published_at': published_at} ORDER BY published_at NULLS LAST, wire_agency IS NULL, first_seen_at, article_id)
        AS members
FROM cluster_members GROUP BY cluster_id"""

DERIVED = (
    ("articles_current", CURRENT, "The newest revision of each article"),
    ("cluster_members", CLUSTER_MEMBERS, "Every article and copy as of now, with the story that it belongs to today"),
    ("clusters", CLUSTERS, "Stories as of now: how many articles and copies each has, which, and which had it first"),
)


def write_views(files: Files) -> None:
    """Write the views of the dataset as it is now."""
    files.write(layout.VIEWS, views_sql(files).encode())


def views_sql(files: Files) -> str:
    """The views as a script. It names every file, so that its reader sees one commit, no less and no more."""
    agreement = read_agreement(files)
    partition_by = agreement.partition_by if agreement else DEFAULT
    paths: dict[str, list[str]] = {}
    for each in committed(files):
        paths.setdefault(each.table, []).append(each.path)
    parts = [HEADER, f"CREATE OR REPLACE MACRO {ROOT}() AS coalesce(getvariable('{ROOT}'), {sql_text(_place(files))});"]
    for name, table in TABLES.items():
        parts += _view(name, _rows(name, sorted(paths.get(name, [])), partition_by), table.description)
    parts += _view("runs", _runs([layout.run_record(each) for each in run_ids(files)]), "What each run says of itself")
    for name, query, description in DERIVED:
        parts += _view(name, query, description)
    return "\n\n".join(parts) + "\n"


def _place(files: Files) -> str:
    return files.root if "://" in files.root else os.path.abspath(files.root)  # noqa: PTH100  # keeps links, as given


def _view(name: str, query: str, description: str) -> Iterator[str]:
    yield f"CREATE OR REPLACE VIEW {name} AS\n{query};\nCOMMENT ON VIEW {name} IS {sql_text(description)};"


def _rows(name: str, paths: Sequence[str], partition_by: tuple[str, ...]) -> str:
    schema = columns_of(name, partition_by)
    if not paths:
        return _no_rows(schema)
    types = ", ".join(f"{key}: {'DATE' if is_date(key) else 'VARCHAR'}" for key in partition_keys(name, partition_by))
    return (
        f"SELECT {_quoted(schema.names)}\n"
        f"FROM read_parquet({_listed(paths)}, hive_partitioning = true, hive_types = {{{types}}})"
    )


def _runs(paths: Sequence[str]) -> str:
    types = ", ".join(f"{name}: {sql_text(kind)}" for name, kind in RUNS.items())
    source = f"read_json({_listed(paths)}, columns = {{{types}}})" if paths else f"({_none_of(RUNS)})"
    return f"SELECT {RUN_COLUMNS}\nFROM {source}"


def _no_rows(schema: pa.Schema) -> str:
    """A table of these columns and no row."""
    return _none_of({each.name: duckdb_type(each.type) for each in schema})


def _none_of(types: dict[str, str]) -> str:
    columns = ",\n    ".join(f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in types.items())
    return f"SELECT {columns}\nWHERE false"


def _listed(paths: Iterable[str]) -> str:
    return f"[{ROOT}() || '/' || path FOR path IN [\n    " + ",\n    ".join(map(sql_text, paths)) + "]]"


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
