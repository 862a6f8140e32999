"""How to behave and how much to bear: frozen, and they check themselves."""

import math
from dataclasses import dataclass
from ipaddress import ip_network

from schemas.version import PIPELINE_VERSION

HOME_PAGE = "https://newsbeam.example/about"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """How publishers are asked. Seconds and bytes throughout; docs/politeness.md says why these figures."""

    contact: str | None = None
    per_host_delay: float = 1.0  # between the end of a request and the start of the next to one host
    hosts_at_once: int = 32
    deadline: float = 30.0  # for a whole exchange: DNS, TLS, headers, body, redirects
    connect_timeout: float = 10.0
    max_body: int = 5_000_000  # decoded; extraction refuses larger pages anyway
    max_header_bytes: int = 65_536
    max_redirects: int = 5
    retries: int = 2  # of transient failures, with back-off
    backoff: float = 1.0  # first pause before a retry; doubles, with full jitter
    max_host_wait: float = 30.0  # how long a run waits for a host that asked for a pause
    max_crawl_delay: float = 30.0  # a host that asks for more is skipped
    allow_private_networks: tuple[str, ...] = ()
    respect_ai_optout: bool = False  # leave pages alone whose publisher reserves text and data mining
    headers_file: str | None = None  # headers for single origins; each process reads it by itself
    archive: str | None = None  # folder for WARC files of all that was asked and answered

    def __post_init__(self) -> None:
        _want_positive(self, "hosts_at_once", "deadline", "connect_timeout", "max_body", "max_header_bytes")
        for name in ("per_host_delay", "max_redirects", "retries", "backoff", "max_host_wait", "max_crawl_delay"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} must be zero or more, got {getattr(self, name)}")
        for network in self.allow_private_networks:
            ip_network(network)

    @property
    def user_agent(self) -> str:
        return f"newsbeam/{PIPELINE_VERSION} (+{HOME_PAGE}; {self.contact or 'no contact given'})"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPolicy:
    """How much of a feed is taken, and how often it is asked at most; what the feed asks for itself comes on top."""

    max_items: int = 1_000
    poll_every: float = 0.0  # seconds; the user who starts a run wants it to look

    def __post_init__(self) -> None:
        _want_positive(self, "max_items")
        if not 0 <= self.poll_every < math.inf:
            raise ValueError(f"poll_every must be zero or more, got {self.poll_every}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxPolicy:
    """What a worker process may use before it is killed."""

    deadline: float = 20.0  # seconds for one document
    memory: int = 2_000_000_000  # bytes of address space beyond what the worker needs when idle
    processes: int = 2

    def __post_init__(self) -> None:
        _want_positive(self, "deadline", "memory", "processes")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractPolicy:
    """When a page is an article."""

    min_chars: int = 120  # shorter texts are no articles
    max_page_bytes: int = 5_000_000

    def __post_init__(self) -> None:
        _want_positive(self, "min_chars", "max_page_bytes")


def _want_positive(policy: object, *names: str) -> None:
    """Raise for a figure that is not above zero; not a number and endless count as wrong too."""
    for name in names:
        if not 0 < getattr(policy, name) < math.inf:
            raise ValueError(f"{name} must be positive, got {getattr(policy, name)}")
