"""What extraction says of a page that is no article. Light to import: results are unpickled outside the sandbox."""

from dataclasses import dataclass

from schemas.failures import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Why there is no extraction of a page."""

    reason: Reason
    detail: str
