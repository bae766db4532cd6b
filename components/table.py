"""DynamoDB tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import dynamodb

from buylink.settings.operations import TableSettings
from components.parts.names import explicit_name
from components.parts.owner import Owner
from components.parts.protection import keeping
from components.parts.table_keys import Attribute, Index, Keys, key_attributes


@dataclass(frozen=True, kw_only=True)
class TableArgs:
    """What a Table is made from.

    `label` is its part of the name `buylink-<stack>-<label>`. `ttl_attribute` holds the time, in
    seconds since 1970, after which DynamoDB deletes an item, for nothing.
    """

    stack: str
    label: str
    keys: Keys
    indexes: Sequence[Index]
    ttl_attribute: str | None
    settings: TableSettings


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
    """In the order of the indexes: a right on the table is none on them."""

    def __init__(
        self, name: str, args: TableArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        settings = args.settings
        # Which table it is travels along: what is asked of it, and so its bill, depends on it.
        about: pulumi.Inputs = {"label": args.label}
        super().__init__("buylink:table:Table", name, about, opts)
        own = Owner(self, args.stack, args.label)
        sort = args.keys.sort
        table = dynamodb.Table(
            own.name("table"),
            name=explicit_name(args.stack, args.label),
            billing_mode="PAY_PER_REQUEST",
            hash_key=args.keys.partition.name,
            range_key=sort.name if sort else None,
            attributes=[_definition(it) for it in key_attributes(args.keys, args.indexes)],
            global_secondary_indexes=[_index(it) for it in args.indexes] or None,
            ttl=_ttl(args.ttl_attribute),
            point_in_time_recovery=dynamodb.TablePointInTimeRecoveryArgs(
                enabled=settings.point_in_time_recovery
            ),
            deletion_protection_enabled=settings.deletion_protection,
            tags=own.tags("table"),
            opts=keeping(own, protect=settings.deletion_protection),
        )
        names = [index.name for index in args.indexes]
        self.name = table.name
        self.arn = table.arn
        self.index_arns = table.arn.apply(lambda arn: [f"{arn}/index/{it}" for it in names])
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
