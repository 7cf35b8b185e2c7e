"""mem0's vector store for Valkey."""

import pytest
from mem0.vector_stores.valkey import ValkeyDB

from memory_store import check_changing, check_collections, check_finding, fill
from vectors import DIMENSIONS


@pytest.fixture(params=["hnsw", "flat"])
def store(request, server):
    return fill(ValkeyDB(server.url("valkey"), "memories", DIMENSIONS, index_type=request.param))


def test_finds_filters_and_lists(store):
    check_finding(store)


def test_reads_updates_and_deletes(store):
    check_changing(store)


def test_makes_and_drops_collections(store):
    check_collections(store)
