"""Who asks, and how often they may: dependencies of the APIs' endpoints."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Annotated, Self, TypeAlias

from fastapi import Depends, Path, Request
from starlette.requests import HTTPConnection

from app.hub.web.auth import Auth, Principal, forbid_others
from app.hub.web.limits import Gate

CREATOR_ID = r"^c[a-z2-7]{16}$"

CreatorId: TypeAlias = Annotated[str, Path(pattern=CREATOR_ID, description="A creator's id")]

_PREFIX_OF_A_CUSTOMER = 64
"""Bits of an IPv6 address: whoever has one has all that begin so."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """Each is for `Depends`, and answers 429 to who asks too fast.

    `known` lets a creator's own token or a client's key in, else 401. `reader` and `writer` do so
    for what is a creator's, by the id in the path, else 403; a writer's action is counted, and
    answered 503 when the hub is stopped. `anyone` need not be known: they are limited by address,
    and answered 503 when the hub is stopped.
    """

    known: Callable[..., Principal]
    reader: Callable[..., Principal]
    writer: Callable[..., Principal]
    anyone: Callable[[Request], None]

    @classmethod
    def by(cls, auth: Auth, gate: Gate, *, proxies: int) -> Self:
        """The access to one API; `proxies`: see `client_address`."""

        def known(principal: Annotated[Principal, Depends(auth.principal)]) -> Principal:
            gate.request(principal.label)
            return principal

        def reader(
            creator_id: CreatorId, principal: Annotated[Principal, Depends(known)]
        ) -> Principal:
            forbid_others(principal, creator_id)
            return principal

        def writer(principal: Annotated[Principal, Depends(reader)]) -> Principal:
            gate.action(principal)
            return principal

        def anyone(request: Request) -> None:
            gate.request(f"address:{client_address(request, proxies=proxies)}")
            gate.write()

        return cls(known=known, reader=reader, writer=writer, anyone=anyone)


def client_address(request: HTTPConnection, *, proxies: int) -> str:
    """Who is to be limited when nobody is known: an IPv4 address, or an IPv6 /64.

    Each proxy puts the address it was asked from at the end of X-Forwarded-For: of all that stand
    there the last `proxies` are true, and the first of these is the client's. A load balancer is
    one proxy, CloudFront before it another.
    """
    peer = request.client.host if request.client else ""
    forwarded = ",".join(request.headers.getlist("X-Forwarded-For")).split(",")
    addresses = [*filter(None, map(str.strip, forwarded)), peer]
    return _network(addresses[-1 - proxies] if proxies < len(addresses) else peer)


def _network(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((int(address), _PREFIX_OF_A_CUSTOMER), strict=False))
    return str(address)
