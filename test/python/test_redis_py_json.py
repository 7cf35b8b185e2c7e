"""redis-py's own JSON API (`client.json()`), RESP2 and RESP3."""

import pytest
from redis.commands.json.path import Path
from redis.exceptions import ResponseError

DOCUMENT = {"name": "Ada", "tags": ["a", "b"], "n": 1, "nested": {"ok": True, "n": 2}}


@pytest.fixture
def json(client):
    assert client.json().set("doc", "$", DOCUMENT)
    return client.json()


def test_sets_and_gets(client, json):
    assert json.get("doc") == DOCUMENT
    assert json.get("doc", "$..n") == [1, 2]
    assert json.get("doc", "$.name", "$.n") == {"$.name": ["Ada"], "$.n": [1]}
    assert json.get("doc", Path(".nested.n")) == 2
    assert json.set("doc", "$", {}, nx=True) is None
    assert json.set("none", "$", {}, xx=True) is None
    assert json.set("doc", "$.more", [1], nx=True)
    assert json.get("doc", "$.more") == [[1]]
    assert json.get("none") is None
    with pytest.raises(ResponseError):
        json.set("other", "$.a", 1)


def test_several_documents(client, json):
    assert json.mset([("one", "$", {"n": 3}), ("two", "$", {"n": 4})])
    assert json.mget(["one", "two", "none"], "$.n") == [[3], [4], None]
    assert json.merge("one", "$", {"n": None, "m": 5})
    assert json.get("one") == {"m": 5}
    assert json.delete("one") == 1
    assert json.forget("two") == 1
    assert client.exists("one", "two") == 0


def test_numbers(json):
    assert json.numincrby("doc", "$.n", 2.5) == [3.5]
    assert json.nummultby("doc", "$.n", 2) == [7]
    assert json.get("doc", "$.n") == [7]


def test_arrays(json):
    assert json.arrappend("doc", "$.tags", "c", "d") == [4]
    assert json.arrinsert("doc", "$.tags", 0, "z") == [5]
    assert json.arrindex("doc", "$.tags", "c") == [3]
    assert json.arrpop("doc", "$.tags") == ['"d"']
    assert json.arrtrim("doc", "$.tags", 0, 1) == [2]
    assert json.arrlen("doc", "$.tags") == [2]
    assert json.get("doc", "$.tags") == [["z", "a"]]


def test_strings_objects_and_types(json):
    assert json.strappend("doc", " L.", "$.name") == [6]
    assert json.strlen("doc", "$.name") == [6]
    assert json.toggle("doc", "$.nested.ok") == [0]
    assert json.objkeys("doc", "$.nested") == [["ok", "n"]]
    assert json.objlen("doc", "$") == [4]
    assert json.type("doc", "$.tags") in (["array"], [["array"]])
    assert json.clear("doc", "$.tags") == 1
    assert json.delete("doc", "$.nested") == 1
    assert json.get("doc") == {"name": "Ada L.", "tags": [], "n": 1}


def test_sizes_and_raw_replies(json):
    memory = json.debug("MEMORY", "doc")
    assert (memory[0] if isinstance(memory, list) else memory) > 0
    assert json.resp("doc", "$.n") == [1]
    assert json.resp("doc", "$.tags") == [["[", "a", "b"]]


def test_documents_in_pipelines(client):
    pipeline = client.json().pipeline()
    pipeline.set("p", "$", {"n": 1})
    pipeline.numincrby("p", "$.n", 1)
    pipeline.get("p")
    assert pipeline.execute()[0]
    assert client.json().get("p") == {"n": 2}
