"""What the options name, looked at before anything runs: what is missing is said at once."""

import glob
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from pipelines.options import IngestOptions, UsageError
from schemas.errors import Code
from transforms.inputs.feed_lists import NotAList, parse_feed_list
from transforms.inputs.url_lists import parse_url_list
from transforms.tagging.sentence_topics import MISSING, is_installed
from transforms.tagging.taxonomy import Taxonomy, TaxonomyError, parse_taxonomy
from transforms.web.masking import without_credentials, without_userinfo
from transforms.web.secrets import BadSecrets, load_secrets

STDIN = "-"
LOOK_AT = 10_000  # entries of a list of URLs, to see whether it points at public hosts


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Inputs by what they are."""

    feeds: tuple[str, ...] = ()
    feed_lists: tuple[str, ...] = ()
    url_lists: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    archives: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    @property
    def networked(self) -> bool:
        """Whether any of it may lead to a host."""
        return bool(self.feeds or self.feed_lists or self.url_lists or self.sitemaps)


def resolve_inputs(options: IngestOptions, spool: Path) -> Inputs:
    """Tell URLs from files, expand patterns, copy standard input to `spool`; raises UsageError with the remedy."""
    feeds = tuple(each for each in options.feeds if is_url(each))
    _want_secrets(options)
    want_no_passwords(feeds + options.sitemap)
    _want_contact(options, feeds + options.sitemap)
    if options.models and not is_installed():
        raise UsageError(f"--models: {MISSING}", Code.BAD_VALUE)
    return Inputs(
        feeds=feeds,
        feed_lists=tuple(_feed_list(each, options) for each in options.feeds if not is_url(each)),
        url_lists=tuple(_url_list(each, spool, options) for each in options.urls),
        sitemaps=tuple(_sitemap(each) for each in options.sitemap),
        archives=tuple(path for each in options.warc for path in _archives(each)),
        folders=tuple(_folder(each) for each in options.html),
    )


def _want_secrets(options: IngestOptions) -> None:
    """Look at headers for single origins before anything runs; workers read them again by themselves."""
    try:
        load_secrets(os.environ, options.headers_file)
    except BadSecrets as bad:
        raise UsageError(f"headers for single origins: {bad}", Code.BAD_HEADERS) from None


def is_url(name: str) -> bool:
    return name.lower().startswith(("http://", "https://"))


def want_no_passwords(urls: Iterable[str]) -> None:
    """Refuse an address that a person names with `user:password@`, which would be asked without, to no avail."""
    found = next((each for each in urls if without_userinfo(each) != each), None)
    if found:
        raise UsageError(
            f"{without_credentials(found)} holds a password, and none is ever sent from an address; take it out, and "
            "write a line `https://HOST Authorization: Basic …` into a file for --headers-file",
            Code.CREDENTIALS,
        )


def is_public(url: str, networks: tuple[str, ...]) -> bool:
    """Whether a URL points at a host on the open net. What cannot be parsed, or is private, is never asked anyway."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return False
    try:
        address = ip_address("127.0.0.1" if host == "localhost" else host or "")
    except ValueError:
        return bool(host)
    return address.is_global and not any(address in ip_network(each) for each in networks)


def _want_contact(options: IngestOptions, urls: Iterable[str]) -> None:
    if options.contact:
        return
    public = next((each for each in urls if is_url(each) and is_public(each, options.allow_private_networks)), None)
    if public:
        shown = without_credentials(public)
        raise UsageError(
            f"{shown} is a public host, and its operators should know who asks; add --contact you@example.org",
            Code.NO_CONTACT,
        )


def _feed_list(name: str, options: IngestOptions) -> str:
    path = _file(name, "--feeds")
    _want_contact(options, _listed_feeds(path))
    return path


def _listed_feeds(path: str) -> Iterator[str]:
    """Feeds of a list; of one that cannot be read none, since reading it for good tells why."""
    with suppress(OSError, NotAList), _opened(path) as file:
        yield from (each.url for each in parse_feed_list(file.read(), path).feeds)


def _url_list(name: str, spool: Path, options: IngestOptions) -> str:
    path = _spooled(spool) if name == STDIN else _file(name, "--urls")
    if not is_stored(path) and not Path(path).is_file():
        raise UsageError(
            f"--urls {name} is a pipe, which can be read once only; pipe it in and write --urls -", Code.MISSING_INPUT
        )
    _want_contact(options, _listed_urls(path))
    return path


def _listed_urls(path: str) -> Iterator[str]:
    """The first URLs of a list, in the same way."""
    with suppress(OSError, NotAList), _opened(path) as lines:
        yield from (each.url for each in islice(parse_url_list(lines, path), LOOK_AT))


def _spooled(spool: Path) -> str:
    """Standard input as a file, since workers cannot read ours."""
    spool.parent.mkdir(parents=True, exist_ok=True)
    with spool.open("wb") as file:
        while chunk := sys.stdin.buffer.read(1 << 20):
            file.write(chunk)
    return str(spool)


def is_stored(name: str) -> bool:
    """Whether a name is an address of an object store."""
    return "://" in name and not is_url(name)


def _opened(path: str) -> BinaryIO:
    from transforms.filesystems import open_input  # noqa: PLC0415  # brings the whole of Beam, which takes two seconds

    return open_input(path)


def _stored(name: str, flag: str) -> str:
    try:
        _opened(name).close()
    except FileNotFoundError:
        raise UsageError(f"{flag} {name} does not exist; check the address", Code.MISSING_INPUT) from None
    except OSError as error:
        raise UsageError(f"{flag} {name} cannot be read: {error}", Code.UNREADABLE_INPUT) from None
    return name


def _file(name: str, flag: str) -> str:
    if is_stored(name):
        return _stored(name, flag)
    path = Path(name)
    if path.is_dir():
        raise UsageError(f"{flag} {name} is a folder; name a file in it", Code.MISSING_INPUT)
    if not path.exists():
        raise UsageError(f"{flag} {name} does not exist; check the path", Code.MISSING_INPUT)
    return name


def _sitemap(name: str) -> str:
    if not is_url(name):
        raise UsageError(f"--sitemap {without_credentials(name)} is no http or https address", Code.NOT_AN_ADDRESS)
    return name


def _stored_archives(pattern: str) -> list[str]:
    from transforms.filesystems import stored_inputs  # noqa: PLC0415  # the same

    try:
        return stored_inputs(pattern)
    except OSError as error:
        raise UsageError(f"--warc {pattern} cannot be listed: {error}", Code.UNREADABLE_INPUT) from None


def _local_archives(pattern: str) -> list[str]:
    return sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207  # takes absolute patterns, which Path.glob refuses


def _archives(pattern: str) -> list[str]:
    if Path(pattern).is_dir():
        raise UsageError(f"--warc {pattern} is a folder; write {pattern.rstrip('/')}/*.warc.gz", Code.MISSING_INPUT)
    found = _stored_archives(pattern) if is_stored(pattern) else _local_archives(pattern)
    if not found:
        raise UsageError(f"--warc {pattern} matches no file; check the path", Code.MISSING_INPUT)
    return found


def _folder(name: str) -> str:
    if is_stored(name):
        raise UsageError(
            f"--html {name} is no folder of this machine; make a WARC of it, and name that with --warc",
            Code.MISSING_INPUT,
        )
    if not Path(name).is_dir():
        raise UsageError(f"--html {name} is not a folder; check the path", Code.MISSING_INPUT)
    return name


def read_taxonomy(path: str | None) -> Taxonomy:
    """The taxonomy of a file, none without one; UsageError for one that cannot be read or understood."""
    if path is None:
        return Taxonomy(topics=())
    try:
        content = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}", Code.UNREADABLE_INPUT) from None
    try:
        return parse_taxonomy(content)
    except TaxonomyError as error:
        raise UsageError(f"{path}: {error}", Code.UNREADABLE_INPUT) from None
