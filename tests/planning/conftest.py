"""Prod's graph, planned once."""

from __future__ import annotations

import pytest

from buylink.graph import Graph
from buylink.graph.files import read_graph
from tests.cli.command import buylink


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    folder = tmp_path_factory.mktemp("prod")
    run = buylink("preview", "prod", "--format", "json", "--out", "prod.json", cwd=folder)
    assert run.returncode == 0, run.stderr
    return read_graph(folder / "prod.json")
