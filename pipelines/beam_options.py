"""Which options Beam knows."""

import argparse
from typing import Any

from apache_beam.options.pipeline_options import PipelineOptions

from pipelines.options import UsageError
from schemas.errors import Code

# Which only the job server knows, in Java, and is handed as they are; each with its value behind an equals sign.
OF_JOB_SERVERS = frozenset({"--checkpointing_interval", "--shutdown_sources_after_idle_ms", "--state_backend"})


def unknown_to_beam(arguments: list[str]) -> list[str]:
    """The arguments that no part of Beam understands; raises UsageError for a value that Beam cannot take."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    for part in _parts(PipelineOptions):
        part._add_argparse_args(parser)  # Beam has no public way to ask
    try:
        left = parser.parse_known_args(arguments)[1]
    except argparse.ArgumentError as error:
        raise UsageError(f"Beam does not take these options: {error}", Code.RUNNER) from None
    return [each for each in left if each.partition("=")[0] not in OF_JOB_SERVERS]


def _parts(options: Any) -> list[Any]:
    return [part for child in options.__subclasses__() for part in (child, *_parts(child))]
