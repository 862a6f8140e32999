import json
from pathlib import Path

import pytest

from pipelines.exits import BY_OUTCOME
from pipelines.report import print_report, report_lines
from schemas.runs import HEADLINES, Accounting, Outcome, RunRecord
from tests.fixtures.command import newsbeam
from tests.fixtures.committed import dataset
from transforms.storage import layout
from transforms.storage.files import LocalFiles
from transforms.storage.lock import Lock
from transforms.storage.records import record_json, write_record

COUNTS = Accounting(
    links=9, articles=3, duplicates=1, failures={"gone": 1, "not_found": 2}, drops={"seen": 2}, sources={"read": 1}
)


def _record(outcome: Outcome = Outcome.COMMITTED, counts: Accounting = COUNTS, run_id: str = "R1") -> RunRecord:
    return RunRecord(
        run_id=run_id, outcome=outcome, started_at="2026-11-23T12:00:00+00:00", ended_at="2026-11-23T12:01:00+00:00",
        accounting=counts, files=4, output="out", stages={"open": {"ok": 4}},
    )  # fmt: skip


def test_a_run_tells_what_came_in_and_what_became_of_it() -> None:
    assert list(report_lines(_record())) == [
        "run R1: committed",
        "  9 links = 3 articles + 1 duplicates + 3 failures + 2 drops",
        "  sources: 1 read",
        "  failures: 2 not_found, 1 gone",
        "  drops: 2 seen",
        "  dataset: out",
    ]


def test_what_did_not_happen_has_no_line() -> None:
    lines = list(report_lines(_record(Outcome.NOTHING_NEW, Accounting(links=0, articles=0, duplicates=0))))
    assert lines == [
        "run R1: done, and nothing was new",
        "  0 links = 0 articles + 0 duplicates + 0 failures + 0 drops",
        "  dataset: out",
    ]


def test_equal_counts_stand_in_the_order_of_their_names() -> None:
    counts = Accounting(links=2, articles=0, duplicates=0, drops={"seen": 1, "limit": 1})
    assert "  drops: 1 limit, 1 seen" in report_lines(_record(counts=counts))


def test_every_outcome_has_a_headline() -> None:
    assert set(HEADLINES) == set(Outcome)


def test_json_is_all_that_goes_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(_record(), as_json=True)
    out, error = capsys.readouterr()
    told = json.loads(out)
    assert (told["outcome"], told["accounting"]["links"], told["stages"]) == ("committed", 9, {"open": {"ok": 4}})
    assert error == ""


def test_the_report_for_people_ends_with_its_last_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(_record(), as_json=False)
    assert capsys.readouterr().out.endswith("  dataset: out\n  as a page: out/report.html\n")


def _left(folder: Path, *run_ids: str, outcome: Outcome = Outcome.COMMITTED) -> LocalFiles:
    """A dataset in which runs left their records."""
    files = LocalFiles(str(folder))
    for run_id in run_ids:
        write_record(_record(outcome, run_id=run_id), files)
    return files


def test_the_newest_run_is_reported_unless_one_is_named(tmp_path: Path) -> None:
    _left(tmp_path, "R1", "R2", "R3")
    assert newsbeam("report", tmp_path).out.startswith("run R3: committed\n")
    assert newsbeam("report", tmp_path, "R1").out.startswith("run R1: committed\n")


def test_a_record_is_reported_as_it_lies_there(tmp_path: Path) -> None:
    _left(tmp_path, "R1")
    said = newsbeam("report", tmp_path, "R1", "--json")
    assert (said.code, said.out, said.err) == (0, record_json(_record()), "")


@pytest.mark.parametrize("outcome", Outcome)
def test_the_report_exits_as_the_run_did(tmp_path: Path, outcome: Outcome) -> None:
    _left(tmp_path, "R1", outcome=outcome)
    assert newsbeam("report", tmp_path, "R1").code == BY_OUTCOME[outcome]


def test_a_run_that_is_under_way_has_no_record_yet(tmp_path: Path) -> None:
    files = LocalFiles(str(tmp_path))
    with Lock(files, "R1"):
        for arguments in ((), ("R1",)):
            said = newsbeam("report", tmp_path, *arguments)
            assert (said.code, said.out) == (4, "")
            assert said.err == "newsbeam: run R1 is under way; it has no record yet [NB306: docs/errors.md]\n"
    _left(tmp_path, "R0")
    with Lock(files, "R1"):
        said = newsbeam("report", tmp_path)
        assert said.out.startswith("run R0")
        assert said.err == "newsbeam: run R1 is under way; this is the one before it\n"


def test_a_run_that_holds_its_lock_still_is_under_way_although_its_record_is_there(tmp_path: Path) -> None:
    with Lock(_left(tmp_path, "R1"), "R1"):
        assert newsbeam("report", tmp_path, "R1").code == 4
    assert newsbeam("report", tmp_path, "R1").code == 0


def test_a_run_whose_lock_shows_no_life_is_not_under_way(tmp_path: Path) -> None:
    owner = {"run_id": "R1", "machine": "another", "heartbeat": "2026-11-02T00:00:00+00:00"}
    LocalFiles(str(tmp_path)).write(layout.LOCK, json.dumps(owner).encode())
    assert newsbeam("report", tmp_path, "R1").code == 2
    _left(tmp_path, "R1")
    assert newsbeam("report", tmp_path, "R1").out.startswith("run R1")


def test_a_run_that_left_no_record_is_told_from_those_that_did(tmp_path: Path) -> None:
    said = newsbeam("report", tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "holds no record of any run" in said.err
    _left(tmp_path, *(f"R{number}" for number in range(9)))
    said = newsbeam("report", tmp_path, "R9")
    assert said.code == 2
    assert said.err.endswith(
        "which was killed or never was; the newest are R8, R7, R6, R5, R4 [NB304: docs/errors.md]\n"
    )


def test_a_damaged_record_is_told_as_trouble_of_the_storage(tmp_path: Path) -> None:
    _left(tmp_path, "R1").write("_meta/runs/R1.json", b"{")
    said = newsbeam("report", tmp_path)
    assert (said.code, said.out) == (5, "")
    assert "R1.json is damaged" in said.err


def test_the_page_of_a_run_is_made_again(tmp_path: Path) -> None:
    files = dataset(tmp_path)
    for name in ("R1", "R2"):
        write_record(_record(run_id=name), files)
    assert newsbeam("report", str(tmp_path), "--html").code == 0
    assert "R2" in (tmp_path / layout.REPORT).read_text(encoding="utf-8")
    assert newsbeam("report", str(tmp_path), "R1", "--html").code == 2
    assert newsbeam("report", str(tmp_path), "R1", "--html", str(tmp_path / "one.html")).code == 0
    assert "R1" in (tmp_path / "one.html").read_text(encoding="utf-8")
