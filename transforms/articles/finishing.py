"""Drafts become candidates, in a worker process: cleaned, tagged, fingerprinted, each step counted by its name."""

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from schemas.candidates import Candidate
from schemas.failures import Drop, Failure, Reason, Stage
from schemas.pages import Draft
from transforms.articles.cleaning import clean_draft
from transforms.articles.sketching import fingerprint_candidate
from transforms.articles.tagging import NO_HOMES, NO_TAXONOMY, Taggers, tag_candidate
from transforms.storage.deleted import NOTHING, Deleted
from transforms.storage.homes import Homes
from transforms.tagging.taxonomy import Taxonomy

DETAIL_CHARS = 500

Step = tuple[Stage, Callable[[Any], Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a run says of all its drafts."""

    since: datetime | None = None
    deleted: Deleted = NOTHING
    taxonomy: Taxonomy = NO_TAXONOMY
    homes: Homes = NO_HOMES
    models: bool = False

    def packed(self) -> bytes:
        """The settings as each call carries them; a worker unpacks them once."""
        return pickle.dumps(self)


def finish_drafts(packed: bytes, drafts: Sequence[Draft]) -> list[Candidate | Drop | Failure]:
    """What each draft comes to, in order; an exception costs one draft."""
    steps = _steps(packed)
    return [_finish(draft, steps) for draft in drafts]


@lru_cache(maxsize=1)
def _steps(packed: bytes) -> tuple[Step, ...]:
    settings: Settings = pickle.loads(packed)  # noqa: S301  # our own process packed it
    clean = partial(clean_draft, deleted=settings.deleted, since=settings.since)
    tag = partial(tag_candidate, taggers=Taggers(settings.taxonomy, settings.homes, models=settings.models))
    return (Stage.CLEAN, clean), (Stage.TAG, tag), (Stage.FINGERPRINT, fingerprint_candidate)


def _finish(draft: Draft, steps: Sequence[Step]) -> Candidate | Drop | Failure:
    result: Any = draft
    for stage, step in steps:
        try:
            result = step(result)
        except Exception as error:  # noqa: BLE001  # a bug in one element is one failure row, as in all verbs
            detail = f"{type(error).__name__}: {error}"[:DETAIL_CHARS]
            return Failure(url=draft.link.url, stage=stage, reason=Reason.INTERNAL_ERROR, detail=detail)
        if isinstance(result, Drop):
            break
    return result
