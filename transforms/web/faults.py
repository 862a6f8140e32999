"""Trouble on the web, as one narrow exception with a reason from the closed set."""

from schemas.failures import Reason


class Fault(Exception):
    """What went wrong with a URL or an exchange. `detail` is one sentence and holds no credentials."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type["Fault"], tuple[Reason, str]]:
        return type(self), (self.reason, self.detail)
