import pytest

from schemas.failures import Reason
from transforms.web.addresses import AddressGuard
from transforms.web.faults import Fault

CLOSED = AddressGuard()
LOOPBACK = AddressGuard.opening(["127.0.0.0/8"])
PRIVATE_OR_ODD = [
    "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.1.1", "100.64.0.1", "192.0.0.192",
    "168.63.129.16", "100.100.100.200", "169.254.169.254", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "192.0.0.9", "192.0.0.10", "198.18.0.1", "203.0.113.1",
    "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
    "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::", "2001::1", "2001:db8::1", "fe80::1", "fe80::1%lo", "fc00::1",
    "fd00:ec2::254", "fd20:ce::254", "fec0::1", "ff02::1", "4000::1", "not an address",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE_OR_ODD)
def test_only_public_addresses_pass(address: str) -> None:
    refusal = CLOSED.refusal(address, 80)
    assert refusal is not None
    assert refusal.reason is Reason.BLOCKED_ADDRESS


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"]
)
def test_public_addresses_pass(address: str) -> None:
    assert CLOSED.refusal(address, 443) is None


def test_an_opened_network_opens_exactly_that() -> None:
    assert LOOPBACK.refusal("127.0.0.1", 80) is None
    assert LOOPBACK.refusal("::ffff:127.0.0.1", 80) is None
    for closed in ("10.0.0.1", "::1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"):
        assert LOOPBACK.refusal(closed, 80) is not None


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "fd00:ec2::254", "168.63.129.16", "192.0.0.192", "100.100.100.200", "::ffff:169.254.169.254"],
)
def test_metadata_addresses_never_open(address: str) -> None:
    everything = AddressGuard.opening(["0.0.0.0/0", "::/0"])
    refusal = everything.refusal(address, 80)
    assert refusal is not None
    assert refusal.reason is Reason.BLOCKED_ADDRESS


@pytest.mark.parametrize("name", ["metadata.google.internal", "METADATA.google.internal.", "instance-data"])
def test_metadata_names_never_open(name: str) -> None:
    with pytest.raises(Fault) as caught:
        LOOPBACK.passed(name, 80, ["127.0.0.1"])
    assert caught.value.reason is Reason.BLOCKED_ADDRESS


@pytest.mark.parametrize("port", [0, 22, 25, 81, 1024, 6379, 9999])
def test_public_hosts_are_asked_on_web_ports_only(port: int) -> None:
    refusal = CLOSED.refusal("8.8.8.8", port)
    assert refusal is not None
    assert refusal.reason is Reason.BLOCKED_PORT


def test_an_opened_network_opens_free_ports_but_no_services() -> None:
    assert LOOPBACK.refusal("127.0.0.1", 41_234) is None
    for port in (22, 25, 1023, 6379, 5432):
        refusal = LOOPBACK.refusal("127.0.0.1", port)
        assert refusal is not None
        assert refusal.reason is Reason.BLOCKED_PORT


def test_of_mixed_addresses_the_public_ones_are_kept() -> None:
    assert CLOSED.passed("news.example", 80, ["10.0.0.1", "8.8.8.8"]) == ("8.8.8.8",)


def test_a_host_with_private_addresses_only_is_refused() -> None:
    with pytest.raises(Fault) as caught:
        CLOSED.passed("news.example", 80, ["10.0.0.1", "::1"])
    assert caught.value.reason is Reason.BLOCKED_ADDRESS


def test_without_a_contact_only_opened_networks_are_asked() -> None:
    guard = AddressGuard.opening(["127.0.0.0/8"], public=False)
    refusal = guard.refusal("8.8.8.8", 80)
    assert refusal is not None
    assert refusal.reason is Reason.NO_CONTACT
    assert guard.refusal("127.0.0.1", 80) is None
