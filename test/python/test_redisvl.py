"""RedisVL: indexes from schemas, and each kind of query."""

import numpy as np
import pytest
from redisvl.index import SearchIndex
from redisvl.query import (
    AggregateHybridQuery,
    CountQuery,
    FilterQuery,
    HybridQuery,
    MultiVectorQuery,
    RangeQuery,
    TextQuery,
    Vector,
    VectorQuery,
)
from redisvl.query.filter import Geo, GeoRadius, Num, Tag, Text, Timestamp

from vectors import DIMENSIONS, as_bytes, embed

PLACES = [
    {"id": "1", "name": "harbour cafe", "kind": "food,drink", "stars": 4, "opened": 1_600_000_000, "where": "13.36,38.11"},
    {"id": "2", "name": "harbour museum", "kind": "culture", "stars": 5, "opened": 1_700_000_000, "where": "13.37,38.12"},
    {"id": "3", "name": "mountain hut", "kind": "food", "stars": 3, "opened": 1_500_000_000, "where": "15.08,37.50"},
    {"id": "4", "name": "city library", "kind": "culture", "stars": 4, "opened": 1_650_000_000, "where": "2.35,48.85"},
]


def schema(storage: str, algorithm: str) -> dict:
    vector = {"dims": DIMENSIONS, "distance_metric": "cosine", "algorithm": algorithm, "datatype": "float32"}
    return {
        "index": {"name": "places", "prefix": "place", "storage_type": storage},
        "fields": [
            {"name": "id", "type": "tag"},
            {"name": "name", "type": "text", "attrs": {"weight": 2.0, "sortable": True}},
            {"name": "kind", "type": "tag", "attrs": {"separator": ","} if storage == "hash" else {}},
            {"name": "stars", "type": "numeric", "attrs": {"sortable": True, "unf": True}},
            {"name": "opened", "type": "numeric"},
            {"name": "where", "type": "geo"},
            {"name": "note", "type": "text", "attrs": {"index_missing": True}},
            {"name": "embedding", "type": "vector", "attrs": vector},
        ],
    }


def row(place: dict, storage: str) -> dict:
    vector = embed(place["name"])
    if storage == "json":
        return {**place, "kind": place["kind"].split(","), "embedding": vector}
    return {**place, "embedding": as_bytes(vector)}


@pytest.fixture(params=[("hash", "flat"), ("hash", "hnsw"), ("json", "hnsw")], ids=["hash-flat", "hash-hnsw", "json-hnsw"])
def index(request, byte_client):
    storage, algorithm = request.param
    places = SearchIndex.from_dict(schema(storage, algorithm), redis_client=byte_client)
    places.create(overwrite=True, drop=True)
    keys = places.load([row(place, storage) for place in PLACES], id_field="id")
    assert sorted(keys) == ["place:1", "place:2", "place:3", "place:4"]
    return places


def names(rows) -> list[str]:
    return [found["name"] for found in rows]


def vector_query(text: str, **options) -> VectorQuery:
    return VectorQuery(embed(text), "embedding", return_fields=["name", "stars"], **options)


def test_creates_describes_and_deletes_an_index(index, byte_client):
    assert index.exists() and "places" in index.listall()
    info = index.info()
    assert int(info["num_docs"]) == 4
    same = SearchIndex.from_existing("places", redis_client=byte_client)
    assert same.schema.index.prefix == "place"
    assert same.schema.fields["embedding"].attrs.dims == DIMENSIONS
    assert same.schema.fields["stars"].type == "numeric"
    assert index.fetch("1")["name"] == "harbour cafe"
    assert index.drop_keys("place:1") == 1
    assert index.drop_documents(["2"]) == 1
    assert index.clear() == 2
    index.delete(drop=True)
    assert not index.exists()


def test_vector_queries(index):
    found = index.query(vector_query("harbour", num_results=2))
    assert sorted(names(found)) == ["harbour cafe", "harbour museum"]
    assert float(found[0]["vector_distance"]) <= float(found[1]["vector_distance"]) < 0.6
    assert names(index.query(vector_query("harbour museum", filter_expression=Tag("kind") == "food", num_results=1))) == ["harbour cafe"]
    assert names(index.query(vector_query("harbour", filter_expression=Num("stars") < 4, num_results=3))) == ["mountain hut"]
    assert names(index.query(vector_query("city", num_results=4).sort_by("stars", asc=True)))[0] == "mountain hut"


def test_policies_of_vector_queries(index):
    is_hnsw = index.schema.fields["embedding"].attrs.algorithm.value == "HNSW"
    food = Tag("kind") == "food"
    assert len(index.query(vector_query("harbour", filter_expression=food, hybrid_policy="ADHOC_BF"))) == 2
    assert len(index.query(vector_query("harbour", filter_expression=food, hybrid_policy="BATCHES", batch_size=2))) == 2
    if is_hnsw:
        assert len(index.query(vector_query("harbour", ef_runtime=50, num_results=3))) == 3


def test_range_queries(index):
    query = RangeQuery(embed("harbour cafe"), "embedding", return_fields=["name"], distance_threshold=0.7, num_results=10)
    assert names(index.query(query)) == ["harbour cafe", "harbour museum"]
    query.set_distance_threshold(0.01)
    assert names(index.query(query)) == ["harbour cafe"]
    filtered = RangeQuery(
        embed("harbour cafe"),
        "embedding",
        return_fields=["name"],
        filter_expression=Tag("kind") == "culture",
        distance_threshold=0.7,
        epsilon=0.1,
        hybrid_policy="BATCHES",
        batch_size=10,
    )
    assert names(index.query(filtered)) == ["harbour museum"]


@pytest.mark.parametrize(
    ("filter_expression", "expected"),
    [
        (Tag("kind") == ["food", "drink"], ["harbour cafe", "mountain hut"]),
        (Tag("kind") != "culture", ["harbour cafe", "mountain hut"]),
        (Tag("kind") % "cult*", ["city library", "harbour museum"]),
        (Num("stars").between(4, 5), ["city library", "harbour cafe", "harbour museum"]),
        (Num("stars") != 4, ["harbour museum", "mountain hut"]),
        ((Num("stars") >= 4) & (Tag("kind") == "food"), ["harbour cafe"]),
        ((Num("stars") == 5) | (Num("stars") == 3), ["harbour museum", "mountain hut"]),
        (Text("name") == "mountain hut", ["mountain hut"]),
        (Text("name") != "harbour", ["city library", "mountain hut"]),
        (Text("name") % "harb*", ["harbour cafe", "harbour museum"]),
        (Text("name") % "%libary%", ["city library"]),
        (Text("name") % "*ibra*", ["city library"]),
        (Geo("where") == GeoRadius(13.36, 38.11, 5, "km"), ["harbour cafe", "harbour museum"]),
        (Geo("where") != GeoRadius(13.36, 38.11, 500, "km"), ["city library"]),
        (Timestamp("opened") > 1_640_000_000, ["city library", "harbour museum"]),
        (Text("note").is_missing(), ["city library", "harbour cafe", "harbour museum", "mountain hut"]),
        (Tag("id") == "1", ["harbour cafe"]),
    ],
    ids=str,
)
def test_filters(index, filter_expression, expected):
    query = FilterQuery(filter_expression, return_fields=["name"])
    assert sorted(names(index.query(query))) == expected
    assert index.query(CountQuery(filter_expression)) == len(expected)


def test_orders_and_pages(index):
    query = FilterQuery(return_fields=["name", "stars"], sort_by=("stars", "DESC"), num_results=4)
    assert [int(found["stars"]) for found in index.query(query)] == [5, 4, 4, 3]
    pages = list(index.paginate(FilterQuery(return_fields=["name"]), page_size=3))
    assert [len(page) for page in pages] == [3, 1]


def test_text_queries(index):
    query = TextQuery("harbour museum", "name", return_fields=["name"])
    found = index.query(query)
    assert names(found)[0] == "harbour museum"
    assert float(found[0]["score"]) > float(found[1]["score"]) > 0


def test_batches_of_queries(index):
    found = index.batch_query([vector_query("mountain", num_results=1), FilterQuery(Num("stars") == 5, return_fields=["name"])])
    assert [names(rows) for rows in found] == [["mountain hut"], ["harbour museum"]]


def test_updates_and_drops_by_filter(index):
    changed = index.update_by_filter(Tag("kind") == "culture", {"stars": 1})
    assert index.query(CountQuery(Num("stars") == 1)) == 2, changed
    index.drop_by_filter(Num("stars") == 1)
    assert index.query(CountQuery()) == 2


def test_aggregated_hybrid_queries(index):
    query = AggregateHybridQuery(
        text="harbour museum",
        text_field_name="name",
        vector=embed("harbour museum"),
        vector_field_name="embedding",
        alpha=0.5,
        num_results=3,
        return_fields=["name", "stars"],
        filter_expression=Num("stars") > 3,
    )
    found = index.query(query)
    assert found[0]["name"] == "harbour museum"
    scores = [float(row["hybrid_score"]) for row in found]
    assert scores == sorted(scores, reverse=True)
    assert float(found[0]["vector_similarity"]) == pytest.approx(1, abs=1e-5)


def test_queries_of_several_vectors(index):
    vectors = [
        Vector(vector=embed("harbour"), field_name="embedding", weight=0.7, max_distance=2.0),
    ]
    query = MultiVectorQuery(vectors, return_fields=["name"], num_results=2)
    assert sorted(names(index.query(query))) == ["harbour cafe", "harbour museum"]


@pytest.mark.parametrize("method", ["RRF", "LINEAR"])
def test_hybrid_queries(index, method):
    query = HybridQuery(
        text="harbour museum",
        text_field_name="name",
        vector=embed("harbour museum"),
        vector_field_name="embedding",
        combination_method=method,
        yield_combined_score_as="combined",
        num_results=2,
        return_fields=["name"],
    )
    found = index.query(query)
    assert found[0]["name"] == "harbour museum"
    assert float(found[0]["combined"]) >= float(found[1]["combined"])


def test_index_with_many_options(byte_client):
    options = {
        "index": {"name": "options", "prefix": ["one", "two"], "stopwords": ["foo"]},
        "fields": [
            {"name": "t", "type": "tag", "attrs": {"case_sensitive": True, "no_index": False, "index_empty": True}},
            {"name": "x", "type": "text", "attrs": {"no_stem": True, "withsuffixtrie": True, "phonetic_matcher": "dm:en"}},
            {"name": "n", "type": "numeric", "attrs": {"no_index": True, "sortable": True}},
            {
                "name": "v",
                "type": "vector",
                "attrs": {
                    "dims": 4,
                    "algorithm": "hnsw",
                    "distance_metric": "ip",
                    "datatype": "float64",
                    "m": 8,
                    "ef_construction": 100,
                    "ef_runtime": 20,
                    "epsilon": 0.05,
                    "initial_cap": 100,
                },
            },
        ],
    }
    index = SearchIndex.from_dict(options, redis_client=byte_client)
    index.create()
    index.load([{"t": "A", "x": "words", "n": 1, "v": np.ones(4, dtype=np.float64).tobytes()}])
    query = VectorQuery([1, 1, 1, 1], "v", dtype="float64", return_fields=["t"])
    assert float(index.query(query)[0]["vector_distance"]) == pytest.approx(-3)
    assert int(index.info()["num_docs"]) == 1
