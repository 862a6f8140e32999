import json

import pytest

from pipelines.report import HEADLINES, print_report, report_lines
from schemas.runs import Accounting, Outcome, RunRecord

COUNTS = Accounting(
    links=9, articles=3, duplicates=1, failures={"gone": 1, "not_found": 2}, drops={"seen": 2}, sources={"read": 1}
)


def _record(outcome: Outcome = Outcome.COMMITTED, counts: Accounting = COUNTS) -> RunRecord:
    return RunRecord(
        run_id="R1", outcome=outcome, started_at="2026-11-23T12:00:00+00:00", ended_at="2026-11-23T12:01:00+00:00",
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
    assert capsys.readouterr().out.endswith("  dataset: out\n")
