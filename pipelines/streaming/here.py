"""Carry out a graph in this very process, from within a verb of another graph, and take what comes out of it."""

import secrets
from collections.abc import Callable
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from pipelines.launch import IN_PROCESS

Graph = Callable[[beam.Pipeline], beam.PCollection]

_handed: dict[str, list[Any]] = {}  # by the graph that hands it back; the in-process runner works in this process


def carry_out(graph: Graph) -> list[Any]:
    """The elements of the collection that a graph ends in; references and records, never bodies."""
    name = secrets.token_hex(8)
    found = _handed[name] = []
    try:
        pipeline = beam.Pipeline(options=PipelineOptions([IN_PROCESS]))
        graph(pipeline) | "HandBack" >> beam.Map(_hand, name)
        pipeline.run().wait_until_finish()
    finally:
        del _handed[name]
    return found


def _hand(element: Any, name: str) -> None:
    _handed[name].append(element)
