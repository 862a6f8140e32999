"""The running example of the design: a text whose last eight paragraphs stand twice, through the whole run.

python -m benchmarks.seed --data ../shared/data
"""

import argparse
import html
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds

from benchmarks.warc import Response, write_response
from pipelines.ingest import ingest
from schemas.tags import Role

URL = "https://news.example/world/letter"
READ_AT = datetime(2026, 11, 20, tzinfo=UTC)
NAMED_SIGNATORIES = {"GB", "FR", "DE", "AU", "CA", "JP", "NZ"}
POLITICS, SCIENCE = "medtop:11000000", "medtop:13000000"


def page_of(text: str) -> bytes:
    """The text as a plain page, a paragraph for each of its blocks."""
    paragraphs = "".join(f"<p>{html.escape(block.strip())}</p>" for block in text.split("\n\n") if block.strip())
    head = "<head><title>Letter on the camps</title></head>"
    return f"<html>{head}<body><article>{paragraphs}</article></body></html>".encode()


def checks(rows: list[dict[str, Any]], text: str) -> Iterator[tuple[str, bool]]:
    """What a right result holds, and whether it does."""
    row = rows[0]
    paragraphs = list(dict.fromkeys(" ".join(block.split()) for block in text.split("\n\n") if block.strip()))
    roles = {region["code"]: region["role"] for region in row["regions"]}
    topics = {topic["name"] for topic in row["topics"]}
    codes = {topic["code"] for topic in row["topics"]}
    yield "one article", len(rows) == 1
    yield f"each of the {len(paragraphs)} paragraphs once", row["text"].split("\n\n") == paragraphs
    yield (
        "primary region CN, primary subdivision CN-XJ",
        (row["primary_region"], row["primary_subdivision"]) == ("CN", "CN-XJ"),
    )
    yield (
        "about China and Xinjiang, and nothing else",
        {c for c, r in roles.items() if r == Role.ABOUT} == {"CN", "CN-XJ"},
    )
    wanted = NAMED_SIGNATORIES | {"TR", "US"}
    yield "signatories, Turkey and the US only mentioned", all(roles.get(code) == Role.MENTIONED for code in wanted)
    yield "UN as organisation", "UN" in {each["code"] for each in row["organizations"]}
    yield "Geneva in Switzerland", "CH" in roles
    yield "politics with international relations below", POLITICS in codes and "international relations" in topics
    yield "society with human rights below", "society" in topics and "human rights" in topics
    yield "no science", SCIENCE not in codes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    source = parser.parse_args().data / "seed" / "article.txt"
    if not source.exists():
        print(f"{source} is not there; --data names the folder of the data to measure with", file=sys.stderr)
        return 2
    text = source.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "seed.warc.gz")
        with archive.open("wb") as file:
            write_response(file, Response(url=URL, fetched_at=READ_AT, html=page_of(text)))
        record = ingest(warc=(str(archive),), output=f"{folder}/out")
        rows = ds.dataset(f"{folder}/out/articles", format="parquet").to_table().to_pylist()
    print(record.accounting.sentence())
    results = list(checks(rows, text))
    for name, holds in results:
        print(f"{'yes' if holds else 'NO ':<4} {name}")
    return 0 if all(holds for _, holds in results) else 1


if __name__ == "__main__":
    sys.exit(main())
