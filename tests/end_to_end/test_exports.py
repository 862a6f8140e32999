"""All that the sample site gave, taken out of the explorer: each form by the rules of its standard."""

import json
from collections.abc import Iterator
from io import BytesIO

import pyarrow.parquet as pq
import pytest

from tests.end_to_end.conftest import SiteRuns
from tests.fixtures.datasets import rows
from tests.fixtures.explored import Client, served
from tests.fixtures.standards import errors
from transforms.storage.files import LocalFiles


@pytest.fixture(scope="module")
def client(site_runs: SiteRuns) -> Iterator[Client]:
    with served(LocalFiles(str(site_runs.output))) as each:
        yield each


@pytest.fixture(scope="module")
def ids(site_runs: SiteRuns) -> set[str]:
    return {row["article_id"] for row in rows(site_runs.output, "articles")}


def test_every_article_is_in_the_json_feed_as_its_standard_has_it(client: Client, ids: set[str]) -> None:
    feed = json.loads(client.ask("/export/feed").body)
    assert errors(feed, "jsonfeed") == []
    assert {each["id"] for each in feed["items"]} == ids


def test_every_article_is_a_document_of_ninjs(client: Client, ids: set[str]) -> None:
    documents = [json.loads(line) for line in client.ask("/export/ninjs").body.splitlines()]
    assert [found for each in documents for found in errors(each, "ninjs")] == []
    assert len(documents) == len(ids)


def test_parquet_is_the_dataset_once_more(client: Client, site_runs: SiteRuns) -> None:
    exported = pq.read_table(BytesIO(client.ask("/export/parquet").body))
    before = {row["article_id"]: row for row in rows(site_runs.output, "articles")}
    for row in exported.to_pylist():
        assert {name: before[row["article_id"]][name] for name in row} == row
    assert exported.num_rows == len(before)
