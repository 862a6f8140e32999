import pytest

from pipelines.beam_options import unknown_to_beam
from pipelines.options import UsageError


@pytest.mark.parametrize(
    "arguments",
    [
        ["--runner=DirectRunner"], ["--runner", "FnApiRunner"], ["--direct_num_workers=2"],
        ["--direct_running_mode", "multi_processing"], ["--job_endpoint=localhost:1", "--environment_type=LOOPBACK"],
        [],
    ],
)  # fmt: skip
def test_what_beam_knows_passes(arguments: list[str]) -> None:
    assert unknown_to_beam(arguments) == []


@pytest.mark.parametrize(
    ("arguments", "unknown"),
    [
        (["--bogus"], ["--bogus"]),
        (["--runner=FnApiRunner", "--bogus=1", "more"], ["--bogus=1", "more"]),
        (["--runne=FnApiRunner"], ["--runne=FnApiRunner"]),  # abbreviations would hide misspellings
    ],
)
def test_what_beam_does_not_know_comes_back(arguments: list[str], unknown: list[str]) -> None:
    assert unknown_to_beam(arguments) == unknown


@pytest.mark.parametrize("arguments", [["--direct_num_workers", "many"], ["--direct_running_mode=best"], ["--runner"]])
def test_a_value_that_beam_refuses_is_a_usage_error(arguments: list[str]) -> None:
    with pytest.raises(UsageError, match=r"Beam does not take these options: .*--(direct_|runner)"):
        unknown_to_beam(arguments)
