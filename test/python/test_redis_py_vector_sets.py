"""redis-py's own vector set API (`client.vset()`), RESP2 and RESP3."""

import numpy as np
import pytest
from redis.commands.vectorset.commands import QuantizationOptions
from redis.exceptions import ResponseError


@pytest.fixture
def vectors(client):
    sets = client.vset()
    assert sets.vadd("v", [1.0, 0.0], "east", attributes={"year": 1990, "kind": "side"}) == 1
    assert sets.vadd("v", np.asarray([0, 1], dtype="<f4").tobytes(), "north", attributes={"year": 2020}) == 1
    assert sets.vadd("v", [1.0, 1.0], "north-east", numlinks=16) == 1
    return sets


def test_adds_counts_and_removes(client, vectors):
    assert vectors.vadd("v", [1.0, 0.1], "east") == 0
    assert (vectors.vcard("v"), vectors.vdim("v")) == (3, 2)
    assert vectors.vrem("v", "east") == 1
    assert vectors.vrem("v", "east") == 0
    assert vectors.vcard("none") == 0
    assert client.type("v") == "vectorset"
    with pytest.raises(ResponseError):
        vectors.vdim("none")


def test_finds_similar_elements(vectors):
    assert vectors.vsim("v", "east") == ["east", "north-east", "north"]
    assert vectors.vsim("v", [0.0, 1.0], count=1) == ["north"]
    scores = vectors.vsim("v", "east", with_scores=True)
    assert scores["east"] == pytest.approx(1) and scores["north"] == pytest.approx(0.5)
    assert vectors.vsim("v", "east", filter=".year > 2000") == ["north"]
    assert vectors.vsim("v", "east", epsilon=0.2) == ["east", "north-east"]
    assert vectors.vsim("v", "east", truth=True, no_thread=True, ef=100, filter_ef="10", count=1) == ["east"]
    both = vectors.vsim("v", "east", with_scores=True, with_attribs=True, count=1)
    assert both["east"]["attributes"] == {"year": 1990, "kind": "side"} or both["east"][1] is not None


def test_reads_vectors_and_links(vectors):
    assert vectors.vemb("v", "north") == pytest.approx([0, 1])
    raw = vectors.vemb("v", "north", raw=True)
    assert raw["quantization"] == "int8" and raw["l2"] == pytest.approx(1)
    assert sorted(vectors.vlinks("v", "east")[0]) == ["north", "north-east"]
    assert vectors.vlinks("v", "east", with_scores=True)[0]["north"] == pytest.approx(0.5)
    info = vectors.vinfo("v")
    assert (info["size"], info["vector-dim"], info["quant-type"]) == (3, 2, "int8")


def test_attributes(vectors):
    assert vectors.vgetattr("v", "east") == {"year": 1990, "kind": "side"}
    assert vectors.vgetattr("v", "north-east") is None
    assert vectors.vsetattr("v", "north-east", {"year": 1}) == 1
    assert vectors.vgetattr("v", "north-east") == {"year": 1}
    assert vectors.vsetattr("v", "north-east", {}) == 1


def test_random_elements_and_ranges(vectors):
    names = ["east", "north", "north-east"]
    assert vectors.vrandmember("v") in names
    assert sorted(vectors.vrandmember("v", 10)) == names
    assert len(vectors.vrandmember("v", -5)) == 5
    assert vectors.vrange("v", "-", "+") == names
    assert vectors.vrange("v", "(east", "[north", count=5) == ["north"]


@pytest.mark.parametrize("quantization", list(QuantizationOptions))
def test_quantised_and_reduced_sets(client, quantization):
    sets = client.vset()
    for number in range(8):
        vector = np.eye(8, dtype="<f4")[number].tolist()
        assert sets.vadd("q", vector, f"e{number}", reduce_dim=4, cas=True, quantization=quantization, ef=50) == 1
    assert (sets.vdim("q"), sets.vcard("q")) == (4, 8)
    assert sets.vsim("q", "e3", count=1) == ["e3"]
