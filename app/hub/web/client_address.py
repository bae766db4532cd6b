"""Where a request comes from, as far as our own proxies say so."""

from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import HTTPConnection

_PREFIX_OF_A_CUSTOMER = 64
"""Bits of an IPv6 address: whoever has one has all that begin so."""


def client_address(request: HTTPConnection, *, proxies: int) -> str:
    """Who is to be limited when nobody is known: an IPv4 address, or an IPv6 /64.

    Each proxy puts the address it was asked from at the end of X-Forwarded-For: of all that stand
    there the last `proxies` are true, and the first of these is the client's. A load balancer is
    one proxy, CloudFront before it another.
    """
    peer = request.client.host if request.client else ""
    said = ",".join(request.headers.getlist("X-Forwarded-For")).split(",")
    told = [*filter(None, map(str.strip, said)), peer]
    return _network(told[-1 - proxies] if proxies < len(told) else peer)


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
