from pathlib import Path

from pipelines.ingest import ingest
from schemas.work import REST, Work, outside_extraction
from tests.fixtures.archives import write_warc
from tests.fixtures.records import html, story


def test_a_run_tells_what_each_verb_cost(tmp_path: Path) -> None:
    pages = [(f"https://news.example/{n}", html(f"Title {n}", *story(n))) for n in range(3)]
    record = ingest(warc=(write_warc(tmp_path / "a.warc.gz", pages),), output=str(tmp_path / "out"), workers=1)
    told = {each.verb: each for each in record.work}
    assert [*told] == [
        "read", "canonicalize", "select", "look_up", "open", "extract", "stage", "furniture", "finish", "sketches",
        "resolve", "commit", "record", "rest",
    ]  # fmt: skip
    assert (told["extract"].taken, told["extract"].given) == (3, 3)
    assert told["open"].bytes_out == sum(len(page) for _, page in pages)
    assert told["extract"].bytes_in > told["open"].bytes_out
    assert told["extract"].cpu > 0
    assert told["stage"].bytes_out > 0
    assert told["sketches"].bytes_shuffled > 0
    assert told[REST] == Work(verb=REST, seconds=told[REST].seconds, cpu=told[REST].cpu)
    assert outside_extraction(record.work) is not None
