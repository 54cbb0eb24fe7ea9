"""Random streams keyed by name, so that a new row moves no other draw."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np


def stream(seed: np.random.SeedSequence, *names: str) -> np.random.Generator:
    """
    Return the stream of random numbers that belongs to these names.

    The spawn key is the seed's own, then the eight 32-bit words of each name's SHA-256: it depends
    on nothing but the seed and the names.

    Parameters
    ----------
    seed
        Seed of all the scenarios.
    names
        A hazard, or a hazard and a supplier.

    Returns
    -------
    np.random.Generator
        At its beginning: the same numbers whenever seed and names are the same.
    """
    words = (word for name in names for word in _words(name))
    key = (*seed.spawn_key, *words)
    return np.random.default_rng(np.random.SeedSequence(seed.entropy, spawn_key=key))


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[int, ...]:
    digest = hashlib.sha256(name.encode()).digest()
    return tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, len(digest), 4))
