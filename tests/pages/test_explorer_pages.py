"""The explorer in a browser: two widths, light and dark. `make test-pages` brings what is needed."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.explored import FLOOD, HOSTILE, HOSTILE_TITLE, Client, explored, id_of, served

LOOK = Path(__file__).parents[2] / "build" / "pages" / "look.mjs"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
VIEWS = (
    "/",
    "/?q=flood&region=CH",
    "/?q=nothing+of+this",
    f"/article/{id_of(FLOOD)}",
    f"/article/{id_of(HOSTILE)}",
    "/x",
)

pytestmark = [
    pytest.mark.pages,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium; install it, as by apt-get install chromium"),
    pytest.mark.skipif(not LOOK.exists(), reason="nothing looks at pages; run make test-pages"),
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(explored(tmp_path_factory.mktemp("explored") / "news")) as each:
        yield each


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_readable_for_all_and_keeps_to_itself(view: str, client: Client) -> None:
    page = f"{client.explorer.address},{view}"
    done = subprocess.run(["node", str(LOOK), str(CHROMIUM), page], capture_output=True, check=True, timeout=120)
    seen = json.loads(done.stdout)
    assert len(seen) == 4
    for each in seen:
        assert [one for one in each["errors"] if view != "/x"] == []  # a browser logs that a page was not found
        assert each["requests"] == []
        assert each["violations"] == []
        assert each["overflow"] == 0
    if view == "/" or view.endswith(id_of(HOSTILE)):
        assert HOSTILE_TITLE in seen[0]["text"]
