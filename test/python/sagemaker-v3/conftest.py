"""The SDK as its feature store needs it, and the environment, which is the only way to tell it an endpoint."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from nearkey_process import NearkeyProcess

# The package of pipelines imports the one for serving models first of all: gigabytes that no feature needs.
serving = ModuleType("sagemaker.serve.model_builder")
serving.ModelBuilder = object
sys.modules["sagemaker.serve"] = ModuleType("sagemaker.serve")
sys.modules["sagemaker.serve.model_builder"] = serving


@pytest.fixture
def endpoint(server: NearkeyProcess, tmp_path: Path) -> Iterator[None]:
    """For the whole session: the SDK makes its clients once a process."""
    with pytest.MonkeyPatch.context() as patch:
        settings = tmp_path / "config.yaml"
        settings.write_text("SchemaVersion: '1.0'\nSageMaker:\n  PythonSDK:\n    Modules:\n      TelemetryOptOut: true\n")
        for name, value in {
            "AWS_ENDPOINT_URL": server.http_url,
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "SAGEMAKER_USER_CONFIG_OVERRIDE": str(settings),
        }.items():
            patch.setenv(name, value)
        yield
