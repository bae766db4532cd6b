"""The hub's parts as its services need them: a value for the environment, ARNs for rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from buylink.settings import Settings
from components.parts import hub_table
from components.parts.service_needs import NEEDS, PartName
from components.parts.stack_budget import stack_tag
from components.parts.statements import Statement
from components.parts.thumbnails import THUMBNAILS
from components.storage import Storage

ORIGINALS = "originals/"
"""What the keys of creators' uploads begin with."""


@dataclass(frozen=True)
class Part:
    """What the environment says of it, and the ARNs that rights on it are for."""

    value: pulumi.Input[str]
    arns: Sequence[pulumi.Input[str]] = ()


Parts = Mapping[PartName, Part]


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a service is given of the hub: variables by name, and rights."""

    environment: Mapping[str, pulumi.Input[str]]
    statements: Sequence[Statement]


def parts_before_the_queue(
    settings: Settings, storage: Storage, public_url: pulumi.Input[str]
) -> dict[PartName, Part]:
    """All parts but the queue, which its worker makes: what that one needs must be there before."""
    table, guard = storage.table, storage.guard_table
    secrets: dict[PartName, Part] = {
        purpose: Part(arn, [arn]) for purpose, arn in storage.secrets.arns.items()
    }
    index_arns = [table.index_arns[place] for place in range(len(hub_table.INDEXES))]
    return {
        **secrets,
        "guard-table": Part(guard.name, [guard.arn]),
        # A query of an index names the table as well.
        "hub-indexes": Part(table.name, index_arns),
        "hub-table": Part(table.name, [table.arn]),
        # The load balancer is one, CloudFront another.
        "proxies": Part("2" if settings.edge.enabled else "1"),
        "public-url": Part(public_url),
        "stack-tag": Part(stack_tag(settings.stack)),
        "originals": _bucket(storage.originals.name, storage.originals.arn, ORIGINALS),
        "thumbnails": _bucket(storage.thumbnails.name, storage.thumbnails.arn, THUMBNAILS),
        "token-key": Part(storage.token_key.arn, [storage.token_key.arn]),
    }


def given_to(service: str, parts: Parts) -> Given:
    """What the hub gives a service of its own by what it needs; nothing to any other.

    Raises KeyError for a part that isn't made yet.
    """
    needs = NEEDS.get(service)
    if needs is None:
        return Given(environment={}, statements=[])
    return Given(
        environment={name: parts[part].value for name, part in needs.variables.items()},
        statements=[
            Statement(
                right.actions,
                [arn for part in right.parts for arn in parts[part].arns],
                right.condition,
            )
            for right in needs.rights
        ],
    )


def _bucket(name: pulumi.Input[str], arn: pulumi.Input[str], prefix: str) -> Part:
    return Part(name, [pulumi.Output.concat(arn, "/", prefix, "*")])
