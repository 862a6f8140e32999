import csv
import json
from collections.abc import Iterator
from io import BytesIO, StringIO

import pyarrow.parquet as pq
import pytest

from pipelines.explorer.exports import _cell, web_uri
from schemas.articles import Article
from schemas.columns import arrow_schema
from tests.fixtures.explored import FLOOD, FLOOD_TEXT, Client, explored, id_of, served
from tests.fixtures.standards import errors


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(explored(tmp_path_factory.mktemp("explored") / "news")) as each:
        yield each


def test_parquet_has_every_column(client: Client) -> None:
    table = pq.read_table(BytesIO(client.ask("/export/parquet?language=en&source=river.example").body))
    assert table.schema.equals(arrow_schema(Article))
    assert table["article_id"].to_pylist() == [id_of(FLOOD)]


def test_csv_has_a_line_for_each_and_no_formula(client: Client) -> None:
    rows = list(csv.DictReader(StringIO(client.ask("/export/csv").text)))
    assert len(rows) == 3
    assert {row["text"][:2] for row in rows if row["host"] == "bad.example"} == {"'="}
    assert [row["topics"] for row in rows if row["host"] == "river.example"] == ["medtop:20000150"]


def test_a_json_feed_has_the_newest_first(client: Client) -> None:
    feed = json.loads(client.ask("/export/feed").body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    dates = [each["date_published"] for each in feed["items"] if "date_published" in each]
    assert dates == sorted(dates, reverse=True)
    assert all(each["id"] and each["content_text"] for each in feed["items"])


def test_a_json_feed_keeps_to_its_standard(client: Client) -> None:
    feed = json.loads(client.ask("/export/feed").body)
    assert errors(feed, "jsonfeed") == []
    assert len(feed["items"]) == 3
    assert errors(feed | {"rows": []}, "jsonfeed") != []


def test_each_document_of_ninjs_keeps_to_its_standard(client: Client) -> None:
    lines = client.ask("/export/ninjs").body.splitlines()
    assert [found for line in lines for found in errors(json.loads(line), "ninjs")] == []
    assert len(lines) == 3
    assert errors(json.loads(lines[0]) | {"body": "x"}, "ninjs") != []


@pytest.mark.parametrize(
    "start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1", "|calc", "%1"]
)
def test_no_cell_begins_as_a_formula(start: str) -> None:
    assert _cell(start) == f"'{start}"
    assert _cell([start]) == f"'{start}"


@pytest.mark.parametrize("value", ["a=1", "", None, 5, -5, 1.5])
def test_other_cells_are_left_alone(value: object) -> None:
    assert _cell(value) == value


def test_a_text_with_quotes_commas_and_lines_comes_back_from_csv_as_it_was(client: Client) -> None:
    rows = {row["article_id"]: row["text"] for row in csv.DictReader(StringIO(client.ask("/export/csv").text))}
    assert rows[id_of(FLOOD)] == FLOOD_TEXT


@pytest.mark.parametrize(
    ("addresses", "uri"),
    [
        (("javascript:alert(3)", "https://a.example/1"), "https://a.example/1"),
        ((None, "https://köln.example/云?q=é"), "https://xn--kln-sna.example/%E4%BA%91?q=%C3%A9"),
        (("file:///etc/passwd", ""), None),
        ((None,), None),
    ],
)
def test_addresses_are_those_of_the_web_in_the_letters_of_a_uri(addresses: tuple[str | None, ...], uri: str) -> None:
    assert web_uri(*addresses) == uri


def test_ninjs_has_a_document_on_each_line(client: Client) -> None:
    (line,) = client.ask("/export/ninjs?q=flood").text.splitlines()
    document = json.loads(line)
    assert document["headlines"] == [{"role": "main", "value": "Flood in Geneva"}]
    assert document["subjects"][0]["uri"] == "http://cv.iptc.org/newscodes/mediatopic/20000150"


def test_an_export_of_nothing_is_whole(client: Client) -> None:
    assert pq.read_table(BytesIO(client.ask("/export/parquet?region=XX").body)).num_rows == 0
    assert json.loads(client.ask("/export/feed?region=XX").body)["items"] == []
