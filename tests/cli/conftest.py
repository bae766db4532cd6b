"""The three stacks planned once, for the commands that take a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import plans


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the plan of each stack, `<stack>.json`."""
    return plans(tmp_path_factory.mktemp("planned"))
