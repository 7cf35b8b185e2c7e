"""The option of `npm run notebooks`."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-outputs", action="store_true", help="keep what the cells print in the notebooks")
