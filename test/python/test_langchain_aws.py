"""langchain-aws and langgraph-checkpoint-aws: what they offer for ElastiCache for Valkey and for MemoryDB."""

import pytest
from glide_shared.commands.server_modules.ft_options.ft_create_options import (
    DistanceMetricType,
    FtCreateOptions,
    NumericField,
    TagField,
    VectorAlgorithm,
    VectorField,
    VectorFieldAttributesHnsw,
    VectorType,
)
from glide_sync import ft
from langchain_aws.vectorstores import InMemorySemanticCache, InMemoryVectorStore, ValkeyVectorStore
from langchain_aws.vectorstores.inmemorydb.filters import InMemoryDBTag
from langchain_core.outputs import Generation
from langgraph.graph import END, START, StateGraph
from langgraph_checkpoint_aws import ValkeySaver, ValkeyStore

from vectorizers import WordEmbeddings
from vectors import DIMENSIONS

TEXTS = ["the fox eats mice", "the train leaves at noon", "the fox sleeps at noon"]
METADATA = [{"topic": "animals", "year": 2001}, {"topic": "travel", "year": 2002}, {"topic": "animals", "year": 2003}]


def contents(documents) -> list[str]:
    return [document.page_content for document in documents]


def test_valkey_vector_store(server):
    store = ValkeyVectorStore(server.url("valkey"), "texts", WordEmbeddings(), cluster_mode=False)
    # Its own look whether the index exists lets GLIDE's error for a missing one through, whatever the server: it is made here.
    attributes = VectorFieldAttributesHnsw(dimensions=DIMENSIONS, distance_metric=DistanceMetricType.COSINE, type=VectorType.FLOAT32)
    fields = [VectorField("content_vector", VectorAlgorithm.HNSW, attributes), TagField("topic"), NumericField("year")]
    ft.create(store.client, "texts", fields, FtCreateOptions(prefixes=[store.key_prefix]))
    keys = store.add_texts(TEXTS, METADATA)
    found = store.similarity_search_with_score("the fox eats mice", k=2)
    assert found[0][0].page_content == TEXTS[0] and found[0][1] == pytest.approx(1, abs=1e-5)
    assert found[0][0].metadata == {"topic": "animals", "year": "2001"}
    assert sorted(contents(store.similarity_search("noon", k=3, filter="@topic:{animals}"))) == sorted([TEXTS[0], TEXTS[2]])
    assert contents(store.similarity_search("noon", filter="@topic:{animals} @year:[2002 2005]")) == [TEXTS[2]]
    assert store.delete([keys[0]])
    assert TEXTS[0] not in contents(store.similarity_search("the fox eats mice", k=3))


def test_memorydb_vector_store(server):
    schema = {"tag": [{"name": "topic"}], "numeric": [{"name": "year"}], "text": [{"name": "content"}]}
    store = InMemoryVectorStore.from_texts(
        TEXTS, WordEmbeddings(), METADATA, index_name="texts", index_schema=schema, redis_url=server.url()
    )
    found = store.similarity_search_with_score("the fox eats mice", k=2)
    assert found[0][0].page_content == TEXTS[0] and found[0][1] == pytest.approx(0, abs=1e-5)
    animals = InMemoryDBTag("topic") == "animals"
    assert sorted(contents(store.similarity_search("noon", k=3, filter=animals))) == sorted([TEXTS[0], TEXTS[2]])
    assert contents(store.similarity_search("the fox eats mice", distance_threshold=0.2)) == [TEXTS[0]]
    assert InMemoryVectorStore.drop_index("texts", delete_documents=True, redis_url=server.url())


def test_memorydb_semantic_cache(server):
    cache = InMemorySemanticCache(server.url(), WordEmbeddings(), score_threshold=0.3)
    assert cache.lookup("what is the capital of France", "model") is None
    cache.update("what is the capital of France", "model", [Generation(text="Paris")])
    assert cache.lookup("what is the capital city of France", "model")[0].text == "Paris"
    assert cache.lookup("how tall is the tower", "model") is None


def test_valkey_saver(server):
    with ValkeySaver.from_conn_string(server.url()) as saver:
        graph = StateGraph(dict)
        graph.add_node("double", lambda state: {"n": state["n"] * 2})
        graph.add_edge(START, "double")
        graph.add_edge("double", END)
        compiled = graph.compile(checkpointer=saver)
        thread = {"configurable": {"thread_id": "one"}}
        assert compiled.invoke({"n": 2}, thread) == {"n": 4}
        assert compiled.get_state(thread).values == {"n": 4}
        saver.delete_thread("one")
        assert compiled.get_state(thread).values in ({}, None)


def test_valkey_store(server):
    index = {"collection_name": "memories", "dims": DIMENSIONS, "embed": WordEmbeddings(), "fields": ["text"]}
    with ValkeyStore.from_conn_string(server.url(), index=index) as store:
        store.setup()
        store.put(("users", "ada"), "food", {"text": "likes fresh bread"})
        store.put(("users", "ada"), "work", {"text": "writes programs"})
        assert store.get(("users", "ada"), "food").value == {"text": "likes fresh bread"}
        assert store.search(("users", "ada"), query="who likes bread", limit=1)[0].key == "food"
