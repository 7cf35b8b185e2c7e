"""langchain-redis: the vector store, the caches of models' answers, the chat history."""

import pytest
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.outputs import Generation
from langchain_redis import RedisCache, RedisChatMessageHistory, RedisConfig, RedisSemanticCache, RedisVectorStore
from redis import Redis
from redisvl.query.filter import Num, Tag

from vectorizers import WordEmbeddings

TEXTS = ["the fox eats mice", "the train leaves at noon", "the fox sleeps at noon", "a recipe of bread"]
METADATA = [
    {"topic": "animals", "year": 2001},
    {"topic": "travel", "year": 2002},
    {"topic": "animals", "year": 2003},
    {"topic": "food", "year": 2004},
]
FIELDS = [{"name": "topic", "type": "tag"}, {"name": "year", "type": "numeric"}]


@pytest.fixture(params=["hash", "json"])
def store(request, library_client):
    config = RedisConfig(
        index_name="texts",
        redis_client=library_client,
        metadata_schema=FIELDS,
        storage_type=request.param,
        indexing_algorithm="HNSW",
    )
    store = RedisVectorStore(WordEmbeddings(), config=config)
    assert len(store.add_texts(TEXTS, METADATA, keys=["1", "2", "3", "4"])) == 4
    return store


def contents(documents) -> list[str]:
    return [document.page_content for document in documents]


def test_vector_store_finds_and_filters(store):
    assert contents(store.similarity_search("what does the fox eat", k=1)) in ([TEXTS[0]], [TEXTS[2]])
    found = store.similarity_search_with_score("the fox eats mice", k=2)
    assert found[0][0].page_content == TEXTS[0] and found[0][1] == pytest.approx(0, abs=1e-5)
    assert found[0][0].metadata["topic"] == "animals"
    animals = Tag("topic") == "animals"
    assert sorted(contents(store.similarity_search("noon", k=4, filter=animals))) == sorted([TEXTS[0], TEXTS[2]])
    late = animals & (Num("year") > 2002)
    assert contents(store.similarity_search("mice", filter=late)) == [TEXTS[2]]
    by_year = store.similarity_search("the", k=4, sort_by="year")
    assert contents(by_year) == TEXTS


def test_vector_store_diversifies(store):
    assert len(set(contents(store.max_marginal_relevance_search("the fox at noon", k=3, fetch_k=4)))) == 3


def test_vector_store_as_a_retriever(store):
    retriever = store.as_retriever(search_kwargs={"k": 1, "filter": Tag("topic") == "travel"})
    assert contents(retriever.invoke("the fox")) == [TEXTS[1]]


def test_vector_store_reads_and_deletes_by_id(store, library_client):
    keys = sorted(key.decode() for key in library_client.keys("texts*"))
    assert len(keys) == 4
    found = store.get_by_ids(["1", "2"])
    assert sorted(contents(found)) == sorted(TEXTS[:2])
    assert store.delete(["1"])
    assert TEXTS[0] not in contents(store.similarity_search("the fox eats mice", k=4))


def test_vector_store_from_documents_and_an_existing_index(library_client):
    documents = [Document(page_content=text, metadata=metadata) for text, metadata in zip(TEXTS, METADATA, strict=True)]
    config = RedisConfig(index_name="docs", redis_client=library_client, metadata_schema=FIELDS)
    RedisVectorStore.from_documents(documents, WordEmbeddings(), config=config)
    again = RedisVectorStore.from_existing_index("docs", WordEmbeddings(), redis_client=library_client)
    assert contents(again.similarity_search("bread", k=1)) == [TEXTS[3]]


def test_cache(library_client):
    cache = RedisCache(redis_client=library_client, ttl=100)
    assert cache.lookup("prompt", "model") is None
    cache.update("prompt", "model", [Generation(text="answer")])
    assert cache.lookup("prompt", "model") == [Generation(text="answer")]
    assert cache.lookup("prompt", "another") is None
    cache.clear()
    assert cache.lookup("prompt", "model") is None


def test_semantic_cache(library_client):
    cache = RedisSemanticCache(WordEmbeddings(), redis_client=library_client, distance_threshold=0.3)
    assert cache.lookup("what is the capital of France", "model") is None
    cache.update("what is the capital of France", "model", [Generation(text="Paris")])
    assert cache.lookup("what is the capital city of France", "model")[0].text == "Paris"
    assert cache.lookup("how tall is the tower", "model") is None
    assert cache.lookup("what is the capital of France", "another") is None
    cache.clear()
    assert cache.lookup("what is the capital of France", "model") is None


def test_chat_history(library_client):
    history = RedisChatMessageHistory("session", redis_client=library_client)
    history.add_messages([HumanMessage("hello there"), AIMessage("good morning")])
    assert [(message.type, message.content) for message in history.messages] == [("human", "hello there"), ("ai", "good morning")]
    assert [found["content"] for found in history.search_messages("morning")] == ["good morning"]
    history.clear()
    assert history.messages == []
    history.delete()


def test_chat_histories_of_two_sessions(server):
    # It reads the index's definition as a list, which is what RESP2 has.
    with Redis(host=server.host, port=server.port, protocol=2) as client:
        one, two = (RedisChatMessageHistory(name, redis_client=client) for name in ("one", "two"))
        one.add_message(HumanMessage("hello there"))
        assert (len(one.messages), len(two.messages)) == (1, 0)
