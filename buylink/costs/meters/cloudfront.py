"""CloudFront distributions. https://aws.amazon.com/cloudfront/pricing/pay-as-you-go/"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.costs.meters.charge import (
    Charge,
    MeterContext,
    MeterSpec,
    Unpriced,
    UsageKey,
    by_usage,
    get_nested,
    get_stated,
)
from buylink.costs.prices.book import EDGES, Meter, Price
from buylink.graph import Resource

TO_VIEWERS: Final = UsageKey(
    name="monthly_data_transfer_to_internet_gb", unit="GB", about="the data sent to viewers"
)
TO_ORIGIN: Final = UsageKey(
    name="monthly_data_transfer_to_origin_gb", unit="GB", about="the data that viewers send"
)
HTTPS: Final = UsageKey(
    name="monthly_https_requests", unit="request", about="the viewers' HTTPS requests"
)
HTTP: Final = UsageKey(
    name="monthly_http_requests", unit="request", about="the viewers' plain HTTP requests"
)
_BY_AREA: Final = {
    TO_VIEWERS: Meter("CloudFront", "CloudFront data transfer out to internet"),
    TO_ORIGIN: Meter("CloudFront", "CloudFront data transfer out to origin (POST/PUT bodies)"),
    HTTPS: Meter("CloudFront", "CloudFront HTTPS request"),
    HTTP: Meter("CloudFront", "CloudFront HTTP request"),
}
_ALWAYS: Final = (TO_VIEWERS, TO_ORIGIN, HTTPS)
"""What every distribution has; plain HTTP is mostly redirected or refused."""

_US: Final = "edge: US, Mexico, Canada"
_EUROPE: Final = "edge: Europe, Israel"
_DEAREST: Final = {
    "south_america": "edge: South America",
    "australia": "edge: Australia, New Zealand",
}
AREAS: Final = {
    "us": _US,
    "europe": _EUROPE,
    "south_africa": "edge: South Africa, Kenya, Middle East",
    "japan": "edge: Japan",
    "asia_pacific": "edge: Hong Kong, Philippines, Asia Pacific",
    "india": "edge: India",
    **_DEAREST,
}
"""Where viewers are, as infracost's keys name it, and as the price book does."""

_LEFT_OUT: Final = {
    "PriceClass_100": frozenset(AREAS.values()) - {_US, _EUROPE},
    "PriceClass_200": frozenset(_DEAREST.values()),
}
"""Viewers there are served from elsewhere, or at the price of the class's cheapest area."""

_ELSEWHERE: Final = {
    UsageKey(
        name="monthly_invalidation_requests", unit="path", about="the paths that are invalidated"
    ): Meter("CloudFront", "CloudFront invalidation path"),
    UsageKey(name="monthly_log_lines", unit="line", about="the lines of real-time logs"): Meter(
        "CloudFront", "CloudFront real-time log line"
    ),
}


def _distribution(distribution: Resource, context: MeterContext) -> Iterator[Charge | Unpriced]:
    """Pay-as-you-go; all viewers are near the stack's region, where nothing says where they are."""
    usage = context.usage(distribution)
    for key, meter in _BY_AREA.items():
        stated = {area: area_key for area in AREAS if usage.get((area_key := _in(area, key)).name)}
        for area, area_key in stated.items():
            yield by_usage(distribution, context, _at(AREAS[area], meter, context), area_key)
        if usage.get(key.name) or (key in _ALWAYS and not stated):
            price = _at(_edge(distribution, context), meter, context)
            yield by_usage(distribution, context, price, key)
    for key, meter in _ELSEWHERE.items():
        if usage.get(key.name):
            yield by_usage(distribution, context, meter, key)
    yield from _extras(distribution)


def _extras(distribution: Resource) -> Iterator[Unpriced]:
    if get_nested(distribution, "viewerCertificate", "sslSupportMethod") == "vip":
        yield Unpriced(reason="no price for a certificate on addresses of its own")
    origins = get_stated(distribution, "origins")
    for origin in origins if isinstance(origins, list) else ():
        if (origin.get("originShield") or {}).get("enabled") is True:
            yield Unpriced(reason="no price for the requests of Origin Shield")


def _edge(distribution: Resource, context: MeterContext) -> str:
    near = EDGES[context.prices.region]
    left_out = _LEFT_OUT.get(str(get_stated(distribution, "priceClass")), frozenset())
    return _US if near in left_out else near


def _at(edge: str, meter: Meter, context: MeterContext) -> Price:
    return context.prices.book.price(edge, meter)


def _in(area: str, key: UsageKey) -> UsageKey:
    return UsageKey(name=f"{key.name}.{area}", unit=key.unit, about=f"{key.about} in an area")


_UNPRICED: Final = (
    *(
        UsageKey(
            name=f"monthly_shield_requests.{area}",
            unit="request",
            about="the requests of Origin Shield",
        )
        for area in (*AREAS, "singapore", "south_korea")
    ),
    UsageKey(
        name="monthly_encryption_requests",
        unit="request",
        about="the requests with fields that are encrypted",
    ),
    UsageKey(
        name="custom_ssl_certificates",
        unit="certificate",
        about="certificates on addresses of their own",
    ),
)

METERS: Final = (
    MeterSpec(
        type="aws:cloudfront/distribution:Distribution",
        terraform="aws_cloudfront_distribution",
        measure=_distribution,
        usage_keys=(
            *_BY_AREA,
            *(_in(area, key) for key in _BY_AREA for area in AREAS),
            *_ELSEWHERE,
        ),
        unpriced_keys=_UNPRICED,
    ),
)
