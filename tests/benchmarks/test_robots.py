from pathlib import Path

import pytest

from benchmarks.robots import ASKED_FOR, FILE, failed_checks, main, read_checks

DATA = Path(__file__).parents[3] / "shared" / "data"


def test_case_41_googles_checks_of_robots_txt() -> None:
    if not (DATA / FILE).is_file():
        pytest.skip(f"{DATA / FILE} is absent: it is data for measuring and no part of the project")
    checks = read_checks(DATA / FILE)
    wrong = failed_checks(checks)
    assert len(checks) == 145
    assert len(checks) - len(wrong) >= ASKED_FOR
    # The three expect that a URL which nobody encoded does not match; we ask for encoded URLs only.
    assert all("encod" in each.test.lower() for each in wrong), wrong


def test_without_data_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path)]) == 2
    assert "absent" in capsys.readouterr().err
