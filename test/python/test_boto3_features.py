"""boto3's clients of SageMaker and of its Feature Store Runtime, with nothing but the endpoint changed."""

from collections.abc import Iterator
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError

from conftest import Server

GROUP = "Orders-fg"


@pytest.fixture
def aws(server: Server) -> Iterator[SimpleNamespace]:
    settings = {
        "endpoint_url": server.http_url,
        "region_name": "eu-west-1",
        "aws_access_key_id": "AKIDEXAMPLE",
        "aws_secret_access_key": "secret",
    }
    groups = boto3.client("sagemaker", **settings)
    records = boto3.client("sagemaker-featurestore-runtime", **settings)
    groups.create_feature_group(
        FeatureGroupName=GROUP,
        RecordIdentifierFeatureName="id",
        EventTimeFeatureName="t",
        FeatureDefinitions=[
            {"FeatureName": "id", "FeatureType": "String"},
            {"FeatureName": "t", "FeatureType": "Fractional"},
            {"FeatureName": "amount", "FeatureType": "Fractional"},
            {"FeatureName": "tags", "FeatureType": "String", "CollectionType": "Set"},
        ],
        OnlineStoreConfig={"EnableOnlineStore": True, "StorageType": "InMemory"},
    )
    yield SimpleNamespace(groups=groups, records=records)


def record(record_id: str, time: str, **features: str) -> list[dict]:
    values = {"id": record_id, "t": time, **features}
    return [{"FeatureName": name, "ValueAsString": value} for name, value in values.items()]


def get(aws: SimpleNamespace, record_id: str, **options: object) -> dict:
    answer = aws.records.get_record(FeatureGroupName=GROUP, RecordIdentifierValueAsString=record_id, **options)
    answer.pop("ResponseMetadata")
    return answer


def test_records_are_put_got_updated_and_deleted(aws: SimpleNamespace) -> None:
    record_id = "u/1 &x+é{%}'()!~"
    aws.records.put_record(
        FeatureGroupName=GROUP,
        Record=record(record_id, "1700000000.0", amount="1e-07"),
        TtlDuration={"Unit": "Weeks", "Value": 10_000},
    )
    assert get(aws, record_id, FeatureNames=["amount"], ExpirationTimeResponse="Enabled") == {
        "Record": [{"FeatureName": "amount", "ValueAsString": "1e-07"}],
        "ExpiresAt": "2215-07-11T22:13:20Z",
    }
    aws.records.update_record(
        FeatureGroupName=GROUP,
        RecordIdentifierValueAsString=record_id,
        Features=[{"FeatureName": "tags", "ValueAsStringList": ["a", "b"]}],
    )
    assert get(aws, record_id)["Record"][3] == {"FeatureName": "tags", "ValueAsStringList": ["a", "b"]}
    with pytest.raises(aws.records.exceptions.ConflictException):
        aws.records.update_record(
            FeatureGroupName=GROUP,
            RecordIdentifierValueAsString=record_id,
            Features=[{"FeatureName": "t", "ValueAsString": "1699999999.0"}],
        )
    aws.records.delete_record(FeatureGroupName=GROUP, RecordIdentifierValueAsString=record_id, EventTime="1700000001")
    assert get(aws, record_id) == {}


def test_batches_tell_what_failed(aws: SimpleNamespace) -> None:
    entries = [
        {"FeatureGroupName": GROUP, "Record": record("1", "1700000000", amount="1")},
        {"FeatureGroupName": GROUP, "Record": record("2", "1700000000", amount="much")},
        {"FeatureGroupName": "nowhere", "Record": record("3", "1700000000")},
    ]
    written = aws.records.batch_write_record(Entries=entries)
    assert [error["Entry"] for error in written["Errors"]] == entries[1:]
    assert [error["ErrorCode"] for error in written["Errors"]] == ["ValidationError", "ResourceNotFound"]
    got = aws.records.batch_get_record(
        Identifiers=[{"FeatureGroupName": GROUP, "RecordIdentifiersValueAsString": ["2", "1"]}]
    )
    assert [item["RecordIdentifierValueAsString"] for item in got["Records"]] == ["1"]
    assert got["Errors"] == got["UnprocessedIdentifiers"] == []


def test_identifiers_are_listed_by_a_paginator(aws: SimpleNamespace) -> None:
    ids = {f"record {n}" for n in range(60)}
    for record_id in ids:
        aws.records.put_record(FeatureGroupName=GROUP, Record=record(record_id, "1700000000"))
    pages = aws.records.get_paginator("list_records").paginate(FeatureGroupName=GROUP, PaginationConfig={"PageSize": 20})
    assert {record_id for page in pages for record_id in page["RecordIdentifiers"]} == ids


def test_transforms_come_and_go_with_tags(aws: SimpleNamespace) -> None:
    aws.records.put_record(FeatureGroupName=GROUP, Record=record("reckoned", "1700000000", amount="4"))
    arn = aws.groups.describe_feature_group(FeatureGroupName=GROUP)["FeatureGroupArn"]
    names = {"FeatureGroupName": GROUP, "RecordIdentifierValueAsString": "reckoned", "FeatureNames": ["half"]}
    aws.groups.add_tags(ResourceArn=arn, Tags=[{"Key": "nearkey:transform:half", "Value": "@amount / 2"}])
    assert aws.records.get_record(**names)["Record"] == [{"FeatureName": "half", "ValueAsString": "2"}]
    with pytest.raises(ClientError) as refused:
        aws.groups.add_tags(ResourceArn=arn, Tags=[{"Key": "nearkey:transform:half", "Value": "@amount /"}])
    assert "Syntax error at offset 9" in refused.value.response["Error"]["Message"]
    aws.groups.delete_tags(ResourceArn=arn, TagKeys=["nearkey:transform:half"])
    with pytest.raises(aws.records.exceptions.ValidationError):
        aws.records.get_record(**names)


def test_errors_are_the_classes_of_the_models(aws: SimpleNamespace) -> None:
    with pytest.raises(aws.records.exceptions.ResourceNotFound):
        aws.records.get_record(FeatureGroupName="nowhere", RecordIdentifierValueAsString="1")
    with pytest.raises(aws.records.exceptions.ValidationError) as refused:
        aws.records.put_record(FeatureGroupName="nowhere", Record=record("1", "1"))
    assert refused.value.response["Error"]["Message"].startswith("Resource Not Found: ")
    with pytest.raises(aws.groups.exceptions.ResourceInUse):
        aws.groups.create_feature_group(
            FeatureGroupName=GROUP,
            RecordIdentifierFeatureName="id",
            EventTimeFeatureName="t",
            FeatureDefinitions=[
                {"FeatureName": "id", "FeatureType": "String"},
                {"FeatureName": "t", "FeatureType": "String"},
            ],
            OnlineStoreConfig={"EnableOnlineStore": True},
        )
    with pytest.raises(ClientError) as missing:
        aws.groups.describe_feature_group(FeatureGroupName="nowhere")
    assert missing.value.response["Error"]["Code"] == "ResourceNotFound"


def test_groups_are_described_changed_found_and_deleted(aws: SimpleNamespace) -> None:
    described = aws.groups.describe_feature_group(FeatureGroupName=GROUP)
    assert described["FeatureGroupStatus"] == "Created"
    assert described["FeatureGroupArn"] == "arn:aws:sagemaker:eu-west-1:000000000000:feature-group/orders-fg"
    ttl = {"TtlDuration": {"Unit": "Days", "Value": 30}}
    aws.groups.update_feature_group(FeatureGroupName=GROUP, OnlineStoreConfig=ttl)
    assert aws.groups.describe_feature_group(FeatureGroupName=GROUP)["OnlineStoreConfig"]["TtlDuration"]["Value"] == 30
    aws.groups.update_feature_group(FeatureGroupName=GROUP, OnlineStoreConfig={"TtlDuration": {}})
    assert "TtlDuration" not in aws.groups.describe_feature_group(FeatureGroupName=GROUP)["OnlineStoreConfig"]
    filters = [{"Name": "FeatureGroupName", "Operator": "Contains", "Value": "orders"}]
    found = aws.groups.search(Resource="FeatureGroup", SearchExpression={"Filters": filters})
    assert [result["FeatureGroup"]["FeatureGroupName"] for result in found["Results"]] == [GROUP]
    aws.groups.delete_feature_group(FeatureGroupName=GROUP)
    assert aws.groups.list_feature_groups()["FeatureGroupSummaries"] == []
