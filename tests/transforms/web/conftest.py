from collections.abc import Iterator
from typing import Any

import pytest

from schemas.policies import FetchPolicy
from tests.fixtures.clients import MakeClient
from transforms.web.client import Client


@pytest.fixture
def make() -> Iterator[MakeClient]:
    """Makes clients and closes them."""
    made: list[Client] = []

    def make_client(policy: FetchPolicy, **ports: Any) -> Client:
        made.append(Client(policy, **ports))
        return made[-1]

    yield make_client
    for each in made:
        each.close()
