import subprocess
import sys

import pytest

from benchmarks.extraction import same_title, text_f1


@pytest.mark.parametrize(
    ("found", "gold", "value"),
    [
        ("a b c d e", "a b c d e", 1.0),
        ("", "a b c d", 0.0),
        ("a b c d e f g", "a b c d e", 4 / 6),
        ("a b c d a b c d", "a b c d", 2 / 6),
        ("short text", "Short text", 0.0),
    ],
)
def test_text_is_scored_by_the_multiset_of_word_4_grams(found: str, gold: str, value: float) -> None:
    assert text_f1(found, gold) == pytest.approx(value)


def test_titles_are_compared_without_quotation_marks_of_a_kind() -> None:
    assert same_title("The “plan”  passes", 'The "plan" passes')
    assert not same_title("The plan", None)


@pytest.mark.parametrize(
    "command",
    [
        ["benchmarks.extraction", "--data", "/nowhere"],
        ["benchmarks.pages", "gold", "--data", "/nowhere", "--output", "/nowhere/x"],
        ["benchmarks.pages", "gold", "--output", "/nowhere/x"],
        ["benchmarks.peers.bare_trafilatura", "/nowhere/x", "/nowhere/y"],
    ],
)
def test_absent_data_is_one_sentence_and_exit_code_2(command: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
