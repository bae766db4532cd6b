"""What a DynamoDB table and its indexes are looked up by: plain data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

AttributeType = Literal["S", "N", "B"]
"""A string, a number, bytes: DynamoDB's only types of keys.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeDefinition.html"""


@dataclass(frozen=True)
class Attribute:
    """An attribute that is part of a key."""

    name: str
    type: AttributeType = "S"


@dataclass(frozen=True, kw_only=True)
class Keys:
    """A partition (hash) key and, to have several items under it, a sort (range) key."""

    partition: Attribute
    sort: Attribute | None = None

    def attributes(self) -> tuple[Attribute, ...]:
        """One or both of them, the partition key first."""
        return (self.partition, self.sort) if self.sort else (self.partition,)


@dataclass(frozen=True, kw_only=True)
class Index:
    """A global secondary index.

    `copied` are the attributes it holds besides the keys: None for all, () for none. Each write
    that touches one of them is billed again for the index, and so is its storage.
    """

    name: str
    keys: Keys
    copied: tuple[str, ...] | None = None

    @property
    def projection(self) -> Literal["ALL", "INCLUDE", "KEYS_ONLY"]:
        """DynamoDB's word for what is copied."""
        if self.copied is None:
            return "ALL"
        return "INCLUDE" if self.copied else "KEYS_ONLY"


def key_attributes(keys: Keys, indexes: Iterable[Index]) -> tuple[Attribute, ...]:
    """The attributes of all keys, each once, by name: those a table has to define, and no other.

    Raises ValueError when one has two types.
    """
    found = {
        attribute
        for each in (keys, *(index.keys for index in indexes))
        for attribute in each.attributes()
    }
    types: dict[str, AttributeType] = {}
    for attribute in found:
        if types.setdefault(attribute.name, attribute.type) != attribute.type:
            raise ValueError(
                f"expected one type of the key attribute {attribute.name!r}, got two: an attribute "
                "has one in a table and all its indexes; name the other one differently"
            )
    return tuple(sorted(found, key=lambda attribute: attribute.name))
