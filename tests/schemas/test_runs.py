from datetime import UTC, datetime

import pytest

from schemas.runs import Accounting, Outcome, Run, RunRecord


def test_a_run_knows_the_folder_of_its_day() -> None:
    assert Run(run_id="r", output="o", started_at=datetime(2026, 1, 2, 23, 59, tzinfo=UTC)).day == "run_date=2026-01-02"


def test_links_equal_the_sum_of_their_fates() -> None:
    counts = Accounting(links=10, articles=4, duplicates=1, failures={"gone": 2, "not_found": 1}, drops={"seen": 2})
    assert counts.fates == 10
    assert counts.balanced
    assert counts.sentence() == "10 links = 4 articles + 1 duplicates + 3 failures + 2 drops"


@pytest.mark.parametrize("links", [9, 11])
def test_one_link_too_many_or_too_few_is_seen(links: int) -> None:
    counts = Accounting(links=links, articles=10, duplicates=0)
    assert not counts.balanced
    assert f"{links} links ≠ 10 articles" in counts.sentence()


def test_sources_are_no_fates_of_links() -> None:
    assert Accounting(links=0, articles=0, duplicates=0, sources={"read": 3, "failed": 1}).balanced


def test_every_outcome_has_a_name_of_its_own() -> None:
    assert sorted(Outcome) == ["all_failed", "committed", "interrupted", "nothing_new", "unbalanced"]


def test_two_records_do_not_share_their_stages() -> None:
    counts = Accounting(links=0, articles=0, duplicates=0)
    records = [
        RunRecord(
            run_id="r", outcome=Outcome.COMMITTED, started_at="", ended_at="", accounting=counts, files=0, output="o"
        )
        for _ in range(2)
    ]
    assert records[0].stages is not records[1].stages
