import socket
from pathlib import Path

import pytest

from pipelines.commands.explore import opened
from pipelines.options import UsageError
from tests.fixtures.command import newsbeam
from tests.fixtures.explored import explored


def test_what_is_no_dataset_or_lies_elsewhere_is_refused(tmp_path: Path) -> None:
    for output, said in ((str(tmp_path), "holds no dataset"), ("gs://bucket/news", "copy it to a folder")):
        answer = newsbeam("explore", output)
        assert answer.code == 2
        assert said in answer.err


def test_a_port_that_is_none_or_taken_is_told(tmp_path: Path) -> None:
    output = explored(tmp_path / "news").root
    with pytest.raises(UsageError, match="0 to 65535, got 70000"):
        opened(output, 70_000)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError, match="give another --port"):
        opened(output, taken.getsockname()[1])


def test_the_address_has_a_token_of_its_own_each_time(tmp_path: Path) -> None:
    output = explored(tmp_path / "news").root
    addresses = []
    for _ in range(2):
        with opened(output, 0) as explorer:
            addresses.append(explorer.address)
            assert explorer.address.startswith(f"http://127.0.0.1:{explorer.port}/?token=")
    assert addresses[0].partition("token=")[2] != addresses[1].partition("token=")[2]
