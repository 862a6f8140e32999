"""What tests of every folder stand on."""

from collections.abc import Iterator

import pytest

from tests.fixtures.hostile_server import HostileServer


@pytest.fixture
def server() -> Iterator[HostileServer]:
    """A site on loopback that has no page yet."""
    with HostileServer() as running:
        yield running
