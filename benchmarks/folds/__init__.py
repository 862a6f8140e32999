"""Five folds by site, and the forests that have not seen them."""

import hashlib

FOLDS = 5
FOLD_FILE = "benchmarks/folds/block-model-{}.tsv"


def fold_of(page_id: str) -> int:
    """The fold of a page's site: pages of one site are never on both sides."""
    return int(hashlib.md5(site_of(page_id).encode()).hexdigest(), 16) % FOLDS


def site_of(page_id: str) -> str:
    return page_id.rsplit("_", 3)[0]
