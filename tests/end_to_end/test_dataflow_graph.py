"""What Dataflow would be sent: deploy/dataflow/check finds nothing wrong, and would find what is.

That no body crosses a boundary is tests/transforms/test_boundaries.py: the graph is the same.
"""

from dataclasses import replace
from typing import Any

import pytest

from deploy.dataflow.check import IMAGE, LARGEST_DOFN, VERBS, dry_run, graph_of, problems
from tests.stores.fakes import WITHOUT_CLOUD

pytestmark = pytest.mark.stores  # the environment that has Beam's extra gcp is that of make test-gcs


@pytest.fixture(scope="module")
def job() -> Any:
    pytest.importorskip("google.cloud.dataflow_v1beta3", reason="not installed: apache-beam[gcp]")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in WITHOUT_CLOUD.items():
            patch.setenv(name, value)
        return dry_run(IMAGE)


def test_nothing_is_wrong_with_the_job(job: Any) -> None:
    graph = graph_of(job)
    assert list(problems(graph, IMAGE)) == []
    assert len(graph.functions) > 100
    assert len(graph.keys) > 15


def test_what_is_wrong_is_told(job: Any) -> None:
    graph = graph_of(job)
    wrong = replace(
        graph,
        verbs=graph.verbs - {VERBS[0]},
        functions={"Large": LARGEST_DOFN + 1},
        keys={"Odd": "beam:coder:pickled_python:v1"},
        images=frozenset({"another"}),
        staged=("workflow.tar.gz",),
        hints=frozenset(),
        size=2**24,
    )
    assert len(list(problems(wrong, IMAGE))) == 7
