"""Sets of hashes that are asked for millions."""

import numpy as np
from numpy.typing import NDArray

from transforms.similarity.shingles import Hashes, distinct
from transforms.similarity.sketches import Rows

ROOM = 6  # doublings: of other hashes one in 64 passes the table
FEWEST, MOST = 16, 22  # bits: 64 kB, which a core holds closest, and 4 MB


class HashSet:
    """Tells which of many hashes are among some; most of them by one look into a small table."""

    def __init__(self, values: Hashes) -> None:
        self.values = distinct(values)
        bits = min(MOST, max(FEWEST, len(self.values).bit_length() + ROOM))
        self._low = np.uint64((1 << bits) - 1)  # samples are the smallest hashes: their high bits tell nothing
        self._table: NDArray[np.bool_] = np.zeros(1 << bits, np.bool_)
        self._table[self.values & self._low] = True

    def find(self, hashes: Hashes) -> Rows:
        """Places of those that are members, ascending."""
        places = np.flatnonzero(self._table[hashes & self._low])
        if not len(places):
            return places
        found = np.minimum(np.searchsorted(self.values, hashes[places]), len(self.values) - 1)
        return places[self.values[found] == hashes[places]]
