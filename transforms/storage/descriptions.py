"""What a dataset says of itself to programs: `datapackage.json` (Frictionless) and `croissant.json` (MLCommons).

They lie at the dataset's root, since neither format lets a description name a file above itself.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from schemas.columns import arrow_schema
from schemas.dialects import about, duckdb_type
from schemas.tables import TABLES, partition_keys
from schemas.version import PIPELINE_VERSION, SCHEMA_VERSION
from transforms.storage import layout
from transforms.storage.agreement import Agreement, read_agreement
from transforms.storage.files import Files
from transforms.storage.manifests import committed
from transforms.storage.views import write_views

NAME = "newsbeam-dataset"
TITLE = "News articles, deduplicated and tagged"
DESCRIPTION = (
    "News articles with their topics and regions, the copies that were folded into them, what could not be read,"
    f" and the feeds that were asked. Collected by newsbeam {PIPELINE_VERSION}; texts belong to their publishers."
)
PARQUET = "application/vnd.apache.parquet"
KEYS: Mapping[str, list[str]] = {"articles": ["article_id", "revision"]}

FRICTIONLESS: Mapping[str, str] = {
    "string": "string", "int64": "integer", "double": "number", "bool": "boolean",
    "timestamp[us, tz=UTC]": "datetime",
}  # fmt: skip
CROISSANT: Mapping[str, str] = {
    "string": "sc:Text", "int64": "sc:Integer", "double": "sc:Float", "bool": "sc:Boolean",
    "timestamp[us, tz=UTC]": "sc:DateTime",
}  # fmt: skip
CROISSANT_NAMES = (
    "citeAs", "column", "extract", "field", "fileProperty", "fileObject", "fileSet", "format", "includes",
    "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex", "repeated",
    "replace", "samplingRate", "separator", "source", "subField", "transform", "equivalentProperty",
)  # fmt: skip
CONTEXT: Mapping[str, Any] = {name: f"cr:{name}" for name in CROISSANT_NAMES} | {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
}


def describe(files: Files) -> None:
    """Write anew all that tells readers what the dataset is: for whoever has just committed, under the lock."""
    write_views(files)
    agreement, paths = read_agreement(files), _paths(files)
    if agreement and paths:
        _write_json(layout.DATAPACKAGE, datapackage(agreement, paths), files)
        _write_json(layout.CROISSANT, croissant(agreement, paths), files)


def datapackage(agreement: Agreement, paths: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """A Data Package, version 2, of the files of each table."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": NAME,
        "title": TITLE,
        "description": DESCRIPTION,
        "version": f"{SCHEMA_VERSION}.0.0",
        "created": agreement.created_at,
        "resources": [_resource(name, paths[name], agreement) for name in paths],
    }


def croissant(agreement: Agreement, paths: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Croissant 1.0 of the same."""
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": NAME,
        "description": DESCRIPTION,
        "version": f"{SCHEMA_VERSION}.0.0",
        "datePublished": agreement.created_at,
        "isLiveDataset": True,
        "distribution": [_file_set(name, paths[name]) for name in paths],
        "recordSet": [_record_set(name) for name in paths],
    }


def _paths(files: Files) -> dict[str, list[str]]:
    """Files of the tables that people read, as of the last commit."""
    listed = sorted(committed(files), key=lambda each: each.path)
    found = {name: [each.path for each in listed if each.table == name] for name in TABLES}
    return {name: paths for name, paths in found.items() if paths}


def _write_json(path: str, content: Mapping[str, Any], files: Files) -> None:
    files.write(path, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())


def _resource(name: str, paths: Sequence[str], agreement: Agreement) -> dict[str, Any]:
    keys = ", ".join(partition_keys(name, agreement.partition_by))
    return {
        "name": name,
        "type": "table",
        "title": name,
        "description": f"{TABLES[name].description} Names of folders are columns too: {keys}.",
        "path": list(paths),
        "format": "parquet",
        "mediatype": PARQUET,
        "schema": _table_schema(name),
    }


def _table_schema(name: str) -> dict[str, Any]:
    """Columns of the files; those of the folders are in none of them."""
    columns = [_frictionless_field(each) for each in arrow_schema(TABLES[name].record)]
    return {"fields": columns} | ({"primaryKey": KEYS[name]} if name in KEYS else {})


def _frictionless_field(field: pa.Field) -> dict[str, Any]:
    """Lists are `any`: Frictionless's own reader of Parquet hands out something that is no `array` to it."""
    column = {"name": field.name, "type": FRICTIONLESS.get(str(field.type), "any"), "description": about(field)}
    column |= {"sqlType": duckdb_type(field.type)}
    return column | ({} if field.nullable else {"constraints": {"required": True}})


def _file_set(name: str, paths: Sequence[str]) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": f"{name}-files",
        "name": f"{name}-files",
        "description": f"Parquet files of {name}.",
        "encodingFormat": "application/x-parquet",
        "includes": list(paths),
    }


def _record_set(name: str) -> dict[str, Any]:
    source = {"fileSet": {"@id": f"{name}-files"}}
    columns = arrow_schema(TABLES[name].record)
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": TABLES[name].description,
        "field": [_croissant_field(each, name, source | {"extract": {"column": each.name}}) for each in columns],
    }


def _croissant_field(field: pa.Field, above: str, source: Mapping[str, Any]) -> dict[str, Any]:
    """A column; what is inside a struct is its sub-field, found in the column by its name."""
    repeated = pa.types.is_list(field.type)
    arrow = field.type.value_type if repeated else field.type
    place = f"{above}/{field.name}"
    column: dict[str, Any] = {"@type": "cr:Field", "@id": place, "name": place, "description": about(field)}
    column |= {"repeated": True} if repeated else {}
    if not pa.types.is_struct(arrow):
        return column | {"dataType": CROISSANT[str(arrow)], "source": dict(source)}
    return column | {"subField": [_croissant_field(each, place, _inside(source, each.name)) for each in arrow]}


def _inside(source: Mapping[str, Any], name: str) -> dict[str, Any]:
    before = source.get("transform", {}).get("jsonPath", "$")
    return {**source, "transform": {"jsonPath": f"{before}[*].{name}"}}
