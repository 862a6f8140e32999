"""Asking a few addresses outside a run, as the commands do that look at one page or feed."""

import argparse
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pipelines.configuration import settings
from pipelines.options import UsageError, flag_of, option_of
from pipelines.terminal import say
from schemas.errors import Code
from schemas.policies import FetchPolicy
from transforms.web.client import Client, Session
from transforms.web.fetcher import Fetcher
from transforms.web.fetches import Outcome, Request
from transforms.web.memory import Memory, Witnessed
from transforms.web.proxies import named_proxies
from transforms.web.secrets import BadSecrets, load_secrets

OPTIONS = ("contact", "delay", "deadline", "max_page_bytes", "allow_private_networks", "headers_file")
MANY = frozenset({"allow_private_networks"})
FIELDS = {"delay": "per_host_delay", "max_page_bytes": "max_body"}  # how the policy names them


@dataclass(slots=True)
class Visits:
    """Outcomes in the order in which they came, and every exchange on the way."""

    policy: FetchPolicy
    trail: list[Witnessed] = field(default_factory=list)
    client: Client = field(init=False)
    memory: Memory = field(init=False)

    def ask(self, requests: Iterable[Request]) -> list[Outcome]:
        """Ask all of it; redirects are followed to any host, each in its turn."""
        with Fetcher(self.policy, self.client, memory=self.memory, owns=_anybody) as fetcher:
            for each in requests:
                fetcher.add(each)
            return list(fetcher.results(wait=True))


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of a run that say how to ask."""
    for name in OPTIONS:
        option, action = option_of(name), "append" if name in MANY else "store"
        shape: dict[str, Any] = {"action": action, "metavar": option.metavar, "default": argparse.SUPPRESS}
        parser.add_argument(flag_of(name), dest=name, help=option.help, **shape)
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def policy_of(arguments: argparse.Namespace) -> FetchPolicy:
    """How to ask, from flags and the environment; raises UsageError."""
    given = {name: value for name, value in vars(arguments).items() if name in OPTIONS}
    known = {name: value for name, value in settings(given, None, datetime.now(UTC)).items() if name in OPTIONS}
    try:
        return FetchPolicy(**{FIELDS.get(name, name): value for name, value in known.items()})
    except ValueError as error:
        raise UsageError(str(error), Code.BAD_VALUE) from None


@contextmanager
def visiting(policy: FetchPolicy) -> Iterator[Visits]:
    """Ask while the `with` block lasts."""
    visits = Visits(policy)
    try:
        session = Session(secrets=load_secrets(os.environ, policy.headers_file), keep_raw=True)
    except BadSecrets as bad:
        raise UsageError(f"headers for single origins: {bad}", Code.BAD_HEADERS) from None
    tell_of_proxies(os.environ)
    visits.memory = Memory(policy, session=session, witness=visits.trail.append)
    visits.client = Client(policy, session=session)
    try:
        yield visits
    finally:
        session.idle.close()


def tell_of_proxies(environment: Mapping[str, str]) -> None:
    """Say which variables of the environment name a proxy that is not used."""
    if named := named_proxies(environment):
        verb = "is" if len(named) == 1 else "are"
        say(f"newsbeam: {', '.join(named)} of the environment {verb} ignored: hosts are asked directly")


def _anybody(_host: str) -> bool:
    return True
