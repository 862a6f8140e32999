"""The address guard: which resolved addresses and ports may be asked. Names and URLs prove nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from schemas.failures import Reason
from transforms.web.faults import Fault

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

WEB_PORTS = frozenset({80, 443, 8000, 8008, 8080, 8443, 8888})
FIRST_FREE_PORT = 1024  # below lie system services
# Never HTTP, on no network: ports that the Fetch standard blocks, and databases and queues that take a request
# line for a command.
SERVICE_PORTS = frozenset({
    1433, 1521, 1719, 1720, 1723, 2049, 2375, 2376, 2379, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 5672, 5900,
    6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9092, 10080, 11211, 27017,
})  # fmt: skip

# Credentials of cloud machines are handed out here; no option opens these.
METADATA_ADDRESSES = frozenset(
    ip_address(each)
    for each in (
        "169.254.169.254",  # AWS, Google, Azure, Oracle, DigitalOcean
        "169.254.170.2",  # AWS containers
        "169.254.170.23",  # AWS EKS pod identity
        "100.100.100.200",  # Alibaba
        "168.63.129.16",  # Azure's wire server; a global address by its looks
        "192.0.0.192",  # Oracle
        "fd00:ec2::254",  # AWS
        "fd00:ec2::23",  # AWS EKS pod identity
        "fd20:ce::254",  # Google
    )
)
METADATA_NAMES = frozenset({
    "metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal",
})  # fmt: skip

GLOBAL_UNICAST = IPv6Network("2000::/3")  # all that IANA has given out; is_global alone says yes to ::127.0.0.1
NAT64 = IPv6Network("64:ff9b::/96")
MAPPED = IPv6Network("::ffff:0:0/96")
COMPATIBLE = IPv6Network("::/96")
SIX_TO_FOUR = IPv6Network("2002::/16")
PROTOCOL_ASSIGNMENTS = IPv4Network("192.0.0.0/24")  # partly global to ipaddress, never a publisher


@dataclass(frozen=True, slots=True)
class AddressGuard:
    """Lets global addresses pass, and exactly the networks that were opened. Metadata addresses never pass."""

    opened: tuple[Network, ...] = ()
    public: bool = True  # False where nobody says who asks: then only opened networks may be

    @classmethod
    def opening(cls, networks: Iterable[str], *, public: bool = True) -> "AddressGuard":
        return cls(tuple(ip_network(each) for each in networks), public)

    def passed(self, host: str, port: int, addresses: Iterable[str]) -> tuple[str, ...]:
        """Keep the addresses of a host that may be asked; raise the first refusal where none may.

        Of a host with public and private addresses the public ones are kept: the connection is pinned to an
        address that passed, so the private ones are never reached.
        """
        self.check_name(host)
        kept, refusals = [], []
        for text in addresses:
            refusal = self.refusal(text, port)
            kept += [text] if refusal is None else []
            refusals += [refusal] if refusal is not None else []
        if refusals and not kept:
            raise refusals[0]
        return tuple(kept)

    def check_name(self, host: str) -> None:
        """Refuse names of metadata services before anybody is asked where they lie."""
        if host.rstrip(".").lower() in METADATA_NAMES:
            raise Fault(Reason.BLOCKED_ADDRESS, f"{host} hands out credentials of cloud machines")

    def told_of_port(self, fault: Fault, port: int) -> Fault:
        """What to say of a name without address: a port that no public host may be asked on comes first."""
        return fault if port in WEB_PORTS else blocked_port(port)

    def refusal(self, text: str, port: int) -> Fault | None:
        """Say why an address and port may not be asked; None where they may."""
        try:
            address = ip_address(text)
        except ValueError:
            return Fault(Reason.BLOCKED_ADDRESS, "the name resolves to something that is no address")
        if not self._is_open(address) and not _is_public(address):
            remedy = "which no option opens" if _is_metadata(address) else "see --allow-private-networks"
            return Fault(Reason.BLOCKED_ADDRESS, f"{address} is private, local or a metadata address; {remedy}")
        if not self.public and not self._is_open(address):
            return Fault(Reason.NO_CONTACT, "a public host is only asked when --contact says who asks")
        if port in WEB_PORTS or self._is_free_port(address, port):
            return None
        return blocked_port(port)

    def _is_open(self, address: Address) -> bool:
        """An address in an opened network; a v4-mapped address is the v4 address itself."""
        if _is_metadata(address):
            return False
        forms = {address, embedded(address)} if address in MAPPED else {address}
        return any(form in network for form in forms if form is not None for network in self.opened)

    def _is_free_port(self, address: Address, port: int) -> bool:
        return port >= FIRST_FREE_PORT and port not in SERVICE_PORTS and self._is_open(address)


def blocked_port(port: int) -> Fault:
    return Fault(Reason.BLOCKED_PORT, f"port {port} is not one of the web's; opened networks may use free ones")


def embedded(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address carries: mapped, compatible, NAT64 or 6to4."""
    if isinstance(address, IPv4Address):
        return None
    if any(address in network for network in (MAPPED, COMPATIBLE, NAT64)):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.sixtofour


def _is_metadata(address: Address) -> bool:
    return any(each in METADATA_ADDRESSES for each in _readings(address))


def _readings(address: Address) -> tuple[Address, ...]:
    inner = embedded(address)
    return (address,) if inner is None else (address, inner)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        return _is_public_v6(address)
    odd = address.is_multicast or address.is_reserved or address in PROTOCOL_ASSIGNMENTS
    return address.is_global and not odd and address not in METADATA_ADDRESSES


def _is_public_v6(address: IPv6Address) -> bool:
    """Global unicast; what only wraps an IPv4 address counts as that one."""
    if address.scope_id is not None:
        return False
    if address in SIX_TO_FOUR or address in NAT64 or address in MAPPED:
        inner = embedded(address)
        return inner is not None and _is_public(inner)
    return address in GLOBAL_UNICAST and address.is_global and address not in METADATA_ADDRESSES
