"""One pack process for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.policies.pack_process import Pack, running_pack


@pytest.fixture(scope="session")
def session_pack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pack]:
    with running_pack(tmp_path_factory.mktemp("elsewhere")) as pack:
        pack.handshake()
        yield pack


@pytest.fixture
def pack(session_pack: Pack) -> Pack:
    """The pack without any configuration, whatever a test before gave it."""
    session_pack.configure({})
    return session_pack
