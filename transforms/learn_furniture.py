"""LearnFurniture and MarkFurniture: what the pages of a site have in common is counted, and marked in its drafts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import apache_beam as beam

from schemas.furniture import SiteBlocks, SiteFurniture
from schemas.pages import Draft, StagedFile
from schemas.runs import Run, WrittenFile
from schemas.work import FURNITURE
from transforms.filesystems import dataset_files
from transforms.metering import Calls, Metered, Weigh
from transforms.storage.furniture import load_furniture
from transforms.storage.tables import read_cells
from transforms.text.furniture import furniture_places, learn_site, read_site_blocks
from transforms.web.urls import fold_host, host_of
from transforms.write_records import WriteRecords

Known = dict[str, list[SiteFurniture]]
COUNTED = ("link.previous", "final_url", "extraction.canonical_url", "extraction.title", "extraction.blocks")


@dataclass
class LearnFurniture(beam.PTransform):
    """Furniture of every site that staged drafts come from. Hashes and counts travel, texts stay where they lie."""

    run: Run

    def expand(self, files: beam.PCollection) -> beam.PCollection:
        counting = Metered(Calls(partial(count_file, run=self.run)), FURNITURE)
        counted = files | beam.Reshuffle() | "Count" >> beam.ParDo(counting).with_output_types(SiteBlocks)
        weighed = counted | beam.ParDo(Weigh(FURNITURE)).with_output_types(SiteBlocks)
        by_site = weighed | beam.Map(key_by_site) | "GroupBySite" >> beam.GroupByKey()
        return by_site | "Learn" >> beam.ParDo(Metered(_Learn(self.run), FURNITURE)).with_output_types(SiteFurniture)


@dataclass
class WriteFurniture(beam.PTransform):
    """What this run counted, as files that wait for the commit: later runs add to it."""

    run: Run

    def expand(self, learned: beam.PCollection) -> beam.PCollection:
        news = learned | beam.Filter(has_news)
        written = news | WriteRecords("furniture", SiteFurniture, "", self.run)
        written.element_type = WrittenFile
        return written


@dataclass
class MarkFurniture(beam.PTransform):
    """Drafts with the places of those blocks that are furniture of their site. Their blocks stay as they are."""

    learned: beam.PCollection

    def expand(self, drafts: beam.PCollection) -> beam.PCollection:
        by_site = beam.pvalue.AsDict(self.learned | beam.Map(under_site))
        return drafts | beam.Map(mark_draft, by_site).with_output_types(Draft)


def count_file(file: StagedFile, run: Run) -> Iterator[SiteBlocks]:
    """Blocks of one staging file by site. A page that is read again is not counted again."""
    pages: defaultdict[str, list[Any]] = defaultdict(list)
    for told in read_cells(file.path, COUNTED, dataset_files(run.output)):
        extraction, again = told["extraction"], told["link"]["previous"] is not None
        site = site_of(told["final_url"], extraction["canonical_url"])
        if site:
            pages[site] += [] if again else [(extraction["title"], extraction["blocks"])]
    for site in sorted(pages):
        yield read_site_blocks(site, pages[site])


def key_by_site(blocks: SiteBlocks) -> tuple[str, SiteBlocks]:
    return blocks.site, blocks


def under_site(learned: SiteFurniture) -> tuple[str, SiteFurniture]:
    """The furniture in force, without the counts behind it."""
    return learned.site, replace(learned, blocks=b"", counts=b"", inner=b"")


def has_news(learned: SiteFurniture) -> bool:
    return learned.stories > 0


def mark_draft(draft: Draft, learned: dict[str, SiteFurniture]) -> Draft:
    """The draft with what is furniture in it, and by which version."""
    known = learned.get(site_of(draft.final_url, draft.extraction.canonical_url) or "")
    if known is None or known.version is None:
        return draft
    places = furniture_places(draft.extraction.blocks, known.furniture)
    return replace(draft, furniture=places, furniture_version=known.version)


def site_of(final_url: str | None, canonical_url: str | None) -> str | None:
    """The host that a draft comes from; www and the bare domain are one site."""
    address = final_url or canonical_url
    host = host_of(address) if address else None
    return fold_host(host) if host else None


class _Learn(beam.DoFn):
    def __init__(self, run: Run) -> None:
        self._run = run

    def setup(self) -> None:
        self._known: Known = load_furniture(dataset_files(self._run.output))

    def process(self, keyed: tuple[str, Iterable[SiteBlocks]]) -> Iterator[SiteFurniture]:
        site, parts = keyed
        yield learn_site(site, parts, self._known.get(site, ()), self._run.run_id)
