"""What was learned of sources: the country that each writes from."""

from dataclasses import dataclass
from typing import Annotated

from schemas.columns import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeCountry:
    """One host, as of one learning; a row of the state table `homes`. Runs only read it."""

    host: Annotated[str, Column("The host, without www")]
    country: Annotated[str, Column("ISO 3166-1 alpha-2")]
    articles: Annotated[int, Column("Articles that it was learned from", "articles")]
    share: Annotated[float, Column("Share of them that are about this country, 0 to 1")]
    version: Annotated[str, Column("The learning that found it: the id of its commit")]
