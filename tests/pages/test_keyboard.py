"""The explorer by keyboard alone, at two widths. `make test-pages` brings what is needed."""

import json
import shutil
import subprocess
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.explored import explored, served

KEYS = Path(__file__).parents[2] / "build" / "pages" / "keys.mjs"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.pages,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium; install it, as by apt-get install chromium"),
    pytest.mark.skipif(not KEYS.exists(), reason="nothing presses keys; run make test-pages"),
]


@pytest.fixture(scope="module", params=[1280, 390])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    with served(explored(tmp_path_factory.mktemp("keys") / "news")) as client:
        command = ["node", str(KEYS), str(CHROMIUM), client.explorer.address, str(request.param)]
        done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    return json.loads(done.stdout)


def test_the_tab_key_goes_through_the_page_in_the_order_of_reading(told: dict[str, Any]) -> None:
    assert told["order"][0]["text"] == "Skip to the content"
    regions = [name for name, _ in groupby(each["region"] for each in told["order"])]
    assert regions == [None, "header", "form", "main", "aside"]
    fields = [each["text"] for each in told["order"] if each["tag"] == "input"]
    assert [name for name, _ in groupby(fields)] == ["q", "since", "until"]  # a date has several stops


def test_what_has_the_focus_is_seen_and_within_the_page(told: dict[str, Any]) -> None:
    assert [each["text"] for each in told["order"] if not each["seen"]] == []
    assert [each["text"] for each in told["order"] if not each["inside"]] == []
    assert told["overflow"] == 0


def test_the_skip_link_leads_past_the_form(told: dict[str, Any]) -> None:
    assert told["skip"]["href"] == "#main"
    assert told["skipped"]["tag"] == "main"
    assert told["afterSkip"]["region"] == "main"


def test_an_article_is_opened_by_enter_and_closed_by_escape_and_has_the_focus_again(told: dict[str, Any]) -> None:
    assert told["article"]["at"].startswith("/article/")
    assert told["closed"]["at"] == "/"
    assert told["closed"]["focus"]["href"] == told["article"]["at"]
    assert told["closed"]["focus"]["seen"]


def test_a_filter_is_chosen_and_taken_back_by_enter_and_keeps_the_focus(told: dict[str, Any]) -> None:
    assert told["filtered"]["at"] == "/?region=CH"
    assert told["filtered"]["focus"]["key"] == "region:CH"
    assert told["filtered"]["focus"]["seen"]
    assert told["unfiltered"]["at"] == "/"
    assert told["unfiltered"]["focus"]["key"] == "region:CH"


def test_a_slash_goes_to_the_search_and_enter_searches(told: dict[str, Any]) -> None:
    assert told["search"]["tag"] == "input"
    assert told["searched"]["at"].startswith("/?q=flood")
