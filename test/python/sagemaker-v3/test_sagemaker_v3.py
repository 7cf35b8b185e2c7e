"""The SageMaker Python SDK, version 3 (sagemaker-core, sagemaker-mlops): groups, records and ingestion with nothing but the endpoint changed."""

import pandas as pd
import pytest
from botocore.exceptions import ClientError
from sagemaker.core.resources import FeatureGroup
from sagemaker.core.shapes import BatchGetRecordIdentifier, FeatureDefinition, FeatureValue, OnlineStoreConfig
from sagemaker.core.utils.utils import Unassigned
from sagemaker.mlops.feature_store.feature_utils import ingest_dataframe
from sagemaker.mlops.feature_store.ingestion_manager_pandas import IngestionError

REGION = "eu-west-1"
DEFINITIONS = {"id": "String", "t": "Fractional", "clicks": "Integral", "rate": "Fractional"}


def frame(rows: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [f"u{row}" for row in range(rows)],
            "t": [1_700_000_000.0 + row for row in range(rows)],
            "clicks": list(range(rows)),
            "rate": [None if row % 2 else row / 8 for row in range(rows)],
        }
    )


@pytest.fixture
def group(endpoint: None) -> FeatureGroup:
    return FeatureGroup.create(
        feature_group_name="sdk-v3",
        record_identifier_feature_name="id",
        event_time_feature_name="t",
        feature_definitions=[
            FeatureDefinition(feature_name=name, feature_type=type_) for name, type_ in DEFINITIONS.items()
        ],
        online_store_config=OnlineStoreConfig(enable_online_store=True, storage_type="InMemory"),
        region=REGION,
    )


def values(group: FeatureGroup, record_id: str) -> dict[str, str] | None:
    record = group.get_record(record_identifier_value_as_string=record_id, region=REGION).record
    if isinstance(record, Unassigned):
        return None
    return {value.feature_name: value.value_as_string for value in record}


@pytest.mark.parametrize("in_batches", [False, True], ids=["PutRecord", "BatchWriteRecord"])
@pytest.mark.parametrize("workers", [1, 3])
def test_a_frame_is_ingested(group: FeatureGroup, in_batches: bool, workers: int) -> None:
    group.wait_for_status("Created")
    ingest_dataframe(
        group.feature_group_name,
        frame(60),
        max_workers=workers,
        use_batch_write_record=in_batches,
        region=REGION,
    )
    assert values(group, "u6") == {"id": "u6", "t": "1700000006.0", "clicks": "6", "rate": "0.75"}
    assert values(group, "u7") == {"id": "u7", "t": "1700000007.0", "clicks": "7"}
    found = group.batch_get_record(
        identifiers=[
            BatchGetRecordIdentifier(
                feature_group_name=group.feature_group_name,
                record_identifiers_value_as_string=[f"u{row}" for row in range(60)],
            )
        ],
        region=REGION,
    )
    assert len(found.records) == 60


@pytest.mark.parametrize("in_batches", [False, True], ids=["PutRecord", "BatchWriteRecord"])
def test_rows_that_are_refused_are_told(group: FeatureGroup, in_batches: bool) -> None:
    broken = frame(30).assign(clicks=[*range(29), "no number"])
    with pytest.raises(IngestionError) as raised:
        ingest_dataframe(
            group.feature_group_name, broken, use_batch_write_record=in_batches, region=REGION
        )
    assert raised.value.failed_rows == [29]
    assert values(group, "u28") is not None
    assert values(group, "u29") is None


def test_records_are_updated_and_deleted(group: FeatureGroup) -> None:
    def value(name: str, text: str) -> FeatureValue:
        return FeatureValue(feature_name=name, value_as_string=text)

    group.put_record(record=[value("id", "a"), value("t", "1700000000"), value("clicks", "1")], region=REGION)
    group.update_record(
        record_identifier_value_as_string="a", features=[value("clicks", "2")], region=REGION
    )
    assert values(group, "a") == {"id": "a", "t": "1700000000", "clicks": "2"}
    assert list(group.list_records(region=REGION).record_identifiers) == ["a"]
    group.delete_record(record_identifier_value_as_string="a", event_time="1700000001", region=REGION)
    assert values(group, "a") is None


def test_a_group_is_changed_and_deleted(group: FeatureGroup) -> None:
    group.update(feature_additions=[FeatureDefinition(feature_name="views", feature_type="Integral")])
    group.refresh()
    assert [each.feature_name for each in group.feature_definitions][-1] == "views"
    group.delete()
    with pytest.raises(ClientError, match="ResourceNotFound"):
        FeatureGroup.get("sdk-v3", region=REGION)
