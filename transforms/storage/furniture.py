"""What committed runs counted on each site."""

from collections import defaultdict

from schemas.furniture import SiteFurniture
from transforms.storage.files import Files
from transforms.storage.manifests import committed_paths
from transforms.storage.tables import read_rows


def load_furniture(files: Files) -> dict[str, list[SiteFurniture]]:
    """Counts by site, one for each run that read pages of it, the oldest first; about 200 bytes a page."""
    known: defaultdict[str, list[SiteFurniture]] = defaultdict(list)
    for path in committed_paths("furniture", files):
        for row in read_rows(path, SiteFurniture, files):
            known[row.site].append(row)
    return dict(known)
