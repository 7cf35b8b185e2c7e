"""RedisVL's extensions: caches of answers and embeddings, message histories, the router."""

import pytest
from redisvl.extensions.cache.embeddings import EmbeddingsCache
from redisvl.extensions.cache.llm import SemanticCache
from redisvl.extensions.message_history import MessageHistory, SemanticMessageHistory
from redisvl.extensions.router import Route, RoutingConfig, SemanticRouter
from redisvl.extensions.router.schema import DistanceAggregationMethod
from redisvl.query.filter import Tag

from vectorizers import word_vectorizer
from vectors import embed


@pytest.fixture
def cache(byte_client):
    return SemanticCache(
        name="answers",
        distance_threshold=0.3,
        vectorizer=word_vectorizer(),
        filterable_fields=[{"name": "user", "type": "tag"}],
        redis_client=byte_client,
        overwrite=True,
    )


def test_semantic_cache_answers_what_is_near(cache):
    assert cache.check("what is the capital of France") == []
    key = cache.store("what is the capital of France", "Paris", metadata={"source": "atlas"}, filters={"user": "ada"})
    hit = cache.check("what is the capital city of France", return_fields=["prompt", "response", "metadata"])[0]
    assert (hit["response"], hit["metadata"]) == ("Paris", {"source": "atlas"})
    assert cache.check("how tall is the Eiffel tower") == []
    assert cache.check("how tall is the Eiffel tower", distance_threshold=1.9)[0]["response"] == "Paris"
    assert cache.check(vector=embed("what is the capital of France"), filter_expression=Tag("user") == "ada") != []
    assert cache.check("what is the capital of France", filter_expression=Tag("user") == "eve") == []
    cache.update(key, response="Paris, France")
    assert cache.check("what is the capital of France")[0]["response"] == "Paris, France"
    cache.drop(keys=[key])
    assert cache.check("what is the capital of France") == []


def test_semantic_cache_forgets(cache, byte_client):
    key = cache.store("short lived", "gone soon", ttl=100)
    assert 0 < byte_client.ttl(key) <= 100
    cache.clear()
    assert cache.check("short lived") == []
    cache.delete()
    assert b"answers" not in byte_client.execute_command("FT._LIST")


def test_semantic_cache_takes_an_index_that_exists(cache, byte_client):
    cache.store("what is the capital of France", "Paris")
    fields = [{"name": "user", "type": "tag"}]
    again = SemanticCache(name="answers", vectorizer=word_vectorizer(), filterable_fields=fields, redis_client=byte_client)
    assert again.check("what is the capital of France")[0]["response"] == "Paris"


def test_embeddings_cache(byte_client):
    cache = EmbeddingsCache(name="embeddings", redis_client=byte_client)
    key = cache.set("a text", "words", embed("a text"), metadata={"n": 1}, ttl=100)
    found = cache.get("a text", "words")
    assert found["embedding"] == pytest.approx(embed("a text")) and found["metadata"] == {"n": 1}
    assert cache.exists("a text", "words") and not cache.exists("another", "words")
    items = [{"content": text, "model_name": "words", "embedding": embed(text)} for text in ("one", "two")]
    assert len(cache.mset(items)) == 2
    assert [entry is not None for entry in cache.mget(["one", "two", "three"], "words")] == [True, True, False]
    cache.drop("a text", "words")
    assert not cache.exists_by_key(key)
    cache.clear()
    assert cache.mexists(["one", "two"], "words") == [False, False]


def test_message_history(byte_client):
    history = MessageHistory("talk", session_tag="one", redis_client=byte_client)
    history.store("hello", "good morning")
    history.add_messages([{"role": "user", "content": "and now?"}, {"role": "tool", "content": "42", "tool_call_id": "t1"}])
    assert [message["content"] for message in history.get_recent(top_k=10)] == ["hello", "good morning", "and now?", "42"]
    assert history.get_recent(top_k=1, as_text=True) == ["42"]
    assert [message["content"] for message in history.get_recent(role="user")] == ["hello", "and now?"]
    assert history.count() == 4
    other = MessageHistory("talk", session_tag="two", redis_client=byte_client)
    assert other.get_recent() == []
    history.drop()
    assert history.count() == 3
    history.clear()
    assert history.count() == 0
    history.delete()


def test_semantic_message_history(byte_client):
    history = SemanticMessageHistory("talk", vectorizer=word_vectorizer(), distance_threshold=0.6, redis_client=byte_client)
    history.store("what does the red fox eat", "mice and berries")
    history.store("when does the train leave", "at noon")
    relevant = history.get_relevant("what does a fox eat", top_k=2)
    assert [message["content"] for message in relevant] == ["what does the red fox eat"]
    assert history.get_relevant("unrelated words entirely") == []
    assert len(history.get_relevant("unrelated words entirely", fall_back=True)) == 4
    history.set_distance_threshold(2)
    assert len(history.get_relevant("fox", top_k=10)) == 4
    history.delete()


ROUTES = [
    Route(name="greeting", references=["hello there", "good morning"], metadata={"kind": "small talk"}, distance_threshold=0.6),
    Route(name="travel", references=["when does the train leave", "book a train ticket"], distance_threshold=0.6),
]


@pytest.fixture
def router(byte_client):
    return SemanticRouter(name="router", vectorizer=word_vectorizer(), routes=ROUTES, redis_client=byte_client, overwrite=True)


def test_router_finds_the_route(router, byte_client):
    assert router("hello there my friend").name == "greeting"
    assert router("when does the next train leave").name == "travel"
    assert router("unrelated words entirely").name is None
    matches = router.route_many("hello there train", max_k=2)
    assert [match.name for match in matches] == ["greeting"]
    for method in DistanceAggregationMethod:
        assert router.route_many("good morning", max_k=1, aggregation_method=method)[0].name == "greeting"
    assert [route["name"] for route in byte_client.json().get("router:route_config")["routes"]] == ["greeting", "travel"]


def test_router_changes(router):
    router.add_route_references("travel", ["where is the platform"])
    assert router("where is the platform").name == "travel"
    assert len(router.get_route_references("travel")) == 3
    router.update_route_thresholds({"travel": 0.01})
    router.update_routing_config(RoutingConfig(max_k=2, aggregation_method=DistanceAggregationMethod.min))
    assert router("when does the next train leave").name is None
    router.remove_route("travel")
    assert router.get("travel") is None
    router.clear()
    router.delete()
