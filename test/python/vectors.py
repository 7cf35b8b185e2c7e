"""Embeddings without a model: each word is a fixed direction, a text the sum of its words.

Texts that share words are near each other, those that share none are nearly at right angles, and the same text has the same
vector in every run.
"""

import hashlib
import re
from collections.abc import Sequence

import numpy as np

DIMENSIONS = 64


def embed(text: str) -> list[float]:
    words = re.findall(r"\w+", text.lower())
    total = np.sum([direction_of(word) for word in words], axis=0)
    return (total / np.linalg.norm(total)).astype(np.float32).tolist()


def direction_of(word: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "little")
    return np.random.default_rng(seed).standard_normal(DIMENSIONS)


def embed_many(texts: Sequence[str]) -> list[list[float]]:
    return [embed(text) for text in texts]


def as_bytes(vector: Sequence[float]) -> bytes:
    """As a field of a hash holds it: little-endian 32-bit floats."""
    return np.asarray(vector, dtype="<f4").tobytes()
