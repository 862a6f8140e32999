"""Datasets that a command looks at."""

from collections.abc import Sequence

from pipelines.options import UsageError
from schemas.errors import Code
from transforms.storage.agreement import Disagreement, read_agreement, want_agreement
from transforms.storage.files import Files, LocalFiles


def files_of(output: str, beam: Sequence[str] = ()) -> Files:
    """The files of a folder or an address; Beam, which takes two seconds, is loaded only where a store needs it."""
    if "://" not in output:
        return LocalFiles(output)
    from apache_beam.io.filesystems import FileSystems  # noqa: PLC0415
    from apache_beam.options.pipeline_options import PipelineOptions  # noqa: PLC0415

    from transforms.filesystems import dataset_files  # noqa: PLC0415

    FileSystems.set_options(PipelineOptions(list(beam)))
    return dataset_files(output)


def readable_dataset(output: str) -> Files:
    """The files of a dataset that this version can read; UsageError for anything else."""
    files = files_of(output)
    if read_agreement(files) is None:
        raise UsageError(f"{output} holds no dataset; name the folder that a run wrote to", Code.NO_DATASET)
    try:
        want_agreement(files)
    except Disagreement as error:
        raise UsageError(str(error), Code.DISAGREEMENT) from None
    return files
