"""The report of the sample site in a browser: two widths, light and dark. `make test-pages` brings what is needed."""

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from schemas.reports import Failed
from tests.fixtures.reported import HOSTILE, recent, reported
from transforms.reporting.page import page

LOOK = Path(__file__).parents[2] / "build" / "pages" / "look.mjs"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SERIOUS = ("serious", "critical")

pytestmark = [
    pytest.mark.pages,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium; install it, as by apt-get install chromium"),
    pytest.mark.skipif(not LOOK.exists(), reason="nothing looks at pages; run make test-pages"),
]


def _seen(html: str, folder: Path) -> list[dict[str, Any]]:
    path = folder / "page.html"
    path.write_text(html, encoding="utf-8")
    done = subprocess.run(["node", str(LOOK), str(CHROMIUM), str(path)], capture_output=True, check=True, timeout=120)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_a_report_is_readable_for_all_and_keeps_to_itself(tmp_path: Path) -> None:
    failed = Failed(url=HOSTILE, subject="link", reason="gone", detail=HOSTILE, retry_at=None)
    many = tuple(recent(number, title=HOSTILE, host=f"site-{number % 30}.example") for number in range(300))
    one = reported(recent=many, failures=(failed,))
    seen = _seen(page(replace(one, before=one.record), "committed"), tmp_path)
    assert [(each["width"], each["scheme"]) for each in seen] == [
        (1280, "light"), (1280, "dark"), (390, "light"), (390, "dark"),
    ]  # fmt: skip
    for each in seen:
        assert each["errors"] == []
        assert each["requests"] == []
        assert [one["id"] for one in each["violations"] if one["impact"] in SERIOUS] == []
        assert (each["overflow"], each["scripts"]) == (0, 0)
    assert "<script>alert(1)</script>" in seen[0]["text"]
