"""Who may use the API, and how often: the dependencies of its endpoints."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from fastapi import Depends, Path

from app.hub.web.api import Backend
from app.hub.web.auth import Principal, forbid_others
from app.product_service.models import CREATOR_ID

CreatorId: TypeAlias = Annotated[str, Path(pattern=CREATOR_ID, description="A creator's id")]


@dataclass(frozen=True, kw_only=True)
class Door:
    """`reader` lets a creator's own token or a client's key in; `writer` counts an action too.

    Each is for `Depends`, and answers 401, 403 or 429; a writer also 503 when the hub is stopped.
    """

    reader: Callable[..., Principal]
    writer: Callable[..., Principal]


def door(backend: Backend) -> Door:
    """To a creator's things: the path has their id."""

    def reader(
        creator_id: CreatorId, principal: Annotated[Principal, Depends(backend.auth.principal)]
    ) -> Principal:
        backend.gate.request(principal.label)
        forbid_others(principal, creator_id)
        return principal

    def writer(principal: Annotated[Principal, Depends(reader)]) -> Principal:
        backend.gate.action(principal)
        return principal

    return Door(reader=reader, writer=writer)
