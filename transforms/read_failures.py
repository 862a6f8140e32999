"""ReadFailures: links that failed in earlier runs are read again now, whatever their back-off says."""

from dataclasses import dataclass
from datetime import UTC, datetime

import apache_beam as beam

from schemas.links import Link
from schemas.runs import Run
from transforms.filesystems import dataset_files
from transforms.storage.state import load_link_states

WHENEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class ReadFailures(beam.PTransform):
    """All links of the dataset whose last reading failed."""

    run: Run

    def expand(self, pipeline: beam.Pipeline) -> beam.PCollection:
        return pipeline | beam.Create([self.run]) | beam.FlatMap(failed_links).with_output_types(Link)


def failed_links(run: Run) -> list[Link]:
    """Links as they were when they failed, in the order of their keys."""
    return list(load_link_states(dataset_files(run.output)).owed(WHENEVER))
