"""redis-py's own search API (`client.ft()`), RESP2 and RESP3."""

import pytest
import redis
from redis.commands.search.field import GeoField, NumericField, TagField, TextField, VectorField
from redis.commands.search.index_definition import IndexDefinition, IndexType
from redis.commands.search.query import GeoFilter, NumericFilter, Query
from redis.exceptions import ResponseError

from vectors import as_bytes

VECTOR_ATTRIBUTES = {"TYPE": "FLOAT32", "DIM": 2, "DISTANCE_METRIC": "L2"}


def ids(result) -> list[str]:
    return [document.id for document in result.docs]


@pytest.fixture
def books(client):
    """An index over four books, with every type of field."""
    index = client.ft("books")
    fields = [
        TextField("title", weight=2.0, sortable=True),
        TextField("body", no_stem=True),
        TagField("genre", separator=";", sortable=True),
        NumericField("pages", sortable=True),
        GeoField("shop"),
        VectorField("cover", "HNSW", {**VECTOR_ATTRIBUTES, "M": 8, "EF_CONSTRUCTION": 50, "EF_RUNTIME": 20, "EPSILON": 0.01}),
    ]
    definition = IndexDefinition(prefix=["book:"], index_type=IndexType.HASH, language="english")
    assert index.create_index(fields, definition=definition, stopwords=["the", "of"]) in (True, "OK")
    rows = {
        "book:1": ("The Running of the Deer", "antlers in the morning mist", "nature;travel", 120, "13.361389,38.115556", [0, 0]),
        "book:2": ("A Long Run", "mist over the marathon", "sport", 300, "15.087269,37.502669", [1, 0]),
        "book:3": ("Deep Water", "the sea at night", "travel", 80, "2.35,48.85", [2, 0]),
        "book:4": ("Quiet Mornings", "tea and deer", "nature", 80, "2.36,48.86", [3, 0]),
    }
    for key, (title, body, genre, pages, shop, cover) in rows.items():
        client.hset(key, mapping={"title": title, "body": body, "genre": genre, "pages": pages, "shop": shop, "cover": as_bytes(cover)})
    return index


# Vectors in replies are not text: those tests name the fields they want.
NAMES = ("title", "genre", "pages")


def find(index, text, *names, **params):
    return index.search(Query(text).return_fields(*(names or NAMES)).dialect(2), query_params=params or None)


def test_words_phrases_prefixes_and_fuzzy_words(books):
    assert sorted(ids(find(books, "run"))) == ["book:1", "book:2"]
    assert ids(find(books, '"long run"')) == ["book:2"]
    assert ids(find(books, "@title:quie*")) == ["book:4"]
    assert ids(find(books, "*ater")) == ["book:3"]
    assert ids(find(books, "*ate*")) == ["book:3"]
    assert ids(find(books, "%watr%")) == ["book:3"]
    assert ids(find(books, "w'w?ter'")) == ["book:3"]
    assert ids(find(books, "mist -marathon")) == ["book:1"]
    assert ids(find(books, "mist ~marathon"))[0] == "book:2"
    assert sorted(ids(find(books, "@title:(water|quiet)"))) == ["book:3", "book:4"]


def test_tags_numbers_places_and_operators(books):
    assert sorted(ids(find(books, "@genre:{nature}"))) == ["book:1", "book:4"]
    assert sorted(ids(find(books, "@genre:{sport|tra*}"))) == ["book:1", "book:2", "book:3"]
    assert ids(find(books, "-@genre:{nature|travel}")) == ["book:2"]
    assert sorted(ids(find(books, "@pages:[80 (120]"))) == ["book:3", "book:4"]
    assert sorted(ids(find(books, "@pages==80"))) == ["book:3", "book:4"]
    assert ids(find(books, "@pages>=121")) == ["book:2"]
    assert ids(find(books, "@shop:[13.3 38.1 30 km]")) == ["book:1"]
    assert ids(find(books, "@pages:[$low $high] @genre:{$g}", low=100, high=400, g="sport")) == ["book:2"]


def test_filters_beside_the_query(books):
    query = Query("*").add_filter(NumericFilter("pages", 80, 120)).add_filter(GeoFilter("shop", 2.35, 48.85, 10)).return_fields("pages")
    assert sorted(ids(books.search(query))) == ["book:3", "book:4"]
    assert ids(books.search(Query("mist").limit_ids("book:2", "book:3").no_content())) == ["book:2"]
    assert ids(books.search(Query("deer").limit_fields("title").no_content())) == ["book:1"]


def test_order_pages_and_counts(books):
    by_pages = Query("*").sort_by("pages", asc=False).paging(0, 2).return_fields("pages")
    found = books.search(by_pages)
    assert (found.total, ids(found), found.docs[0].pages) == (4, ["book:2", "book:1"], "300")
    assert books.search(Query("*").paging(0, 0)).total == 4
    nothing = books.search(Query("*").no_content())
    assert nothing.total == 4 and not hasattr(nothing.docs[0], "title")


def test_scores_scorers_and_verbatim(books):
    for scorer in ("BM25STD", "BM25", "TFIDF", "TFIDF.DOCNORM", "DISMAX", "DOCSCORE"):
        found = books.search(Query("mist").scorer(scorer).with_scores().return_fields("title"))
        assert sorted(ids(found)) == ["book:1", "book:2"]
        assert all(document.score > 0 for document in found.docs), scorer
    assert ids(books.search(Query("run").verbatim().no_content())) == ["book:2"]
    assert ids(books.search(Query("long run").slop(0).in_order().no_content())) == ["book:2"]


def test_highlighting_and_summaries(books):
    query = Query("mist").highlight(fields=["body"], tags=["<i>", "</i>"]).return_fields("body")
    assert sorted(document.body for document in books.search(query).docs) == [
        "<i>mist</i> over the marathon",
        "antlers in the morning <i>mist</i>",
    ]
    query = Query("marathon").summarize(fields=["body"], context_len=1, num_frags=1).return_fields("body")
    assert "marathon" in books.search(query).docs[0].body


def test_nearest_vectors(books):
    def nearest(text, **params):
        query = Query(text).sort_by("distance").return_fields("distance", "pages").dialect(2)
        return [(document.id, float(document.distance)) for document in books.search(query, params).docs]

    origin = as_bytes([0, 0])
    assert nearest("*=>[KNN 2 @cover $q AS distance]", q=origin) == [("book:1", 0), ("book:2", 1)]
    assert nearest("(@genre:{nature})=>[KNN 2 @cover $q AS distance]", q=origin) == [("book:1", 0), ("book:4", 9)]
    assert nearest("*=>[KNN $k @cover $q EF_RUNTIME $ef AS distance]", q=origin, k=1, ef=50) == [("book:1", 0)]
    assert nearest("@pages:[0 100]=>[KNN 1 @cover $q HYBRID_POLICY ADHOC_BF AS distance]", q=origin) == [("book:3", 4)]
    assert nearest("@pages:[0 100]=>[KNN 1 @cover $q HYBRID_POLICY BATCHES BATCH_SIZE 5 AS distance]", q=origin) == [("book:3", 4)]
    assert nearest("*=>[KNN 2 @cover $q]=>{$YIELD_DISTANCE_AS: distance}", q=origin) == [("book:1", 0), ("book:2", 1)]


def test_vectors_within_a_radius(books):
    query = Query("@cover:[VECTOR_RANGE $r $q]=>{$YIELD_DISTANCE_AS: distance; $EPSILON: 0.5}").sort_by("distance", asc=False)
    found = books.search(query.return_fields("distance").dialect(2), {"r": 1, "q": as_bytes([0, 0]), "unused": 1})
    assert [(document.id, float(document.distance)) for document in found.docs] == [("book:2", 1), ("book:1", 0)]
    both = Query("@cover:[VECTOR_RANGE 4 $q] @genre:{travel}").no_content().dialect(2)
    assert sorted(ids(books.search(both, {"q": as_bytes([0, 0])}))) == ["book:1", "book:3"]


def test_returns_fields_under_other_names(books):
    found = books.search(Query("@genre:{sport}").return_field("title", as_field="name"))
    assert found.docs[0].name == "A Long Run"


def test_info_of_an_index(books):
    info = books.info()
    assert info["index_name"] == "books"
    assert int(info["num_docs"]) == 4
    assert int(info["indexing"]) == 0 and float(info["percent_indexed"]) == 1
    assert int(info["hash_indexing_failures"]) == 0
    assert sorted(info["stopwords_list"]) == ["of", "the"]
    assert len(info["attributes"]) == 6
    assert str(info["index_definition"]).count("book:") == 1


def test_alters_and_renames(client, books):
    assert books.alter_schema_add(NumericField("year")) in (True, "OK")
    client.hset("book:5", mapping={"title": "New", "year": 1999})
    assert ids(find(books, "@year:[1999 1999]")) == ["book:5"]
    assert books.aliasadd("library") in (True, "OK")
    assert find(client.ft("library"), "*").total == 5
    assert books.aliasupdate("library") in (True, "OK")
    assert books.aliasdel("library") in (True, "OK")
    with pytest.raises(ResponseError):
        find(client.ft("library"), "*")


def test_drops_an_index_with_and_without_its_documents(client, books):
    fields = (TagField("genre"),)
    definition = IndexDefinition(prefix=["book:"])
    client.ft("second").create_index(fields, definition=definition)
    assert sorted(client.execute_command("FT._LIST")) == ["books", "second"]
    assert client.ft("second").dropindex() in (True, "OK")
    assert client.exists("book:1") == 1
    assert books.dropindex(delete_documents=True) in (True, "OK")
    assert client.exists("book:1") == 0
    with pytest.raises(ResponseError, match="no such index"):
        books.info()


def test_explains_and_profiles(books):
    assert "WILDCARD" in books.explain(Query("*"))
    profiled, details = books.profile(Query("@genre:{nature}").no_content())
    assert profiled.total == 2
    assert details is not None


def test_values_of_tags(books):
    assert sorted(books.tagvals("genre")) == ["nature", "sport", "travel"]


def test_options_of_an_index(client):
    definition = IndexDefinition(prefix=["a:", "b:"], score=0.5, score_field="s", language_field="l", payload_field="p")
    fields = (
        TagField("t", case_sensitive=True, index_missing=True, index_empty=True),
        TextField("x", phonetic_matcher="dm:en", withsuffixtrie=True, no_index=False),
        NumericField("n", no_index=True, sortable=True),
        NumericField("u", sortable=True, index_missing=True),
    )
    index = client.ft("options")
    index.create_index(
        fields,
        no_term_offsets=True,
        no_field_flags=True,
        max_text_fields=True,
        no_term_frequencies=True,
        skip_initial_scan=True,
        definition=definition,
    )
    client.hset("a:1", mapping={"t": "Red", "x": "one", "n": 1, "u": 2})
    client.hset("b:1", mapping={"t": "", "x": "two", "n": 2, "u": 1})
    client.hset("b:2", mapping={"x": "three", "n": 0})
    assert ids(index.search(Query("@t:{Red}").no_content())) == ["a:1"]
    assert ids(index.search(Query("@t:{red}").no_content())) == []
    assert ids(index.search(Query('@t:{""}').no_content().dialect(2))) == ["b:1"]
    assert ids(index.search(Query("ismissing(@t)").no_content().dialect(2))) == ["b:2"]
    assert ids(index.search(Query("*").sort_by("n").no_content())) == ["b:2", "a:1", "b:1"]
    assert ids(index.search(Query("*").sort_by("u", asc=False).no_content())) == ["a:1", "b:1", "b:2"]


def test_documents_that_expire_leave_the_index(client, books):
    client.pexpire("book:2", 1)
    while client.exists("book:2"):
        pass
    assert find(books, "*").total == 3


@pytest.mark.parametrize("element", ["FLOAT64", "FLOAT16", "BFLOAT16", "INT8", "UINT8"])
def test_other_elements_of_vectors(client, element):
    import ml_dtypes
    import numpy as np

    types = {"FLOAT64": np.float64, "FLOAT16": np.float16, "BFLOAT16": ml_dtypes.bfloat16, "INT8": np.int8, "UINT8": np.uint8}
    attributes = {"TYPE": element, "DIM": 2, "DISTANCE_METRIC": "L2"}
    index = client.ft("typed")
    index.create_index((VectorField("v", "FLAT", attributes),), definition=IndexDefinition(prefix=["v:"]))
    for number in range(3):
        client.hset(f"v:{number}", mapping={"v": np.asarray([number, 1], dtype=types[element]).tobytes()})
    query = Query("*=>[KNN 2 @v $q AS d]").return_fields("d").sort_by("d").dialect(2)
    found = index.search(query, {"q": np.asarray([0, 1], dtype=types[element]).tobytes()})
    assert [(document.id, float(document.d)) for document in found.docs] == [("v:0", 0), ("v:1", 1)]


def test_json_documents(client):
    fields = (
        TagField("$.tags[*]", as_name="tags"),
        NumericField("$.price", as_name="price"),
        TextField("$.name", as_name="name"),
        VectorField("$.v", "FLAT", VECTOR_ATTRIBUTES, as_name="v"),
    )
    index = client.ft("wares")
    index.create_index(fields, definition=IndexDefinition(prefix=["ware:"], index_type=IndexType.JSON))
    client.json().set("ware:1", "$", {"tags": ["x", "y"], "price": 10, "name": "blue shoe", "v": [0, 1]})
    client.json().set("ware:2", "$", {"tags": ["y"], "price": 30, "name": "red shirt", "v": [1, 0]})
    assert sorted(ids(index.search(Query("@tags:{y}").no_content()))) == ["ware:1", "ware:2"]
    assert ids(index.search(Query("@tags:{x} @price:[5 20] shoe").no_content())) == ["ware:1"]
    nearest = Query("(shirt)=>[KNN 1 @v $q AS d]").return_field("$.name", as_field="name").return_field("d").dialect(2)
    found = index.search(nearest, {"q": as_bytes([1, 0])}).docs[0]
    assert (found.id, found.name, float(found.d)) == ("ware:2", "red shirt", 0)
    whole = index.search(Query("@tags:{x}")).docs[0]
    assert '"price":10' in whole.json
    client.json().numincrby("ware:1", "$.price", 100)
    assert ids(index.search(Query("@price:[100 200]").no_content())) == ["ware:1"]


def test_replies_of_bytes(byte_client):
    index = byte_client.ft("raw")
    index.create_index((VectorField("v", "FLAT", VECTOR_ATTRIBUTES), TagField("t")), definition=IndexDefinition(prefix=["raw:"]))
    byte_client.hset("raw:1", mapping={"v": as_bytes([0.1, 0.2]), "t": "a"})
    query = Query("@t:{a}").return_field("v", decode_field=False).return_field("t")
    document = index.search(query).docs[0]
    assert (document.v, document.t) == (as_bytes([0.1, 0.2]), "a")
    assert ids(index.search(Query("*=>[KNN 1 @v $q]").dialect(2), {"q": as_bytes([0, 0])})) == ["raw:1"]


def test_searches_in_pipelines_and_transactions(client, books):
    pipeline = client.pipeline(transaction=False)
    pipeline.execute_command("FT.SEARCH", "books", "@genre:{sport}", "NOCONTENT")
    pipeline.hset("book:6", mapping={"genre": "sport"})
    pipeline.execute_command("FT.SEARCH", "books", "@genre:{sport}", "NOCONTENT")
    replies = pipeline.execute()
    assert len(replies) == 3
    transaction = client.pipeline(transaction=True)
    transaction.hset("book:7", mapping={"genre": "sport"})
    transaction.execute_command("FT.SEARCH", "books", "@genre:{sport}", "NOCONTENT")
    reply = transaction.execute()[1]
    assert (reply["total_results"] if isinstance(reply, dict) else reply[0]) == 3


def test_fields_that_expire_leave_the_index(client, books):
    client.hpexpire("book:2", 1, "genre")
    while client.hexists("book:2", "genre"):
        pass
    assert ids(find(books, "@genre:{sport}")) == []
    assert ids(find(books, "marathon")) == ["book:2"]


def test_indexes_of_every_database(client, server):
    options = {**client.connection_pool.connection_kwargs, "db": 1}
    options = {name: options[name] for name in ("host", "port", "protocol", "decode_responses", "db") if name in options}
    with redis.Redis(**options, legacy_responses=False) as other:
        other.ft("far").create_index((TagField("t"),), definition=IndexDefinition(prefix=["far:"]))
        other.hset("far:1", "t", "a")
        assert ids(other.ft("far").search(Query("@t:{a}").no_content())) == ["far:1"]
        assert client.execute_command("FT._LIST") in ([], set())


def test_languages_other_than_english(client):
    definition = IndexDefinition(prefix=["house:"], language="german", language_field="lang")
    index = client.ft("houses")
    index.create_index((TextField("name"),), definition=definition)
    client.hset("house:1", mapping={"name": "große Häuser"})
    client.hset("house:2", mapping={"name": "houses", "lang": "english"})
    assert ids(index.search(Query("haus").language("german").no_content())) == ["house:1"]
    assert ids(index.search(Query("house").language("english").no_content())) == ["house:2"]


def test_indexes_with_a_filter_and_an_end(client):
    definition = IndexDefinition(prefix=["house:"], filter="@floors > 1")
    index = client.ft("houses")
    index.create_index((TextField("name"), NumericField("floors")), definition=definition, temporary=1000)
    client.hset("house:1", mapping={"name": "tower", "floors": 3})
    client.hset("house:2", mapping={"name": "hut", "floors": 1})
    assert ids(index.search(Query("*").no_content())) == ["house:1"]


def test_native_replies_of_resp3(server):
    with redis.Redis(host=server.host, port=server.port, protocol=3, decode_responses=True) as client:
        index = client.ft("native")
        index.create_index((TagField("t"),), definition=IndexDefinition(prefix=["native:"]))
        client.hset("native:1", "t", "a")
        found = index.search(Query("@t:{a}").with_scores())
        assert (found["total_results"], found["results"][0]["id"]) == (1, "native:1")
        assert found["results"][0]["extra_attributes"] == {"t": "a"}
        assert index.info()["index_definition"]["prefixes"] == ["native:"]
