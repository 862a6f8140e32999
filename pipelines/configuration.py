"""Options from flags, the environment and a YAML file, in this order of precedence."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from pipelines.options import UsageError, flag_of, kind_of, option_names, parse_value
from schemas.errors import Code

PREFIX = "NEWSBEAM_"
DEFAULT = "default"  # origin of what nobody set


@dataclass(frozen=True, slots=True)
class Given:
    """A value as it was written, and where."""

    value: Any
    origin: str


def settings(flags: Mapping[str, Any], config: str | None, now: datetime) -> dict[str, Any]:
    """Values by field name, each of its field's type; what nobody set is absent."""
    given = given_options(flags, config, os.environ)
    return {name: parse_value(name, each.value, now) for name, each in given.items()}


def given_options(flags: Mapping[str, Any], config: str | None, environment: Mapping[str, str]) -> dict[str, Given]:
    """What was set and where, as it was written; flags beat the environment, which beats the file."""
    written = _from_file(config) if config else {}
    return (
        {name: Given(value, f"file {config}") for name, value in written.items()}
        | {
            name: Given(value, f"environment {PREFIX}{name.upper()}")
            for name, value in _from_environment(environment).items()
        }
        | {name: Given(value, f"flag {flag_of(name)}") for name, value in flags.items()}
    )


def _from_file(config: str) -> dict[str, Any]:
    try:
        text = Path(config).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--config {config} cannot be read: {error.strerror}", Code.BAD_CONFIG) from None
    except UnicodeDecodeError:
        raise UsageError(f"--config {config} is not text in UTF-8", Code.BAD_CONFIG) from None
    return {_field(name, config): value for name, value in _mapping(text, config).items() if value is not None}


def _mapping(text: str, config: str) -> dict[str, Any]:
    try:
        content = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise UsageError(f"--config {config} is not YAML: {' '.join(str(error).split())}", Code.BAD_CONFIG) from None
    if not isinstance(content, dict):
        raise UsageError(f"--config {config} must hold option: value pairs, as feeds: feeds.opml", Code.BAD_CONFIG)
    return content


def _field(name: object, config: str) -> str:
    field = str(name).replace("-", "_")
    if field not in option_names():
        raise UsageError(
            f"--config {config} names {name}, which is no option; see newsbeam run --help", Code.BAD_CONFIG
        )
    return field


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """NEWSBEAM_CONTACT and the like; lists are parted by white space."""
    found = {name: environment.get(PREFIX + name.upper()) for name in option_names()}
    return {name: _parted(name, value) for name, value in found.items() if value}


def _parted(name: str, value: str) -> str | list[str]:
    return value.split() if kind_of(name) == tuple[str, ...] else value
