"""Case 89: clocks and time zones. Case 91: values that would like to be paths."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines import launch
from tests.fixtures.archives import write_warc
from tests.fixtures.command import newsbeam
from tests.fixtures.datasets import rows
from tests.fixtures.records import dated, html, story

pytestmark = pytest.mark.faults

HOSTILE = ("../../x", "a=b", " ", "x" * 300, "__HIVE_DEFAULT_PARTITION__", "😀/😀", "%2e%2e", "con\x00")
SAFE_FOLDER = re.compile(r"[a-z_]+=([0-9A-Za-z_-]+)")


def test_case_89_the_zone_of_the_machine_changes_no_row(tmp_path: Path) -> None:
    late = html("Late", *story(1), head=dated("2026-11-20T23:30:00+00:00"))
    early = html("Early", *story(2), head=dated("2026-11-21T01:00:00+05:30"))
    source = write_warc(
        tmp_path / "w.warc.gz", [("https://a.example/1", late), ("https://a.example/2", early)], "2026-11-21T18:45:00Z"
    )
    made = {}
    for zone in ("UTC", "Asia/Kolkata", "America/St_Johns"):
        output = tmp_path / zone.replace("/", "-")
        command = [sys.executable, "-m", "pipelines", "run", "--warc", source, "--output", str(output)]
        subprocess.run(command, env=os.environ | {"TZ": zone}, check=True, capture_output=True)
        folders = sorted(path.parent.name for path in (output / "articles").rglob("*.parquet"))
        made[zone] = folders, [_without_run(row) for row in rows(output, "articles")]
    assert made["UTC"] == made["Asia/Kolkata"] == made["America/St_Johns"]
    assert made["UTC"][0] == ["published_date=2026-11-20"]


def _without_run(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "run_id"}


def test_case_89_a_clock_that_jumps_back_revives_no_old_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output, url = tmp_path / "out", "https://a.example/1"
    first = write_warc(tmp_path / "1.warc.gz", [(url, html("T", *story(1)))], "2026-11-20T10:00:00Z")
    edited = write_warc(tmp_path / "2.warc.gz", [(url, html("T", *story(2)))], "2026-11-20T11:00:00Z")
    assert newsbeam("run", "--warc", first, "--output", output).code == 0

    class Back(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz or UTC) - timedelta(hours=1)

    monkeypatch.setattr(launch, "datetime", Back)
    for _ in range(2):  # what the second of these runs knows is what the first one wrote
        assert newsbeam("run", "--warc", edited, "--output", output).code == 0
    assert sorted(row["revision"] for row in rows(output, "articles")) == [1, 2]
    assert newsbeam("doctor", output).code == 0


@pytest.mark.parametrize("value", HOSTILE)
def test_case_91_no_value_of_a_page_becomes_a_path(tmp_path: Path, value: str) -> None:
    attribute = value.replace("\x00", "&#0;")
    head = (
        f'<meta property="og:site_name" content="{attribute}"><meta property="article:section" content="{attribute}">'
    )
    page = html("Title", *story(1), head=head).replace(b"lang=en", f'lang="{attribute}"'.encode())
    source = write_warc(tmp_path / "w.warc.gz", [("https://a.example/1", page)])
    output = tmp_path / "deep" / "out"
    parts = ("--partition-by", "published_date,language,topic,region")
    assert newsbeam("run", "--warc", source, "--output", output, *parts).code == 0
    (path,) = (output / "articles").rglob("*.parquet")
    assert all(SAFE_FOLDER.fullmatch(part) for part in path.relative_to(output / "articles").parts[:-1])
    assert {each.name for each in tmp_path.iterdir()} == {"deep", "w.warc.gz"}
    (row,) = rows(output, "articles")
    assert row["section"] in {value, value.strip() or None, value.strip("\x00"), None}
    assert newsbeam("doctor", output).code == 0
