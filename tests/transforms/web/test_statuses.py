import pytest

from schemas.failures import Reason
from transforms.web.statuses import reason_for


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (200, None), (203, None), (204, Reason.UNEXPECTED_STATUS), (205, Reason.UNEXPECTED_STATUS),
        (206, Reason.UNEXPECTED_STATUS), (226, Reason.UNEXPECTED_STATUS), (299, Reason.UNEXPECTED_STATUS),
        (300, Reason.UNEXPECTED_STATUS), (304, Reason.UNEXPECTED_STATUS), (401, Reason.UNAUTHORIZED),
        (403, Reason.FORBIDDEN), (404, Reason.NOT_FOUND), (410, Reason.GONE), (418, Reason.HTTP_CLIENT_ERROR),
        (429, Reason.RATE_LIMITED), (451, Reason.LEGAL), (500, Reason.HTTP_SERVER_ERROR),
        (599, Reason.HTTP_SERVER_ERROR), (999, Reason.UNEXPECTED_STATUS),
    ],
)  # fmt: skip
def test_every_status_has_a_defined_reason(status: int, reason: Reason | None) -> None:
    assert reason_for(status) is reason
