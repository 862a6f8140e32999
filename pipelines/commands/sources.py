"""`newsbeam sources learn OUT`: learn where sources are at home from what they write about, for the runs to come."""

import argparse
from collections.abc import Iterable, Iterator
from typing import Any

from pipelines.exits import Exit
from pipelines.terminal import put
from schemas.homes import HomeCountry
from schemas.tags import Evidence, EvidenceSource, Region, RegionKind, Role
from transforms.tagging.homes import LEAST_ARTICLES, LEAST_SHARE, country_told, learn_homes

BATCH = 1_000  # rows in memory at once


def options(parser: argparse.ArgumentParser) -> None:
    """The tools and what each takes."""
    tools = parser.add_subparsers(required=True, metavar="TOOL")
    learning = tools.add_parser("learn", help="learn the home countries of hosts; later runs read them")
    learning.add_argument("output", metavar="OUT", help="folder or address of the dataset")
    learning.set_defaults(command=learn)


def learn(arguments: argparse.Namespace) -> int:
    """`newsbeam sources learn`."""
    from pipelines.datasets import readable_dataset  # noqa: PLC0415
    from pipelines.launch import new_run  # noqa: PLC0415  # brings the whole of Beam
    from transforms.storage.homes import commit_homes  # noqa: PLC0415
    from transforms.storage.lock import Lock  # noqa: PLC0415
    from transforms.storage.manifests import last_commit  # noqa: PLC0415
    from transforms.storage.recovery import recover  # noqa: PLC0415

    files = readable_dataset(arguments.output)
    run = new_run(arguments.output, after=last_commit(files))
    with Lock(files, run.run_id):
        recover(files, run.started_at)
        homes = learn_homes(_told(files), run.run_id)
        commit_homes(homes, files, run.run_id)
    for line in home_lines(homes):
        put(line)
    return Exit.DONE


def home_lines(homes: Iterable[HomeCountry]) -> Iterator[str]:
    """What was learned, for people."""
    listed = list(homes)
    for home in listed:
        yield f"{home.country}  {home.host}  {home.share:.0%} of {home.articles} articles"
    rule = f"at least {LEAST_ARTICLES} articles about countries, {LEAST_SHARE:.0%} of them about one"
    yield f"{len(listed)} hosts have a home country ({rule})"


def _told(files: Any) -> Iterator[tuple[str, str]]:
    """Host and country of each article whose own words say which country it is about."""
    import duckdb  # noqa: PLC0415

    from transforms.storage.views import views_sql  # noqa: PLC0415

    with duckdb.connect() as connection:
        connection.execute(views_sql(files))
        answer = connection.execute("SELECT host, regions FROM articles_current WHERE host IS NOT NULL")
        while rows := answer.fetchmany(BATCH):
            for host, regions in rows:
                country = country_told(map(_region, regions or ()))
                if country:
                    yield host, country


def _region(row: Any) -> Region:
    evidence = tuple(Evidence(source=EvidenceSource(each["source"]), quote=each["quote"]) for each in row["evidence"])
    kind = RegionKind(row.get("kind") or _kind_of(row["code"]))
    return Region(
        code=row["code"], name=row["name"], role=Role(row["role"]), score=row["score"], evidence=evidence, kind=kind
    )


def _kind_of(code: str) -> RegionKind:
    """Of rows from before regions had a kind."""
    return RegionKind.SUBDIVISION if "-" in code else RegionKind.COUNTRY
