import math
from typing import Any

import pytest

from schemas.policies import ExtractPolicy, FetchPolicy, SandboxPolicy
from schemas.version import PIPELINE_VERSION


@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf])
@pytest.mark.parametrize(
    ("policy", "name"),
    [
        (FetchPolicy, "hosts_at_once"), (FetchPolicy, "deadline"), (FetchPolicy, "connect_timeout"),
        (FetchPolicy, "max_body"), (FetchPolicy, "max_header_bytes"), (SandboxPolicy, "deadline"),
        (SandboxPolicy, "memory"), (SandboxPolicy, "processes"), (ExtractPolicy, "min_chars"),
        (ExtractPolicy, "max_page_bytes"),
    ],
)  # fmt: skip
def test_a_figure_that_must_be_positive_says_so(policy: Any, name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be positive, got {value}$"):
        policy(**{name: value})


@pytest.mark.parametrize("value", [-1, math.nan, math.inf])
@pytest.mark.parametrize(
    "name", ["per_host_delay", "max_redirects", "retries", "backoff", "max_host_wait", "max_crawl_delay"]
)
def test_a_figure_that_may_be_zero_may_not_be_less(name: str, value: float) -> None:
    FetchPolicy(**{name: 0})
    with pytest.raises(ValueError, match=f"^{name} must be zero or more, got {value}$"):
        FetchPolicy(**{name: value})


def test_a_network_must_be_one() -> None:
    assert FetchPolicy(allow_private_networks=("127.0.0.0/8", "fd00::/8")).allow_private_networks
    with pytest.raises(ValueError, match="does not appear to be"):
        FetchPolicy(allow_private_networks=("localhost",))
    with pytest.raises(ValueError, match="has host bits set"):
        FetchPolicy(allow_private_networks=("127.0.0.1/8",))


def test_the_user_agent_names_program_version_and_contact() -> None:
    agent = FetchPolicy(contact="me@example.org").user_agent
    assert agent.startswith(f"newsbeam/{PIPELINE_VERSION} (+https://")
    assert agent.endswith("; me@example.org)")
    assert FetchPolicy().user_agent.endswith("; no contact given)")


def test_a_policy_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        FetchPolicy().retries = 9  # type: ignore[misc]  # that is the point


def test_by_default_publishers_are_asked_gently() -> None:
    policy = FetchPolicy()
    assert policy.per_host_delay >= 1
    assert policy.retries <= 2
    assert policy.allow_private_networks == ()
