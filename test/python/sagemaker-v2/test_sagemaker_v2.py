"""The SageMaker Python SDK, version 2: its FeatureGroup from creation over ingestion to deletion, with nothing but the endpoint changed."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from sagemaker.feature_store.feature_group import FeatureGroup, IngestionError
from sagemaker.feature_store.feature_store import FeatureStore
from sagemaker.feature_store.inputs import FeatureParameter, FeatureValue, Identifier, TtlDuration
from sagemaker.session import Session

from conftest import Server

ROLE = "arn:aws:iam::123456789012:role/features"


@pytest.fixture
def session(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    settings = tmp_path / "config.yaml"
    settings.write_text("SchemaVersion: '1.0'\nSageMaker:\n  PythonSDK:\n    Modules:\n      TelemetryOptOut: true\n")
    # The processes of an ingestion make clients of their own, which only the environment reaches.
    for name, value in {
        "AWS_ENDPOINT_URL": server.http_url,
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "SAGEMAKER_USER_CONFIG_OVERRIDE": str(settings),
    }.items():
        monkeypatch.setenv(name, value)
    yield Session()


def frame(rows: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": pd.Series([f"u{row}" for row in range(rows)], dtype="string"),
            "t": pd.Series([1_700_000_000.0 + row for row in range(rows)], dtype="float64"),
            "clicks": pd.Series(range(rows), dtype="int64"),
            "rate": pd.Series([None if row % 2 else row / 8 for row in range(rows)], dtype="float64"),
        }
    )


def created(session: Session, rows: pd.DataFrame) -> FeatureGroup:
    group = FeatureGroup(name="sdk-v2", sagemaker_session=session)
    group.load_feature_definitions(data_frame=rows)
    group.create(
        s3_uri=False,
        record_identifier_name="id",
        event_time_feature_name="t",
        role_arn=ROLE,
        enable_online_store=True,
    )
    return group


@pytest.mark.parametrize(("workers", "processes"), [(1, 1), (3, 1), (2, 2)])
def test_a_frame_is_ingested(session: Session, workers: int, processes: int) -> None:
    rows = frame(40)
    group = created(session, rows)
    assert group.describe()["FeatureGroupStatus"] == "Created"
    group.ingest(data_frame=rows, max_workers=workers, max_processes=processes, wait=True)
    assert group.get_record("u6") == [
        {"FeatureName": "id", "ValueAsString": "u6"},
        {"FeatureName": "t", "ValueAsString": "1700000006.0"},
        {"FeatureName": "clicks", "ValueAsString": "6"},
        {"FeatureName": "rate", "ValueAsString": "0.75"},
    ]
    assert [value["FeatureName"] for value in group.get_record("u7")] == ["id", "t", "clicks"]
    found = FeatureStore(session).batch_get_record(
        [Identifier(feature_group_name=group.name, record_identifiers_value_as_string=list(rows["id"]))]
    )
    assert len(found["Records"]) == 40


def test_rows_that_are_refused_are_told(session: Session) -> None:
    rows = frame(3)
    group = created(session, rows)
    broken = rows.assign(clicks=["0", "no number", "2"])
    with pytest.raises(IngestionError) as raised:
        group.ingest(data_frame=broken, wait=True)
    assert raised.value.failed_rows == [1]
    assert group.get_record("u1") is None
    assert group.get_record("u2") is not None


def test_a_group_is_changed_and_deleted(session: Session) -> None:
    rows = frame(1)
    group = created(session, rows)
    group.ingest(data_frame=rows, wait=True)
    group.update_feature_metadata(
        "rate", description="clicks by views", parameter_additions=[FeatureParameter("unit", "1")]
    )
    assert group.describe_feature_metadata("rate")["Description"] == "clicks by views"
    assert group.list_parameters_for_feature_metadata("rate") == [{"Key": "unit", "Value": "1"}]
    group.put_record(
        [FeatureValue("id", "u0"), FeatureValue("t", "1800000000")], ttl_duration=TtlDuration("Weeks", 10_000)
    )
    assert group.get_record("u0", feature_names=["clicks"]) == []
    group.delete_record("u0", event_time="1800000001")
    assert group.get_record("u0") is None
    group.delete()
    with pytest.raises(Exception, match="ResourceNotFound"):
        group.describe()

