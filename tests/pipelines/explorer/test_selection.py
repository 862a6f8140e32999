from datetime import date

import pytest

from pipelines.explorer.selection import BadSelection, Chosen, given, literal, parse_selection, where


def test_an_address_and_its_selection_say_the_same() -> None:
    chosen = Chosen(q="a b", since=date(2026, 11, 1), region=("CN", "unknown"), tag="UN", page=3)
    assert chosen.query() == "q=a+b&since=2026-11-01&region=CN&region=unknown&tag=UN&page=3"
    assert parse_selection(chosen.query()) == chosen


def test_values_are_parameters_and_absent_ones_are_asked_for_by_name() -> None:
    chosen = Chosen(source=("a'b.example",), region=("CN", "unknown"))
    assert (
        where(chosen) == "\nWHERE host IN ($source0)\n    AND (primary_region IN ($region0) OR primary_region IS NULL)"
    )
    assert given(chosen) == {"source0": "a'b.example", "region0": "CN"}
    assert "host IN ('a''b.example')" in where(chosen, told=True)


def test_a_toggled_value_comes_and_goes_and_leads_to_the_first_page() -> None:
    chosen = Chosen(region=("CN",), page=4)
    assert chosen.toggled("region", "TR") == Chosen(region=("CN", "TR"))
    assert chosen.toggled("region", "CN") == Chosen()


def test_only_given_names_are_replaced_in_what_is_told() -> None:
    assert literal("a = $a AND b = '$b'", {"a": "x'y"}) == "a = 'x''y' AND b = '$b'"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=yesterday", "since is a day as 2026-11-23, not yesterday"),
        ("page=0", "page is a number from 1 to 10000, not 0"),
        ("page=%D9%A3", "page is a number"),
        ("page=99999999999999999999", "page is a number"),
        ("q=%00", "is no text"),
        ("source=" + "x" * 201, "longer than 200"),
        ("&".join(f"region={n}" for n in range(21)), "more than 20 values of region"),
        ("&".join(f"x{n}=1" for n in range(200)), "more than 100 fields"),
        ("x" * 30_000, "too long"),
        ("q=%ff", "is no text"),
    ],
)
def test_what_is_no_selection_is_refused_in_a_sentence(query: str, said: str) -> None:
    with pytest.raises(BadSelection, match=said):
        parse_selection(query)
