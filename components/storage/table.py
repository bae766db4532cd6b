"""DynamoDB tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_aws import dynamodb

from components.common.child_factory import ChildFactory, explicit_name


@dataclass(frozen=True, kw_only=True)
class TableArgs:
    """What a Table is made from."""

    stack: str
    schema: TableSchema
    point_in_time_recovery: bool
    deletion_protection: bool


class Table(pulumi.ComponentResource):
    """A DynamoDB table that is billed by the request, so that an idle one costs its storage alone.

    - encrypted with the key AWS owns, which is free: a customer key costs $1 a month and requests
      (https://aws.amazon.com/kms/pricing/) and would only add a second way to refuse the readers
      that IAM refuses already
    - where the settings say so, restorable to any second of 35 days
    - with deletion protection, neither AWS nor Pulumi deletes or replaces it
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    index_arns: pulumi.Output[list[str]]
    """In the order of the indexes: a permission on the table is none on them."""

    def __init__(
        self, name: str, args: TableArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        schema = args.schema
        # Which table it is travels along: what is asked of it, and so its bill, depends on it.
        about: pulumi.Inputs = {"label": schema.label}
        super().__init__("buylink:table:Table", name, about, opts)
        child = ChildFactory(self, args.stack, schema.label)
        sort = schema.keys.sort
        table = dynamodb.Table(
            child.name("table"),
            name=explicit_name(args.stack, schema.label),
            billing_mode="PAY_PER_REQUEST",
            hash_key=schema.keys.partition.name,
            range_key=sort.name if sort else None,
            attributes=[
                _definition(attribute) for attribute in key_attributes(schema.keys, schema.indexes)
            ],
            global_secondary_indexes=[_index(index) for index in schema.indexes] or None,
            ttl=_ttl(schema.ttl_attribute),
            point_in_time_recovery=dynamodb.TablePointInTimeRecoveryArgs(
                enabled=args.point_in_time_recovery
            ),
            deletion_protection_enabled=args.deletion_protection,
            tags=child.tags("table"),
            opts=child.opts(protect=args.deletion_protection),
        )
        names = [index.name for index in schema.indexes]
        self.name = table.name
        self.arn = table.arn
        self.index_arns = table.arn.apply(lambda arn: [f"{arn}/index/{index}" for index in names])
        # Stack policies and state files show outputs alone.
        self.register_outputs(
            {"name": self.name, "arn": self.arn, "indexArns": self.index_arns, **about},
        )


def _definition(attribute: Attribute) -> dynamodb.TableAttributeArgs:
    return dynamodb.TableAttributeArgs(name=attribute.name, type=attribute.type)


def _index(index: Index) -> dynamodb.TableGlobalSecondaryIndexArgs:
    return dynamodb.TableGlobalSecondaryIndexArgs(
        name=index.name,
        key_schemas=[
            dynamodb.TableGlobalSecondaryIndexKeySchemaArgs(
                attribute_name=attribute.name, key_type=key_type
            )
            for attribute, key_type in zip(index.keys.attributes(), ("HASH", "RANGE"), strict=False)
        ],
        projection_type=index.projection,
        non_key_attributes=list(index.copied) if index.copied else None,
    )


def _ttl(attribute: str | None) -> dynamodb.TableTtlArgs | None:
    if attribute is None:
        return None
    return dynamodb.TableTtlArgs(attribute_name=attribute, enabled=True)


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


@dataclass(frozen=True, kw_only=True)
class TableSchema:
    """A table as its readers know it.

    `label` is its part of the name `buylink-<stack>-<label>`. `ttl_attribute` holds the time, in
    seconds since 1970, after which DynamoDB deletes an item, for nothing.
    """

    label: str
    keys: Keys
    indexes: Sequence[Index] = ()
    ttl_attribute: str | None = None


def key_attributes(keys: Keys, indexes: Iterable[Index]) -> tuple[Attribute, ...]:
    """The attributes of all keys, each once, by name: those a table has to define, and no other.

    Raises ValueError when one has two types.
    """
    attributes = {
        attribute
        for each in (keys, *(index.keys for index in indexes))
        for attribute in each.attributes()
    }
    types: dict[str, AttributeType] = {}
    for attribute in attributes:
        if types.setdefault(attribute.name, attribute.type) != attribute.type:
            raise ValueError(
                f"expected one type of the key attribute {attribute.name!r}, got two: an attribute "
                "has one in a table and all its indexes; name the other one differently"
            )
    return tuple(sorted(attributes, key=lambda attribute: attribute.name))
