"""What fails again in a later run: a row for each real try, and none for a run that did not ask."""

from collections import Counter
from pathlib import Path

import pytest

from tests.fixtures.command import LOOPBACK, newsbeam
from tests.fixtures.datasets import rows
from tests.fixtures.hostile_server import HostileServer, answer

pytestmark = pytest.mark.faults


def test_each_real_try_of_a_page_and_a_feed_is_a_row_and_nothing_else_is(tmp_path: Path) -> None:
    output, listed = tmp_path / "out", tmp_path / "urls.txt"
    with HostileServer() as server:
        server.pages["/down"] = answer(503)
        gone, feed = server.url("/gone"), server.url("/feed")
        listed.write_text(f"{gone}\n{server.url('/down')}\n")
        asked = []
        for _ in range(3):
            before = len(server.paths())
            newsbeam("run", "--urls", listed, "--feeds", feed, "--output", output, *LOOPBACK, "--workers", "1")
            asked += [path for path in set(server.paths()[before:]) if path != "/robots.txt"]
    assert Counter(row["url"] for row in rows(output, "failures")) == Counter(map(server.url, asked))
    assert Counter(asked)["/gone"] == 1  # what is not found rests for a day
    assert Counter(asked)["/down"] == 2  # a passing trouble is tried in the next run, and then rests
