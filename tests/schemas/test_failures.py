import inspect
import re
from enum import StrEnum

import pytest

from schemas.failures import Drop, DropReason, Failure, Fate, Reason, Stage, Subject

MEMBER = re.compile(r'^    ([A-Z_0-9]+) = "([a-z_0-9]+)"(?:  # (.+))?$', re.MULTILINE)


@pytest.mark.parametrize("closed_set", [Reason, DropReason])
def test_every_reason_says_beside_it_what_it_means(closed_set: type[StrEnum]) -> None:
    found = {name: note for name, _, note in MEMBER.findall(inspect.getsource(closed_set))}
    assert set(found) == set(closed_set.__members__)
    assert [name for name, note in found.items() if len(note) < 10] == []


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_says_what_to_do_after_what_it_means(reason: Reason) -> None:
    notes = {value: note for _, value, note in MEMBER.findall(inspect.getsource(Reason))}
    assert re.search("[;:] ", notes[reason]) or "--allow-private-networks" in notes[reason]


@pytest.mark.parametrize("closed_set", [Reason, DropReason, Stage, Subject])
def test_words_are_safe_as_names_of_counters_and_in_queries(closed_set: type[StrEnum]) -> None:
    assert all(re.fullmatch("[a-z][a-z_0-9]+", member) for member in closed_set)


def test_a_reason_is_never_a_drop_too() -> None:
    assert not set(map(str, Reason)) & set(map(str, DropReason))


def test_drops_are_the_ones_of_the_design() -> None:
    assert sorted(DropReason) == [
        "backing_off", "deleted", "duplicate_link", "excluded", "interrupted", "limit", "seen", "too_old", "unchanged",
    ]  # fmt: skip


def test_a_failure_is_a_links_unless_it_says_otherwise() -> None:
    assert Failure(url="u", stage=Stage.OPEN, reason=Reason.GONE).subject is Subject.LINK


def test_a_fate_holds_either_record() -> None:
    drop = Drop(url="u", reason=DropReason.SEEN)
    assert Fate(record=drop).record is drop
    assert Fate(record=drop).link is None
