"""Fixtures of the engine tests."""

from pathlib import Path

import pytest

from tests.system.engine.install import BIN


@pytest.fixture(autouse=True, scope="session")
def engine() -> Path:
    """The engine that `make engine` installed; without it the tests fail, as they can't be skipped."""
    assert (BIN / "pulumi").exists(), "expected .engine/bin/pulumi, got none: run `make engine`"
    return BIN
