"""A repository of Feast for the benchmark: five views of ten features each over one entity, online in Redis.

    python feast_repo.py FOLDER REDIS_PORT RECORDS

writes the repository into the folder, applies it, and fills the online store with records.
"""

import os
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pandas as pd
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, ValueType
from feast.types import Float64

VIEWS = 5
FEATURES_PER_VIEW = 10


def main(folder: Path, redis_port: int, records: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "feature_store.yaml").write_text(
        "project: bench\nregistry: registry.db\nprovider: local\n"
        f"online_store:\n  type: redis\n  connection_string: 127.0.0.1:{redis_port}\n"
        "offline_store:\n  type: file\nentity_key_serialization_version: 3\n"
    )
    os.chdir(folder)
    now = datetime.now(timezone.utc)
    frame = pd.DataFrame({"event_timestamp": [now] * records, "created": [now] * records, "id": range(records)})
    for feature in range(VIEWS * FEATURES_PER_VIEW):
        frame[f"f{feature}"] = [round((record * 31 + feature * 17) % 1000003 / 1000, 3) for record in range(records)]
    frame.to_parquet("records.parquet")
    source = FileSource(path="records.parquet", timestamp_field="event_timestamp", created_timestamp_column="created")
    entity = Entity(name="id", join_keys=["id"], value_type=ValueType.INT64)
    views = [
        FeatureView(
            name=f"view{view}",
            entities=[entity],
            ttl=timedelta(days=365),
            schema=[
                Field(name=f"f{view * FEATURES_PER_VIEW + feature}", dtype=Float64)
                for feature in range(FEATURES_PER_VIEW)
            ],
            source=source,
        )
        for view in range(VIEWS)
    ]
    store = FeatureStore(repo_path=str(folder))
    store.apply([entity, *views])
    for view in views:
        columns = ["id", "event_timestamp", "created", *(field.name for field in view.schema if field.name != "id")]
        store.write_to_online_store(view.name, frame[columns])


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
