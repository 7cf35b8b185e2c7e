"""valkey-py and Valkey GLIDE (synchronous) through their own search and JSON APIs."""

import json

import pytest
import valkey
from glide_shared.commands.server_modules.ft_options.ft_create_options import (
    DataType,
    DistanceMetricType,
    FtCreateOptions,
    NumericField as GlideNumericField,
    TagField as GlideTagField,
    TextField as GlideTextField,
    VectorAlgorithm,
    VectorField as GlideVectorField,
    VectorFieldAttributesFlat,
    VectorType,
)
from glide_shared.commands.server_modules.ft_options.ft_search_options import (
    FtSearchLimit,
    FtSearchOptions,
    ReturnField,
)
from glide_sync import GlideClient, GlideClientConfiguration, NodeAddress, ft, glide_json
from valkey.commands.search.field import NumericField, TagField, TextField, VectorField
from valkey.commands.search.indexDefinition import IndexDefinition
from valkey.commands.search.query import Query

from vectors import as_bytes

VECTOR_ATTRIBUTES = {"TYPE": "FLOAT32", "DIM": 2, "DISTANCE_METRIC": "L2"}


def test_valkey_py_searches(server):
    client = valkey.Valkey(host=server.host, port=server.port, decode_responses=True)
    index = client.ft("books")
    fields = (TextField("title"), TagField("genre"), NumericField("pages", sortable=True), VectorField("v", "HNSW", VECTOR_ATTRIBUTES))
    assert index.create_index(fields, definition=IndexDefinition(prefix=["book:"])) == "OK"
    client.hset("book:1", mapping={"title": "running deer", "genre": "nature", "pages": 10, "v": as_bytes([0, 0])})
    client.hset("book:2", mapping={"title": "deep water", "genre": "travel", "pages": 20, "v": as_bytes([2, 0])})
    assert [document.id for document in index.search(Query("run").no_content()).docs] == ["book:1"]
    assert [document.id for document in index.search(Query("@pages:[15 30]").no_content()).docs] == ["book:2"]
    nearest = Query("*=>[KNN 2 @v $q AS d]").sort_by("d").return_fields("title", "d").dialect(2)
    found = index.search(nearest, {"q": as_bytes([2, 0])}).docs
    assert [(document.id, document.title, float(document.d)) for document in found] == [
        ("book:2", "deep water", 0),
        ("book:1", "running deer", 4),
    ]
    assert index.info()["num_docs"] in (2, "2")
    assert index.dropindex(delete_documents=True) == "OK"
    client.close()


def test_valkey_py_keeps_json(server):
    client = valkey.Valkey(host=server.host, port=server.port, decode_responses=True)
    assert client.json().set("doc", "$", {"n": 1, "list": [1]})
    assert client.json().get("doc", "$.n") == [1]
    assert client.json().arrappend("doc", "$.list", 2) == [2]
    assert client.json().numincrby("doc", "$.n", 2) == [3]
    client.close()


@pytest.fixture
def glide(server):
    client = GlideClient.create(GlideClientConfiguration([NodeAddress(server.host, server.port)]))
    yield client
    client.close()


def test_glide_searches(glide):
    flat = VectorFieldAttributesFlat(dimensions=2, distance_metric=DistanceMetricType.L2, type=VectorType.FLOAT32)
    fields = [
        GlideTextField("title"),
        GlideTagField("genre"),
        GlideNumericField("pages"),
        GlideVectorField("v", VectorAlgorithm.FLAT, flat),
    ]
    assert ft.create(glide, "books", fields, FtCreateOptions(DataType.HASH, prefixes=["book:"])) == "OK"
    glide.hset("book:1", {"title": "running deer", "genre": "nature", "pages": "10", "v": as_bytes([0, 0])})
    glide.hset("book:2", {"title": "deep water", "genre": "travel", "pages": "20", "v": as_bytes([2, 0])})
    names = FtSearchOptions(return_fields=[ReturnField("title")])
    assert ft.search(glide, "books", "@genre:{travel}", names) == [1, {b"book:2": {b"title": b"deep water"}}]
    assert ft.search(glide, "books", "deer @pages:[0 15]", names) == [1, {b"book:1": {b"title": b"running deer"}}]
    nearest = FtSearchOptions(
        params={"q": as_bytes([2, 0])},
        return_fields=[ReturnField("title", alias="name"), ReturnField("d")],
        limit=FtSearchLimit(0, 1),
    )
    total, rows = ft.search(glide, "books", "*=>[KNN 2 @v $q AS d]", nearest)
    assert (total, rows) == (2, {b"book:2": {b"name": b"deep water", b"d": b"0"}})
    assert ft.list(glide) == [b"books"]
    info = ft.info(glide, "books")
    assert info[b"index_name"] == b"books" and info[b"num_docs"] == 2
    assert ft.dropindex(glide, "books") == "OK"


def test_glide_renames_explains_and_profiles(glide):
    assert ft.create(glide, "tags", [GlideTagField("t")], FtCreateOptions(prefixes=["tag:"])) == "OK"
    glide.hset("tag:1", {"t": "a"})
    assert ft.aliasadd(glide, "alias", "tags") == "OK"
    assert ft.aliaslist(glide) == {b"alias": b"tags"}
    assert ft.search(glide, "alias", "@t:{a}")[0] == 1
    assert ft.aliasupdate(glide, "alias", "tags") == "OK"
    assert ft.aliasdel(glide, "alias") == "OK"
    assert b"TAG" in ft.explain(glide, "tags", "@t:{a}")
    assert len(ft.explaincli(glide, "tags", "@t:{a}")) > 1


def test_glide_keeps_json(glide):
    assert glide_json.set(glide, "doc", "$", json.dumps({"n": 1, "list": [1, 2], "s": "x", "t": True})) == "OK"
    assert json.loads(glide_json.get(glide, "doc", "$.n")) == [1]
    assert glide_json.mget(glide, ["doc", "none"], "$.n") == [b"[1]", None]
    assert glide_json.arrappend(glide, "doc", "$.list", ["3"]) == [3]
    assert json.loads(glide_json.numincrby(glide, "doc", "$.n", 2)) == [3]
    assert glide_json.strlen(glide, "doc", "$.s") == [1]
    assert glide_json.toggle(glide, "doc", "$.t") == [False]
    assert glide_json.type(glide, "doc", "$.list") == [b"array"]
    assert glide_json.objkeys(glide, "doc", "$") == [[b"n", b"list", b"s", b"t"]]
    assert glide_json.delete(glide, "doc", "$.s") == 1
