from pathlib import Path

import pytest

from schemas.candidates import Candidate
from tests.fixtures.datasets import staged
from tests.fixtures.records import candidate, link, run_in, story
from tests.fixtures.verbs import run_verb
from transforms.articles.sketching import fingerprint_candidate
from transforms.stage_candidates import StageCandidates, _Pack

ONE = candidate(*story(1), title="One")


def test_claim_checks_travel_and_candidates_lie_on_disk_in_order(tmp_path: Path) -> None:
    given = [fingerprint_candidate(candidate(*story(n), of=link(f"https://news.example/{n}"))) for n in range(3)]
    done = run_verb(lambda _: StageCandidates(run_in(tmp_path)), given)
    (file,) = done.outputs
    assert staged(tmp_path, file.path, Candidate) == given
    assert file.rows == 3


def test_a_full_file_is_closed_before_the_bundle_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.stage_candidates.FILE_ROWS", 2)
    pack = _Pack(run_in(tmp_path))
    pack.start_bundle()
    given = [fingerprint_candidate(candidate(*story(n), of=link(f"https://news.example/{n}"))) for n in range(3)]
    packed = [each for one in given for each in pack.process(one)] + [each.value for each in pack.finish_bundle()]
    assert [each.rows for each in packed] == [2, 1]
