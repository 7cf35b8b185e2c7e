"""langgraph-checkpoint-redis: graphs that go on where they stopped, and the store of long-term memories."""

import asyncio
from operator import add
from typing import Annotated, TypedDict

import pytest
from langgraph.checkpoint.redis import AsyncRedisSaver, RedisSaver, ShallowRedisSaver
from langgraph.graph import END, START, StateGraph
from langgraph.store.redis import RedisStore
from langgraph.types import Command, interrupt

from vectorizers import WordEmbeddings
from vectors import DIMENSIONS


class Conversation(TypedDict):
    said: Annotated[list[str], add]


def graph_with(saver, store=None):
    graph = StateGraph(Conversation)
    graph.add_node("greet", lambda state: {"said": [f"greeting {len(state['said'])}"]})
    graph.add_node("ask", lambda state: {"said": [interrupt("what now?")]})
    graph.add_edge(START, "greet")
    graph.add_edge("greet", "ask")
    graph.add_edge("ask", END)
    return graph.compile(checkpointer=saver, store=store)


def thread(name: str) -> dict:
    return {"configurable": {"thread_id": name}}


@pytest.fixture(params=[RedisSaver, ShallowRedisSaver])
def saver(request, library_client):
    saver = request.param(redis_client=library_client)
    saver.setup()
    return saver


def test_graph_goes_on_where_it_stopped(saver):
    graph = graph_with(saver)
    stopped = graph.invoke({"said": ["hello"]}, thread("one"))
    assert stopped["__interrupt__"][0].value == "what now?"
    assert graph.get_state(thread("one")).next == ("ask",)
    assert graph.invoke(Command(resume="nothing"), thread("one"))["said"] == ["hello", "greeting 1", "nothing"]
    assert graph.get_state(thread("two")).values == {}
    saver.delete_thread("one")
    assert graph.get_state(thread("one")).values == {}


def test_history_of_a_thread(library_client):
    saver = RedisSaver(redis_client=library_client)
    saver.setup()
    graph = graph_with(saver)
    graph.invoke({"said": ["hello"]}, thread("one"))
    graph.invoke(Command(resume="nothing"), thread("one"))
    history = list(graph.get_state_history(thread("one")))
    assert [len(state.values.get("said", [])) for state in history] == [3, 2, 1, 0]
    assert len(list(saver.list(None, filter={"source": "input"}))) == 1


def test_asynchronous_saver(server):
    async def converse() -> list[str]:
        async with AsyncRedisSaver.from_conn_string(server.url()) as saver:
            await saver.asetup()
            graph = graph_with(saver)
            await graph.ainvoke({"said": ["hello"]}, thread("one"))
            said = await graph.ainvoke(Command(resume="bye"), thread("one"))
            return said["said"]

    assert asyncio.run(converse()) == ["hello", "greeting 1", "bye"]


def test_store_of_memories(library_client):
    config = {"dims": DIMENSIONS, "embed": WordEmbeddings(), "fields": ["text"], "distance_type": "cosine"}
    store = RedisStore(library_client, index=config)
    store.setup()
    store.put(("users", "ada"), "food", {"text": "likes fresh bread", "kind": "taste"})
    store.put(("users", "ada"), "work", {"text": "writes programs for engines", "kind": "fact"})
    store.put(("users", "eve"), "food", {"text": "likes old cheese", "kind": "taste"})
    assert store.get(("users", "ada"), "food").value["text"] == "likes fresh bread"
    found = store.search(("users", "ada"), query="who likes bread", limit=1)
    assert (found[0].key, found[0].score > 0) == ("food", True)
    tastes = store.search(("users",), filter={"kind": "taste"})
    assert sorted(item.namespace for item in tastes) == [("users", "ada"), ("users", "eve")]
    assert sorted(store.list_namespaces(prefix=("users",))) == [("users", "ada"), ("users", "eve")]
    store.delete(("users", "ada"), "food")
    assert store.get(("users", "ada"), "food") is None
