"""Feast's Python SDK: its Redis online store on our RESP port, and its remote online store on our HTTP API."""

import json
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pandas as pd
import pytest
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, ValueType
from feast.types import Array, Float32, Float64, Int64, String

from conftest import Server
from nearkey_process import start_nearkey

NOW = datetime.now(timezone.utc).replace(microsecond=0)
REFERENCES = ["drivers:rate", "drivers:trips", "drivers:name", "drivers:vector"]


def frame(rows: list[tuple]) -> pd.DataFrame:
    columns = ["driver", "rate", "trips", "name", "vector", "event_timestamp"]
    return pd.DataFrame([(*row, NOW) for row in rows], columns=columns).assign(created=NOW)


ROWS = [(1001, 0.5, 7, "grün", [0.5, 1.0]), (1002, 1.25, -3, "", [0.0, 2.0])]


@pytest.fixture
def store_over(tmp_path: Path) -> Callable[[str], FeatureStore]:
    def make(online_store: str) -> FeatureStore:
        (tmp_path / "feature_store.yaml").write_text(
            "project: rides\nregistry: registry.db\nprovider: local\n"
            f"online_store:\n{online_store}offline_store:\n  type: file\nentity_key_serialization_version: 3\n"
        )
        frame(ROWS).to_parquet(tmp_path / "drivers.parquet")
        source = FileSource(
            path=str(tmp_path / "drivers.parquet"),
            timestamp_field="event_timestamp",
            created_timestamp_column="created",
        )
        driver = Entity(name="driver", join_keys=["driver"], value_type=ValueType.INT64)
        view = FeatureView(
            name="drivers",
            entities=[driver],
            ttl=timedelta(days=1),
            schema=[
                Field(name="rate", dtype=Float64),
                Field(name="trips", dtype=Int64),
                Field(name="name", dtype=String),
                Field(name="vector", dtype=Array(Float32)),
            ],
            source=source,
        )
        store = FeatureStore(repo_path=str(tmp_path))
        store.apply([driver, view])
        return store

    return make


def read(store: FeatureStore, drivers: list[int]) -> dict[str, list]:
    rows = [{"driver": driver} for driver in drivers]
    return store.get_online_features(features=REFERENCES, entity_rows=rows).to_dict()


def test_the_redis_online_store_writes_and_reads(server: Server, store_over: Callable[[str], FeatureStore]) -> None:
    store = store_over(f"  type: redis\n  connection_string: {server.host}:{server.port}\n  key_ttl_seconds: 600\n")
    store.write_to_online_store("drivers", frame(ROWS))
    answer = read(store, [1002, 1003, 1001])
    assert answer["rate"] == [1.25, None, 0.5]
    assert answer["trips"] == [-3, None, 7]
    assert answer["name"] == ["", None, "grün"]
    assert answer["vector"] == [[0.0, 2.0], None, [0.5, 1.0]]
    store.materialize(NOW - timedelta(days=1), NOW + timedelta(days=1))
    assert read(store, [1001])["trips"] == [7]
    store.teardown()
    with server_client(server) as client:
        assert client.dbsize() == 0


def test_the_remote_online_store_writes_and_reads(server: Server, store_over: Callable[[str], FeatureStore]) -> None:
    create_group(server)
    store = store_over(f"  type: remote\n  path: {server.http_url}\n")
    store.write_to_online_store("drivers", frame(ROWS))
    answer = read(store, [1002, 1003, 1001])
    assert answer["rate"] == [1.25, None, 0.5]
    assert answer["trips"] == [-3, None, 7]
    assert answer["name"] == ["", None, "grün"]
    assert answer["vector"] == [[0.0, 2.0], None, [0.5, 1.0]]


def test_what_the_redis_online_store_has_written_is_read_over_http(
    tmp_path: Path, store_over: Callable[[str], FeatureStore]
) -> None:
    dump = tmp_path / "registry.json"
    probe = start_nearkey()
    try:
        store = store_over(f"  type: redis\n  connection_string: {probe.host}:{probe.port}\n")
        dump.write_text(dumped(store))
    finally:
        probe.stop()
    server = start_nearkey("--feast-registry", str(dump))
    try:
        config = (tmp_path / "feature_store.yaml").read_text()
        (tmp_path / "feature_store.yaml").write_text(config.replace(str(probe.port), str(server.port)))
        store = FeatureStore(repo_path=str(tmp_path))
        store.write_to_online_store("drivers", frame(ROWS))
        old = frame([(1004, 9.5, 1, "old", [1.0, 1.0])]).assign(event_timestamp=NOW - timedelta(days=2))
        store.write_to_online_store("drivers", old)
        body = {"features": REFERENCES, "entities": {"driver": [1002, 1003, 1001, 1004]}}
        request = urllib.request.Request(
            f"{server.http_url}/get-online-features", json.dumps(body).encode(), {"content-type": "application/json"}
        )
        answer = json.load(urllib.request.urlopen(request))
        names = answer["metadata"]["feature_names"]
        columns = dict(zip(names, answer["results"], strict=True))
        assert names == ["driver", "rate", "trips", "name", "vector"]
        assert columns["rate"]["values"] == [1.25, None, 0.5, None]
        assert columns["trips"]["values"] == [-3, None, 7, None]
        assert columns["name"]["values"] == ["", None, "grün", None]
        assert columns["vector"]["values"] == [[0.0, 2.0], None, [0.5, 1.0], None]
        assert columns["rate"]["statuses"] == ["PRESENT", "NOT_FOUND", "PRESENT", "OUTSIDE_MAX_AGE"]
        assert columns["rate"]["event_timestamps"][0] == NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
        # Feast's own client reads by the same API, and gets what its Redis online store gives.
        own = read(store, [1002, 1003, 1001])
        (tmp_path / "feature_store.yaml").write_text(
            config.replace("type: redis", "type: remote").replace(
                f"connection_string: {probe.host}:{probe.port}", f"path: {server.http_url}"
            )
        )
        assert read(FeatureStore(repo_path=str(tmp_path)), [1002, 1003, 1001]) == own
    finally:
        server.stop()


def dumped(store: FeatureStore) -> str:
    """What `feast registry-dump` prints."""
    return json.dumps(store.registry.to_dict("rides"), indent=2, sort_keys=True)


def server_client(server: Server):
    import redis

    return redis.Redis(host=server.host, port=server.port)


def create_group(server: Server, tags: dict[str, str] | None = None) -> None:
    body = {
        "FeatureGroupName": "drivers",
        "RecordIdentifierFeatureName": "driver",
        "EventTimeFeatureName": "event-time",
        "FeatureDefinitions": [
            {"FeatureName": "driver", "FeatureType": "Integral"},
            {"FeatureName": "event-time", "FeatureType": "String"},
            {"FeatureName": "rate", "FeatureType": "Fractional"},
            {"FeatureName": "trips", "FeatureType": "Integral"},
            {"FeatureName": "name", "FeatureType": "String"},
            {
                "FeatureName": "vector",
                "FeatureType": "Fractional",
                "CollectionType": "Vector",
                "CollectionConfig": {"VectorConfig": {"Dimension": 2}},
            },
        ],
        "OnlineStoreConfig": {"EnableOnlineStore": True, "StorageType": "InMemory"},
        "Tags": [{"Key": key, "Value": value} for key, value in (tags or {}).items()],
    }
    headers = {"x-amz-target": "SageMaker.CreateFeatureGroup", "content-type": "application/x-amz-json-1.1"}
    urllib.request.urlopen(urllib.request.Request(server.http_url, json.dumps(body).encode(), headers))
