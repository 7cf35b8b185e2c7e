"""mem0's vector store for Redis.

Its search by keywords is not here: RedisVL of that age downloads a list of stop words for it.
"""

import pytest
from mem0.vector_stores.redis import RedisDB

from memory_store import check_changing, check_collections, check_finding, fill
from vectors import DIMENSIONS


@pytest.fixture
def store(server):
    return fill(RedisDB(server.url(), "memories", DIMENSIONS))


def test_finds_filters_and_lists(store):
    check_finding(store)


def test_reads_updates_and_deletes(store):
    check_changing(store)


def test_makes_and_drops_collections(store):
    check_collections(store)
