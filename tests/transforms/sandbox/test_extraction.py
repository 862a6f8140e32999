"""The sandbox with the function that it is made for, on pages that are made to hang it."""

from schemas.failures import Reason
from schemas.pages import Extraction
from schemas.policies import ExtractPolicy, SandboxPolicy
from transforms.sandbox.pool import Killed, Pool

PARAGRAPHS = (
    "The town council approved the plan for the harbour on Monday after a debate of six hours.",
    "Fishermen had asked for a longer quay since the storm of last winter destroyed eleven boats.",
)
GOOD = "<html><body><article>" + "".join(f"<p>{each}</p>" for each in PARAGRAPHS) + "</article></body></html>"
HOSTILE = (
    "<html><body><p " + " ".join(f"a{n}='</>'" for n in range(200_000)) + ">" + GOOD
)  # quadratic in lxml, unseen by the caps


def test_a_page_that_hangs_the_parser_costs_itself_only() -> None:
    with Pool("transforms.text.extract:extract_page", SandboxPolicy(deadline=2, processes=1)) as pool:
        pages = [pool.submit(html.encode(), None, None, ExtractPolicy()) for html in (GOOD, HOSTILE, GOOD)]
        first, hung, last = [page.result() for page in pages]
    assert hung == Killed(reason=Reason.EXTRACT_TIMEOUT, detail="killed after 2 s")
    assert isinstance(first, Extraction)
    assert first.blocks == PARAGRAPHS
    assert last == first
