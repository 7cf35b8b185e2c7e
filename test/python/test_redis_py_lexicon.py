"""redis-py's API of suggestions, synonyms, dictionaries and spelling, RESP2 and RESP3."""

import pytest
from redis.commands.search.field import TextField
from redis.commands.search.index_definition import IndexDefinition
from redis.commands.search.query import Query
from redis.commands.search.suggestion import Suggestion


@pytest.fixture
def texts(client):
    index = client.ft("texts")
    index.create_index((TextField("body"),), definition=IndexDefinition(prefix=["text:"]))
    client.hset("text:1", "body", "a boy met a girl")
    client.hset("text:2", "body", "the child went home")
    client.hset("text:3", "body", "hockey sticks")
    return index


def test_suggestions(client):
    index = client.ft("any")
    words = [Suggestion("hello", 1), Suggestion("help", 2, payload="advice"), Suggestion("held", 0.5), Suggestion("world", 1)]
    assert index.sugadd("words", *words) == 4
    assert index.suglen("words") == 4
    assert [suggestion.string for suggestion in index.sugget("words", "hel")] == ["help", "hello", "held"]
    assert [suggestion.string for suggestion in index.sugget("words", "hel", num=1)] == ["help"]
    assert [suggestion.string for suggestion in index.sugget("words", "hep", fuzzy=True)][0] == "help"
    scored = index.sugget("words", "hel", with_scores=True, with_payloads=True)
    assert scored[0].score > scored[1].score > 0
    assert (scored[0].payload, scored[1].payload) == ("advice", None)
    assert index.sugadd("words", Suggestion("held", 10), increment=True) == 4
    assert index.sugget("words", "hel")[0].string == "held"
    assert (index.sugdel("words", "held"), index.sugdel("words", "held")) == (1, 0)
    assert index.sugget("words", "held") == []
    assert index.sugget("none", "a") == []


def test_synonyms(client, texts):
    assert texts.synupdate("young", False, "boy", "child", "offspring") in (True, "OK")
    found = texts.search(Query("offspring").no_content())
    assert sorted(document.id for document in found.docs) == ["text:1", "text:2"]
    assert texts.synupdate("small", True, "child") in (True, "OK")
    dump = texts.syndump()
    assert dump["boy"] == ["young"] and sorted(dump["child"]) == ["small", "young"]


def test_dictionaries_and_spelling(client, texts):
    assert texts.dict_add("slang", "hokey", "hocky") == 2
    assert texts.dict_add("slang", "hokey") == 0
    assert sorted(texts.dict_dump("slang")) == ["hocky", "hokey"]
    assert texts.dict_del("slang", "hocky") == 1
    assert texts.dict_dump("none") in ([], set())
    suggestions = texts.spellcheck("hokkey", distance=1)
    assert [entry["suggestion"] for entry in suggestions["hokkey"]] == ["hockey"]
    with_slang = texts.spellcheck("hokkey", distance=1, include="slang")
    assert sorted(entry["suggestion"] for entry in with_slang["hokkey"]) == ["hockey", "hokey"]
    assert texts.spellcheck("hokey", exclude="slang") == {}


def test_settings(client, texts):
    assert texts.config_set("TIMEOUT", "100") in (True, "OK")
    assert int(texts.config_get("TIMEOUT")["TIMEOUT"]) == 100
    assert "100" == str(texts.config_get("*")["TIMEOUT"])
    assert texts.config_set("TIMEOUT", "500") in (True, "OK")


def test_modules_that_clients_look_for(client):
    modules = {module["name"]: module["ver"] for module in client.module_list()}
    assert modules["search"] >= 20810
    assert "ReJSON" in modules and "vectorset" in modules
