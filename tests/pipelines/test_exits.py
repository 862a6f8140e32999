from pipelines.exits import BY_OUTCOME, Exit
from schemas.runs import Outcome


def test_the_codes_are_the_ones_that_scripts_rely_on() -> None:
    assert {each.name: int(each) for each in Exit} == {
        "DONE": 0, "BUG": 1, "USAGE": 2, "ALL_FAILED": 3, "LOCKED": 4, "STORAGE": 5, "UNBALANCED": 6,
        "ENGINE": 7, "INTERRUPTED": 130,
    }  # fmt: skip


def test_every_outcome_has_a_code() -> None:
    assert set(BY_OUTCOME) == set(Outcome)


def test_nothing_new_is_a_success() -> None:
    assert BY_OUTCOME[Outcome.NOTHING_NEW] == Exit.DONE == 0
