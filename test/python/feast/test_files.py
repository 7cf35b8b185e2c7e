"""Files of pandas and pyarrow into feature groups, and training sets back to pandas, by `nearkey features`."""

import subprocess
from datetime import datetime, timezone
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from conftest import Server
from nearkey_process import REPOSITORY
from test_feast import create_group

NOW = datetime(2024, 1, 10, 12, 0, 0, 123456, tzinfo=timezone.utc)


def features(server: Server, *arguments: str) -> str:
    command = ["node", str(REPOSITORY / "server/dist/main.js"), "features", *arguments, "--url", server.http_url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rides() -> pd.DataFrame:
    """Days of a driver; missing cells are those of pandas."""
    return pd.DataFrame(
        {
            "driver": pd.array([7, 7, 8], "Int64"),
            "event-time": [NOW, NOW + pd.Timedelta(days=2), NOW],
            "rate": [0.1, None, 2.5],
            "trips": pd.array([2**60, 3, None], "Int64"),
            "name": ["grün", "", None],
            "vector": [[0.5, 1.0], [1.0, 2.0], None],
        }
    )


@pytest.mark.parametrize("compression", ["snappy", "gzip", "brotli", "none"])
def test_what_pandas_writes_comes_back_to_pandas(server: Server, tmp_path: Path, compression: str) -> None:
    create_group(server, {"nearkey:max-versions": "10"})
    rides().to_parquet(tmp_path / "rides.parquet", compression=None if compression == "none" else compression)
    assert features(server, "load", str(tmp_path / "rides.parquet"), "--group", "drivers").startswith(
        "3 rows, 3 written, 0 rejected"
    )
    moments = pd.DataFrame(
        {
            "driver": [7, 7, 7, 8],
            "event_timestamp": [NOW - pd.Timedelta(microseconds=1), NOW, NOW + pd.Timedelta(days=3), NOW],
            "label": [True, False, True, False],
        }
    )
    moments.to_parquet(tmp_path / "moments.parquet")
    out = tmp_path / "set.parquet"
    features(server, "export", str(tmp_path / "moments.parquet"), "--group", "drivers", "--out", str(out))
    table = pq.read_table(out)
    found = table.to_pylist()
    assert [row["rate"] for row in found] == [None, 0.1, None, 2.5]
    assert [row["trips"] for row in found] == [None, 2**60, 3, None]
    assert [row["name"] for row in found] == [None, "grün", "", None]
    assert [row["label"] for row in found] == [True, False, True, False]
    assert [row["driver"] for row in found] == [7, 7, 7, 8]
    assert found[1]["event_timestamp"] == "2024-01-10T12:00:00.123456Z"
    frame = pd.read_parquet(out)
    assert frame["rate"].dtype == "float64"
    assert [None if value is None else str(value) for value in frame["vector"]][1] in ("[0.5,1]", "b'[0.5,1]'")


def test_what_pandas_writes_as_csv_is_loaded(server: Server, tmp_path: Path) -> None:
    create_group(server)
    rides().assign(name=["a,b", 'c"d', "e\nf"]).to_csv(tmp_path / "rides.csv", index=False)
    assert features(server, "load", str(tmp_path / "rides.csv"), "--group", "drivers").startswith(
        "3 rows, 3 written, 0 rejected"
    )
