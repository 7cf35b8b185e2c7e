"""redis-py's API of FT.AGGREGATE, its cursors, and FT.HYBRID, RESP2 and RESP3."""

import pytest
from redis.commands.search import reducers
from redis.commands.search.aggregation import AggregateRequest, Asc, Cursor, Desc
from redis.commands.search.field import NumericField, TagField, TextField, VectorField
from redis.commands.search.hybrid_query import (
    CombinationMethods,
    CombineResultsMethod,
    HybridCursorQuery,
    HybridPostProcessingConfig,
    HybridQuery,
    HybridSearchQuery,
    HybridVsimQuery,
    VectorSearchMethods,
)
from redis.commands.search.index_definition import IndexDefinition

from vectors import as_bytes

SALES = [
    ("pen", "north", 10, 3, [0, 0]),
    ("pen", "south", 12, 1, [1, 0]),
    ("ink", "north", 40, 2, [2, 0]),
    ("ink", "south", 30, 4, [3, 0]),
    ("pad", "north", 5, 10, [4, 0]),
]


@pytest.fixture
def sales(client):
    index = client.ft("sales")
    vector = VectorField("v", "FLAT", {"TYPE": "FLOAT32", "DIM": 2, "DISTANCE_METRIC": "L2"})
    fields = (TextField("item", sortable=True), TagField("region", sortable=True), NumericField("price", sortable=True), vector)
    index.create_index(fields, definition=IndexDefinition(prefix=["sale:"]))
    for number, (item, region, price, count, place) in enumerate(SALES):
        values = {"item": item, "region": region, "price": price, "count": count, "v": as_bytes(place)}
        client.hset(f"sale:{number}", mapping=values)
    return index


def rows(result) -> list[dict]:
    """Rows as dicts, whose values are texts or lists of texts."""
    return [{text(row[at]): text(row[at + 1]) for at in range(0, len(row), 2)} for row in result.rows]


def text(value):
    if isinstance(value, list):
        return [text(item) for item in value]
    return value.decode() if isinstance(value, bytes) else str(value)


def test_groups_and_reducers(sales):
    request = (
        AggregateRequest("*")
        .load("count")
        .group_by(
            "@region",
            reducers.count().alias("n"),
            reducers.sum("@price").alias("sum"),
            reducers.avg("@price").alias("avg"),
            reducers.min("@price").alias("min"),
            reducers.max("@price").alias("max"),
            reducers.count_distinct("@item").alias("items"),
            reducers.count_distinctish("@item").alias("itemsish"),
            reducers.stddev("@count").alias("dev"),
            reducers.quantile("@price", 0.5).alias("median"),
            reducers.tolist("@item").alias("list"),
            reducers.first_value("@item", Desc("@price")).alias("dearest"),
            reducers.random_sample("@item", 2).alias("sample"),
        )
        .sort_by(Asc("@region"))
    )
    north, south = rows(sales.aggregate(request))
    assert (north["region"], north["n"], north["sum"], north["min"], north["max"]) == ("north", "3", "55", "5", "40")
    assert float(north["avg"]) == pytest.approx(55 / 3)
    assert (north["items"], north["itemsish"], north["dearest"], north["median"]) == ("3", "3", "ink", "10")
    assert sorted(north["list"]) == ["ink", "pad", "pen"] and len(north["sample"]) == 2
    assert float(south["dev"]) == pytest.approx(2.1213203)


def test_applies_filters_sorts_and_pages(sales):
    request = (
        AggregateRequest("@price:[5 40]")
        .load("@item", "@price", "count")
        .apply(total="@price * @count", name="upper(@item)")
        .filter("@total > 25")
        .sort_by(Desc("@total"), max=10)
        .limit(1, 2)
    )
    assert [(row["name"], row["total"]) for row in rows(sales.aggregate(request))] == [("INK", "80"), ("PAD", "50")]
    by_two = AggregateRequest("*").load("@item", "@price").sort_by(Asc("@item"), Desc("@price"))
    assert [row["price"] for row in rows(sales.aggregate(by_two))] == ["40", "30", "5", "12", "10"]


def test_loads_everything_and_scores(sales):
    everything = rows(sales.aggregate(AggregateRequest("@price:[5 5]").load("@item", "@count", "@__key")))
    assert everything == [{"item": "pad", "count": "10", "__key": "sale:4"}]
    scored = rows(sales.aggregate(AggregateRequest("pen").add_scores().scorer("BM25STD")))
    assert len(scored) == 2 and all(float(row["__score"]) > 0 for row in scored)


def test_near_vectors(sales):
    request = AggregateRequest("*=>[KNN 2 @v $q AS distance]").load("@item", "@distance").sort_by(Asc("@distance")).dialect(2)
    found = rows(sales.aggregate(request, query_params={"q": as_bytes([0, 0])}))
    assert [(row["item"], row["distance"]) for row in found] == [("pen", "0"), ("pen", "1")]
    within = AggregateRequest("@v:[VECTOR_RANGE $r $q]=>{$YIELD_DISTANCE_AS: distance}").load("@item").dialect(2)
    grouped = within.group_by("@item", reducers.avg("@distance").alias("mean")).sort_by(Asc("@mean"))
    found = rows(sales.aggregate(grouped, query_params={"q": as_bytes([0, 0]), "r": 5}))
    assert [(row["item"], row["mean"]) for row in found] == [("pen", "0.5"), ("ink", "4")]


def test_cursors(sales):
    request = AggregateRequest("*").load("@item").cursor(count=2, max_idle=10)
    first = sales.aggregate(request)
    assert len(first.rows) == 2 and first.cursor.cid != 0
    seen = len(first.rows)
    cursor = first.cursor
    while cursor.cid:
        page = sales.aggregate(cursor)
        seen += len(page.rows)
        cursor = page.cursor
    assert seen == 5
    assert isinstance(cursor, Cursor)


@pytest.mark.parametrize("method", ["RRF", "LINEAR"])
def test_hybrid_queries(sales, method):
    search = HybridSearchQuery("pen|ink", scorer="BM25STD", yield_score_as="text_score")
    near = HybridVsimQuery("@v", "$q", vsim_search_method=VectorSearchMethods.KNN, vsim_search_method_params={"K": 3})
    options = {"CONSTANT": 30, "WINDOW": 10} if method == "RRF" else {"ALPHA": 0.5, "BETA": 0.5}
    combine = CombineResultsMethod(CombinationMethods[method], YIELD_SCORE_AS="combined", **options)
    post = HybridPostProcessingConfig()
    post.load("@item", "@combined", "@__key")
    post.limit(0, 3)
    result = sales.hybrid_search(
        query=HybridQuery(search, near),
        combine_method=combine,
        post_processing=post,
        params_substitution={"q": as_bytes([0, 0])},
    )
    assert result.total_results >= 3
    assert text(result.results[0]["__key"]) == "sale:0"
    scores = [float(row["combined"]) for row in result.results]
    assert scores == sorted(scores, reverse=True)


def test_hybrid_queries_under_cursors(sales):
    near = HybridVsimQuery("@v", "$q", vsim_search_method=VectorSearchMethods.KNN, vsim_search_method_params={"K": 3})
    opened = sales.hybrid_search(
        query=HybridQuery(HybridSearchQuery("pen|ink"), near),
        params_substitution={"q": as_bytes([0, 0])},
        cursor=HybridCursorQuery(count=2, max_idle=10_000),
    )
    assert opened.search_cursor_id > 0
    assert opened.vsim_cursor_id > 0
    read = sales.client.execute_command("FT.CURSOR", "READ", "sales", opened.vsim_cursor_id)
    assert "sale:0" in str(read)
    read = sales.client.execute_command("FT.CURSOR", "READ", "sales", opened.vsim_cursor_id)
    assert "sale:2" in str(read)
