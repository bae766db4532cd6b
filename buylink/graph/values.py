"""Property values as Pulumi writes them in JSON, in states and in its protocol.

The signatures are Pulumi's own:
https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties.go
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from buylink.graph.resources import UNKNOWN, Asset, Secret, Value

SIGNATURE_KEY: Final = "4dabf18193072939515e22adb298388d"
ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
RESOURCE_REFERENCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"

UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How an unknown value of any type is written where the type does not matter."""

UNKNOWN_TEXTS: Final = frozenset(
    {
        UNKNOWN_TEXT,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)

_SEEN_SECRET: Final = "[secret]"
_MOST: Final = Decimal(sys.float_info.max)


def decode(value: Value) -> Value:
    """One JSON-like property value with Pulumi's signatures taken off."""
    if isinstance(value, str):
        return UNKNOWN if value in UNKNOWN_TEXTS else value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [decode(item) for item in value]
    if isinstance(value, Mapping):
        return _decode_mapping(value)
    return value


def _decode_mapping(value: Mapping[str, Value]) -> Value:
    match value.get(SIGNATURE_KEY):
        case None:
            return {key: decode(item) for key, item in sorted(value.items())}
        case signature if signature == SECRET:
            return Secret(decode(value.get("value")))
        case signature if signature == OUTPUT:
            inner = decode(value["value"]) if "value" in value else UNKNOWN
            return Secret(inner) if value.get("secret") else inner
        case signature if signature == RESOURCE_REFERENCE:
            return value.get("urn")
        case signature if signature in (ASSET, ARCHIVE):
            return Asset("asset" if signature == ASSET else "archive", _source(value))
        case signature:
            raise ValueError(f"expected one of Pulumi's value signatures, got {signature!r}")


def _source(value: Mapping[str, Value]) -> str:
    for key in ("path", "uri"):
        if key in value:
            return str(value[key])
    content = repr(value.get("text", value.get("assets"))).encode()
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def properties(encoded: Mapping[str, Value] | None) -> dict[str, Value]:
    """Of a state or a step in a file, decoded; what is secret there is unknown here."""
    return {str(key): _value(decode(value)) for key, value in (encoded or {}).items()}


def _value(value: Value) -> Value:
    """A value without what is blinded: a secret's is unknown, whether encrypted or left out."""
    match value:
        case Secret(value=None) | {"$secret": _}:
            return Secret(UNKNOWN)
        case {"$unknown": True}:
            return UNKNOWN
        case {"$asset": str(source)}:
            return Asset("asset", source)
        case {"$archive": str(source)}:
            return Asset("archive", source)
        case Decimal() | int() if not -_MOST <= value <= _MOST:
            raise ValueError(f"expected a number as Pulumi writes it, got {Decimal(value):.3E}")
        case Decimal() if value == value.to_integral_value():
            return int(value)
        case str() if value == _SEEN_SECRET:
            return Secret(UNKNOWN)
        case dict():
            return {key: _value(item) for key, item in value.items()}
        case list():
            return [_value(item) for item in value]
        case _:
            return value
