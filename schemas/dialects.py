"""Columns in the words of other systems: DuckDB, BigQuery, Spark, plain JSON. All made from the Arrow schema."""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from schemas.columns import arrow_schema
from schemas.dictionary import describe_key, note_of, type_name
from schemas.partitions import DEFAULT
from schemas.tables import TABLES, is_date, partition_keys
from schemas.version import SCHEMA_VERSION

Names = Mapping[str, str]

DUCKDB: Names = {
    "string": "VARCHAR", "int64": "BIGINT", "double": "DOUBLE", "bool": "BOOLEAN", "binary": "BLOB",
    "date32[day]": "DATE", "timestamp[us, tz=UTC]": "TIMESTAMP WITH TIME ZONE",
}  # fmt: skip
BIGQUERY: Names = {
    "string": "STRING", "int64": "INT64", "double": "FLOAT64", "bool": "BOOL", "binary": "BYTES",
    "date32[day]": "DATE", "timestamp[us, tz=UTC]": "TIMESTAMP",
}  # fmt: skip
SPARK: Names = {
    "string": "string", "int64": "long", "double": "double", "bool": "boolean", "binary": "binary",
    "date32[day]": "date", "timestamp[us, tz=UTC]": "timestamp",
}  # fmt: skip


def columns_of(table: str, partition_by: tuple[str, ...] = DEFAULT) -> pa.Schema:
    """Columns of a table as readers see them: those of its files, then those of its folders."""
    keys = [_key_column(key) for key in partition_keys(table, partition_by)]
    return pa.schema([*arrow_schema(TABLES[table].record), *keys])


def duckdb_type(arrow: pa.DataType) -> str:
    if pa.types.is_list(arrow):
        return f"{duckdb_type(arrow.value_type)}[]"
    if pa.types.is_struct(arrow):
        return "STRUCT(" + ", ".join(f'"{each.name}" {duckdb_type(each.type)}' for each in arrow) + ")"
    return DUCKDB[str(arrow)]


def duckdb_table(table: str) -> str:
    """CREATE TABLE for DuckDB, with a comment on each column."""
    schema = columns_of(table)
    columns = [f'    "{each.name}" {duckdb_type(each.type)}{"" if each.nullable else " NOT NULL"}' for each in schema]
    comments = [f"COMMENT ON TABLE {table} IS {sql_text(TABLES[table].description)};"]
    comments += [f'COMMENT ON COLUMN {table}."{each.name}" IS {sql_text(about(each))};' for each in schema]
    return "\n".join([f"CREATE TABLE {table} (", ",\n".join(columns), ");", *comments])


def bigquery_columns(table: str) -> list[dict[str, Any]]:
    """A schema file for `bq mk --table` and `bq load`."""
    return [_bigquery_column(each) for each in columns_of(table)]


def spark_schema(table: str) -> dict[str, Any]:
    """What `StructType.fromJson` takes."""
    return {"type": "struct", "fields": [_spark_column(each) for each in columns_of(table)]}


def plain_schema(tables: Iterable[str] = tuple(TABLES)) -> dict[str, Any]:
    """Tables for programs of no special kind."""
    described = [
        {
            "name": name,
            "description": TABLES[name].description,
            "partition_keys": list(partition_keys(name)),
            "columns": [_plain_column(each) for each in columns_of(name)],
        }
        for name in tables
    ]
    return {"schema_version": SCHEMA_VERSION, "tables": described}


def about(field: pa.Field) -> str:
    """Description and unit in one."""
    note = note_of(field)
    return note.get("description", "") + (f" ({note['unit']})" if "unit" in note else "")


def sql_text(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _key_column(key: str) -> pa.Field:
    kind = pa.date32() if is_date(key) else pa.string()
    return pa.field(key, kind, nullable=False, metadata={"description": describe_key(key)})


def _bigquery_column(field: pa.Field) -> dict[str, Any]:
    repeated = pa.types.is_list(field.type)
    arrow = field.type.value_type if repeated else field.type
    mode = "REPEATED" if repeated else "NULLABLE" if field.nullable else "REQUIRED"
    column = {
        "name": field.name,
        "type": BIGQUERY.get(str(arrow), "RECORD"),
        "mode": mode,
        "description": about(field),
    }
    if pa.types.is_struct(arrow):
        column["fields"] = [_bigquery_column(each) for each in arrow]
    return column


def _spark_column(field: pa.Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "type": spark_type(field.type),
        "nullable": field.nullable,
        "metadata": {"comment": about(field)},
    }


def spark_type(arrow: pa.DataType) -> Any:
    if pa.types.is_list(arrow):
        return {"type": "array", "elementType": spark_type(arrow.value_type), "containsNull": False}
    if pa.types.is_struct(arrow):
        return {"type": "struct", "fields": [_spark_column(each) for each in arrow]}
    return SPARK[str(arrow)]


def _plain_column(field: pa.Field) -> dict[str, Any]:
    arrow = field.type.value_type if pa.types.is_list(field.type) else field.type
    inside = {"fields": [_plain_column(each) for each in arrow]} if pa.types.is_struct(arrow) else {}
    return {
        "name": field.name,
        "type": type_name(field.type),
        "arrow_type": str(field.type) if not inside else type_name(field.type),
        "nullable": field.nullable,
        **note_of(field),
        **inside,
    }
