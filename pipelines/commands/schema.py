"""`newsbeam schema`: the columns of the tables, in words or as another system wants them."""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence

from pipelines.exits import Exit
from pipelines.options import UsageError
from pipelines.terminal import put
from schemas.dialects import bigquery_columns, duckdb_table, plain_schema, spark_schema
from schemas.dictionary import dictionary_parts
from schemas.errors import Code
from schemas.tables import TABLES


def options(parser: argparse.ArgumentParser) -> None:
    """The table and the form."""
    named = "only this table; for bigquery and spark articles unless named"
    parser.add_argument("table", metavar="TABLE", nargs="?", help=named)
    parser.add_argument("--format", choices=tuple(FORMATS), default="markdown", help="(%(default)s)")
    parser.add_argument("--json", dest="format", action="store_const", const="json", default=argparse.SUPPRESS,
                        help="the same as --format json")  # fmt: skip
    parser.set_defaults(command=schema)


def schema(arguments: argparse.Namespace) -> int:
    """Print the schema of one table or of all; BigQuery and Spark take one at a time."""
    table: str | None = arguments.table
    if table is not None and table not in TABLES:
        raise UsageError(f"there is no table {table}; it is any of {', '.join(TABLES)}", Code.NOT_IN_DATASET)
    put(FORMATS[arguments.format]([table] if table else list(TABLES)))
    return Exit.DONE


def _markdown(tables: Sequence[str]) -> str:
    return "\n\n".join(dictionary_parts(tables))


def _json(tables: Sequence[str]) -> str:
    return json.dumps(plain_schema(tables), indent=1, ensure_ascii=False)


def _duckdb(tables: Sequence[str]) -> str:
    return "\n\n".join(map(duckdb_table, tables))


def _bigquery(tables: Sequence[str]) -> str:
    return json.dumps(bigquery_columns(_only(tables)), indent=1, ensure_ascii=False)


def _spark(tables: Sequence[str]) -> str:
    return json.dumps(spark_schema(_only(tables)), indent=1, ensure_ascii=False)


def _only(tables: Sequence[str]) -> str:
    """The table that was named; without a name it is the one that people mean."""
    return tables[0]


FORMATS: Mapping[str, Callable[[Sequence[str]], str]] = {
    "markdown": _markdown,
    "json": _json,
    "duckdb": _duckdb,
    "bigquery": _bigquery,
    "spark": _spark,
}
