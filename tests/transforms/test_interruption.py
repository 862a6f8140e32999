from collections.abc import Iterator

import pytest

from transforms.interruption import ask_to_stop, asked_to_stop, forget_stop, listening


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    forget_stop()


def test_nobody_asked_until_somebody_does_and_it_can_be_forgotten() -> None:
    assert not asked_to_stop()
    ask_to_stop()
    assert asked_to_stop()
    forget_stop()
    assert not asked_to_stop()


def test_those_who_listen_are_told_once_and_no_longer_than_they_listen() -> None:
    told: list[str] = []
    with listening(lambda: told.append("one")):
        with listening(lambda: told.append("two")):
            pass
        ask_to_stop()
    ask_to_stop()
    assert told == ["one"]


def test_who_comes_late_is_told_at_once() -> None:
    told: list[str] = []
    ask_to_stop()
    with listening(lambda: told.append("late")):
        assert told == ["late"]
