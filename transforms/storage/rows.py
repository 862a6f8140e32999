"""Rows to commit, made column by column from files of candidates: no text becomes a Python object on the way."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from schemas.articles import Article, Duplicate
from schemas.candidates import CommitBatch
from schemas.columns import arrow_schema, to_table
from schemas.fingerprints import Known, Verdict
from schemas.runs import Run
from schemas.state import LinkState
from transforms.storage.files import Files
from transforms.storage.partitions import folders
from transforms.storage.staging import read_staged_table


def judged_rows(batch: CommitBatch, files: Files) -> pa.Table:
    """Candidates of a batch with their verdicts beside them: link, article, fingerprint, verdict."""
    tables = [read_staged_table(each.path, each.rows, files) for each in batch.placements]
    verdicts = [verdict for each in batch.placements for verdict in each.verdicts]
    return pa.concat_tables(tables).combine_chunks().append_column("verdict", _structs(verdicts))


def repeated(judged: pa.Table) -> Iterator[tuple[dict[str, Any], str]]:
    """Link and id of rows that repeat another candidate's id, and so need no row."""
    again = judged.filter(_again(judged))
    yield from zip(again["link"].to_pylist(), pc.struct_field(again["article"], "article_id").to_pylist(), strict=True)


def articles_by_partition(judged: pa.Table, run: Run) -> Iterator[tuple[str, pa.Table]]:
    """Rows of `articles` by the folder that they belong in, in the order of the folders' names."""
    chosen = judged.filter(pc.is_null(_verdict(judged, "duplicate_of")))
    if chosen.num_rows == 0:
        return
    table = _shaped(_with_verdict(chosen, run), Article)
    names = folders(table, run.partition_by)
    places = sorted(range(len(names)), key=names.__getitem__)
    for name, rows in groupby(places, key=names.__getitem__):
        yield name, table.take(pa.array(list(rows), pa.int64()))


def duplicates(judged: pa.Table, run: Run) -> pa.Table:
    """Rows of `duplicates`, in the order of their ids."""
    copies = judged.filter(pc.and_(pc.is_valid(_verdict(judged, "duplicate_of")), pc.invert(_again(judged))))
    return _shaped(_with_verdict(copies, run), Duplicate).sort_by("article_id")


def without_texts(copies: pa.Table) -> pa.Table:
    """For those who may not keep the texts of others twice."""
    return _shaped(copies.drop_columns(["title", "text"]), Duplicate)


def known(judged: pa.Table) -> pa.Table:
    """Fingerprints with their stories, for later runs."""
    single = judged.filter(pc.invert(_again(judged)))
    columns = {name: _verdict(single, name) for name in ("cluster_id", "cluster_size", "duplicate_of")}
    return _shaped(pa.table({"fingerprint": single["fingerprint"], **columns}), Known)


def link_states(judged: pa.Table, run: Run) -> pa.Table:
    """What became of each link that was read."""
    count = judged.num_rows
    columns = {
        "url_key": pc.struct_field(judged["link"], "url_key"),
        "at": pa.array([run.started_at] * count, pa.timestamp("us", tz="UTC")),
        "version": pc.struct_field(judged["link"], "version"),
        **{name: pc.struct_field(judged["article"], name) for name in ("content_hash", "revision", "first_seen_at")},
        "failures": pa.array([0] * count, pa.int64()),
    }
    return _shaped(pa.table(columns), LinkState)


def _structs(verdicts: Sequence[Verdict]) -> pa.StructArray:
    return to_table(verdicts, Verdict).to_struct_array().combine_chunks()


def _verdict(judged: pa.Table, name: str) -> pa.ChunkedArray:
    return pc.struct_field(judged["verdict"], name)


def _again(judged: pa.Table) -> pa.ChunkedArray:
    same = pc.equal(_verdict(judged, "duplicate_of"), pc.struct_field(judged["article"], "article_id"))
    return pc.fill_null(same, fill_value=False)


def _with_verdict(judged: pa.Table, run: Run) -> pa.Table:
    """The article's columns, with those of its verdict and run in their place."""
    article = judged["article"].combine_chunks().flatten()
    columns = dict(zip(arrow_schema(Article).names, article, strict=True))
    columns |= {name: _verdict(judged, name) for name in arrow_schema(Verdict).names}
    columns["run_id"] = pa.array([run.run_id] * judged.num_rows, pa.string())
    return pa.table(columns)


def _shaped(table: pa.Table, record: type) -> pa.Table:
    """The columns of a record class in its order; those that the table lacks are null."""
    schema = arrow_schema(record)
    columns = [
        table[name] if name in table.column_names else pa.array([None] * table.num_rows, schema.field(name).type)
        for name in schema.names
    ]
    return pa.Table.from_arrays(columns, schema=schema)
