"""Stories as connected documents."""

import numpy as np

from transforms.similarity.candidates import Pairs
from transforms.similarity.sketches import Rows


def components(size: int, *links: Pairs) -> Rows:
    """The smallest document that each of `size` documents is connected to, itself included.

    Union-find without a loop over documents: roots are hung under smaller roots, then all paths are cut short.
    """
    left = np.concatenate([np.zeros(0, np.int64), *(each.left for each in links)])
    right = np.concatenate([np.zeros(0, np.int64), *(each.right for each in links)])
    labels = np.arange(size)
    while (differ := labels[left] != labels[right]).any():
        left, right = left[differ], right[differ]
        ends = labels[left], labels[right]
        np.minimum.at(labels, np.maximum(*ends), np.minimum(*ends))
        labels = _flattened(labels)
    return labels


def _flattened(labels: Rows) -> Rows:
    while (shorter := labels[labels]).tobytes() != labels.tobytes():
        labels = shorter
    return labels
