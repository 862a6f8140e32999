"""Links and sources that did not become rows, each with its stage and one reason from a closed set."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from schemas.columns import Column
from schemas.links import Link
from schemas.version import SCHEMA_VERSION


class Stage(StrEnum):
    """The verb in which a record met its fate."""

    READ = "read"  # of feeds, lists, sitemaps, archives
    CANONICALIZE = "canonicalize"
    SELECT = "select"
    LOOK_UP = "look_up"  # in what earlier runs know
    LIMIT = "limit"
    OPEN = "open"
    EXTRACT = "extract"
    STAGE = "stage"
    FINISH = "finish"  # the next three, in a worker process that may have been killed
    CLEAN = "clean"
    TAG = "tag"
    FINGERPRINT = "fingerprint"
    RESOLVE = "resolve"
    COMMIT = "commit"


class Subject(StrEnum):
    """What failed: a link counts in the equation of a run, a source of links has its own count."""

    LINK = "link"
    SOURCE = "source"


class Reason(StrEnum):
    """Why. docs/failures.md is made from the comments here, so each says what to do."""

    # addresses
    BAD_URL = "bad_url"  # the URL cannot be parsed; mend it in the input
    BAD_SCHEME = "bad_scheme"  # only http and https are read; take it off the input
    BLOCKED_PORT = "blocked_port"  # only the usual ports of the web are asked; see docs/politeness.md
    BLOCKED_ADDRESS = "blocked_address"  # private, local or metadata address; --allow-private-networks opens a range
    NO_CONTACT = "no_contact"  # public hosts are only asked when --contact says who asks; add it
    # connection
    DNS_ERROR = "dns_error"  # the host name does not resolve; check its spelling if it stays so
    CONNECT_REFUSED = "connect_refused"  # nobody listens there; check host and port if it stays so
    CONNECT_TIMEOUT = "connect_timeout"  # the host does not answer; check that it is still there
    CONNECTION_RESET = "connection_reset"  # the server hung up in the middle; nothing to do but wait
    TIMEOUT_FIRST_BYTE = "timeout_first_byte"  # connected, but no answer in time; a longer --deadline may help
    DEADLINE_EXCEEDED = "deadline_exceeded"  # the answer came too slowly to finish; a longer --deadline may help
    TLS_ERROR = "tls_error"  # the certificate or the handshake is not right; only the publisher can mend it
    PROTOCOL_ERROR = "protocol_error"  # the answer is not HTTP; check the port
    INCOMPLETE_BODY = "incomplete_body"  # fewer bytes came than were announced; nothing to do but wait
    DECODE_ERROR = "decode_error"  # the content coding is broken; only the publisher can mend it
    TOO_LARGE = "too_large"  # over --max-page-bytes after decoding; raise it if such pages are wanted
    # HTTP
    TOO_MANY_REDIRECTS = "too_many_redirects"  # a loop, or more than five; name the final address
    UNAUTHORIZED = "unauthorized"  # 401: for readers who log in; give a header with --headers-file, or drop it
    FORBIDDEN = "forbidden"  # 403: the publisher says no; ask them, or take it off the input
    NOT_FOUND = "not_found"  # 404: nothing is there; mend the address or take it off the input
    GONE = "gone"  # 410: it will not come back; take it off the input
    LEGAL = "unavailable_for_legal_reasons"  # 451: withheld for legal reasons; nothing to do
    RATE_LIMITED = "rate_limited"  # 429: asked too often; raise --delay if it comes back
    HTTP_CLIENT_ERROR = "http_client_error"  # another 4xx, named in the column status; open the address in a browser
    HTTP_SERVER_ERROR = "http_server_error"  # 5xx after all tries; nothing to do but wait
    UNEXPECTED_STATUS = "unexpected_status"  # a status that carries no page; open the address in a browser
    HOST_PAUSED = "host_paused"  # the host asked for a pause; retry_at says until when, a later run takes it up
    ROBOTS_DENIED = "robots_denied"  # robots.txt refuses this path; ask the publisher for leave
    ROBOTS_UNREACHABLE = "robots_unreachable"  # robots.txt fails, so the host counts as closed; wait
    CRAWL_DELAY_TOO_LONG = "crawl_delay_too_long"  # robots.txt asks for more than 30 s between requests; nothing to do
    AI_OPTOUT = "ai_optout"  # the publisher reserves text and data mining; without --respect-ai-optout it is a column
    # content
    EMPTY_BODY = "empty_body"  # the answer has no content; open the address in a browser
    UNSUPPORTED_TYPE = "unsupported_type"  # not HTML but a PDF, an image, an archive; exclude such addresses
    NOT_A_FEED = "not_a_feed"  # neither RSS, RDF, Atom nor JSON Feed; often a page: look there for the feed's address
    NOT_A_SITEMAP = "not_a_sitemap"  # neither a sitemap nor an index of them; robots.txt of the site may name one
    NOT_A_LIST = "not_a_list"  # a list of URLs or feeds that cannot be read as one; the detail says what it looks like
    NOT_AN_ARCHIVE = "not_an_archive"  # neither WARC nor gzipped WARC; check the file
    EMPTY_SOURCE = "empty_source"  # a list, feed or archive that names nothing; check that it is the right one
    MISSING_FILE = "missing_file"  # the file is not there, or went away while the run read it; check the path
    UNREADABLE_FILE = "unreadable_file"  # the file cannot be read to its end; check its rights and its disk
    EXTRACT_TIMEOUT = "extract_timeout"  # extraction was killed at its deadline; a longer --extract-deadline may help
    EXTRACTOR_CRASHED = "extractor_crashed"  # extraction died on this page; report the page if it stays so
    EXTRACTOR_OOM = "extractor_oom"  # extraction went over its memory; report the page if it stays so
    CHALLENGE_PAGE = "challenge_page"  # the site wants proof that a human reads; ask the publisher, or use its feed
    CONSENT_WALL = "consent_wall"  # only a request for consent is shown; ask the publisher, or use its feed
    NEEDS_JAVASCRIPT = "needs_javascript"  # the page is empty without a browser; use its feed if that has the text
    SOFT_404 = "soft_404"  # an error page with status 200; mend the address or take it off the input
    SECTION_PAGE = "section_page"  # a home or section page that lists articles; name the articles or the feed instead
    NO_TEXT = "no_text"  # no article text was found on the page; it may need a browser, or be no article
    TOO_SHORT = "too_short"  # less text than an article has; the detail says how much; nothing to do
    INTERNAL_ERROR = "internal_error"  # a bug of ours: please report it with the detail


class DropReason(StrEnum):
    """Why a link needs no row."""

    DUPLICATE_LINK = "duplicate_link"  # the same URL key stands in another input
    SEEN = "seen"  # read by an earlier run, and not due again
    UNCHANGED = "unchanged"  # read again, and the text is the same
    EXCLUDED = "excluded"  # by --include or --exclude
    TOO_OLD = "too_old"  # published before --since
    BACKING_OFF = "backing_off"  # failed in an earlier run, and it is too early to ask again
    LIMIT = "limit"  # over --max-pages
    INTERRUPTED = "interrupted"  # the run was stopped before this link was read
    DELETED = "deleted"  # taken down; newsbeam delete recorded it


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An input that did not become a row, and why."""

    url: Annotated[str, Column("The input as it was given, without credentials")]
    stage: Annotated[Stage, Column("The step that gave up")]
    reason: Annotated[Reason, Column("Why, from a closed set; docs/failures.md says what to do")]
    detail: Annotated[str | None, Column("The same in a sentence, with figures")] = None
    subject: Annotated[Subject, Column("link: counted in the run's equation; source: a feed, list or archive")] = (
        Subject.LINK
    )
    source: Annotated[str | None, Column("The input that named it")] = None
    host: Annotated[str | None, Column("Host that was asked")] = None
    status: Annotated[int | None, Column("HTTP status, where there was one")] = None
    attempts: Annotated[int, Column("Requests that were made for it")] = 0
    at: Annotated[datetime | None, Column("When it failed")] = None
    retry_at: Annotated[datetime | None, Column("Not before then should it be tried again")] = None
    run_id: Annotated[str, Column("The run that committed this row")] = ""
    schema_version: Annotated[int, Column("Version of these columns")] = SCHEMA_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A link that needs no row, by name."""

    url: Annotated[str, Column("The link as it was given, without credentials")]
    reason: Annotated[DropReason, Column("Why no row is needed")]
    detail: Annotated[str | None, Column("The URL or article that stands for it")] = None
    source: Annotated[str | None, Column("The input that named it")] = None
    run_id: Annotated[str, Column("The run that committed this row")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """How a link or source left the main path, and the link itself, for those that are tried again."""

    record: Failure | Drop
    link: Link | None = None
