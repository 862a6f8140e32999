from pathlib import Path

import pytest

from schemas.failures import Drop, DropReason, Failure, Reason, Stage, Subject
from schemas.sources import SourceKind, SourceRead, SourceStatus
from tests.fixtures.datasets import finished
from tests.fixtures.records import run_in
from tests.fixtures.verbs import run_verb
from transforms.write_records import WriteRecords, _Write, is_fate

DROPS = [Drop(url=f"https://news.example/{n}", reason=DropReason.SEEN) for n in range(3)]
FAILURE = Failure(url="u", stage=Stage.OPEN, reason=Reason.GONE)


@pytest.mark.parametrize(
    ("row", "fate"),
    [
        (DROPS[0], True),
        (FAILURE, True),
        (Failure(url="u", stage=Stage.READ, reason=Reason.NOT_A_FEED, subject=Subject.SOURCE), False),
        (SourceRead(source="s", kind=SourceKind.FEED, status=SourceStatus.READ), False),
    ],
)
def test_a_row_is_a_fate_when_a_link_ends_in_it(row: object, fate: bool) -> None:
    assert is_fate(row) is fate


def test_records_of_a_bundle_are_one_file_that_waits_for_the_commit(tmp_path: Path) -> None:
    done = run_verb(lambda _: WriteRecords("drops", Drop, "", run_in(tmp_path)), DROPS[::-1])
    (file,) = done.outputs
    assert (file.table, file.rows, file.fates) == ("drops", 3, 3)
    assert finished(tmp_path, file, Drop) == DROPS
    assert not list(tmp_path.glob("drops*"))


def test_a_full_file_is_closed_before_the_bundle_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.write_records.FILE_ROWS", 2)
    write = _Write("drops", Drop, "", run_in(tmp_path))
    write.start_bundle()
    files = [file for each in DROPS for file in write.process(each)]
    files += [each.value for each in write.finish_bundle()]
    assert [row for file in files for row in finished(tmp_path, file, Drop)] == DROPS
    assert [each.rows for each in files] == [2, 1]
