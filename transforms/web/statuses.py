"""What an HTTP status means for a page."""

from collections.abc import Mapping

from schemas.failures import Reason

PAGE_STATUSES = frozenset({200, 203})  # 203: a proxy changed it, and it is still the page
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT_REDIRECTS = frozenset({301, 308})
NOT_MODIFIED = 304
RATE_LIMITED = 429
CLOSING = frozenset({RATE_LIMITED, 503})  # with Retry-After these speak for the whole host
PASSING_ERRORS = frozenset({500, 502, 503, 504})  # often gone on the second try

REASONS: Mapping[int, Reason] = {
    401: Reason.UNAUTHORIZED,
    403: Reason.FORBIDDEN,
    404: Reason.NOT_FOUND,
    410: Reason.GONE,
    429: Reason.RATE_LIMITED,
    451: Reason.LEGAL,
}


def reason_for(status: int) -> Reason | None:
    """Give the reason why a status is no page; None where it is one."""
    if status in PAGE_STATUSES:
        return None
    if 400 <= status < 500:
        return REASONS.get(status, Reason.HTTP_CLIENT_ERROR)
    return Reason.HTTP_SERVER_ERROR if 500 <= status < 600 else Reason.UNEXPECTED_STATUS
