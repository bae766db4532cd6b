"""SNS topics that AWS services publish to.

They are not encrypted with a key of KMS: Budgets and CloudWatch can't publish to a topic that has
the key AWS manages, and a key of ours is $1 a month for texts that go out as plain e-mail.
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import sns

from components.parts.owner import Owner

PUBLISH = "sns:Publish"


@dataclass(frozen=True)
class Publisher:
    """An AWS service that may publish; `sources` is the pattern of ARNs it may do so for."""

    service: str
    sources: str | None = None


def add_topic(
    own: Owner, thing: str, *, account_id: str, publishers: Sequence[Publisher]
) -> pulumi.Output[str]:
    """A topic for `publishers`, each on behalf of this account alone, over TLS alone.

    Returns its ARN, which is known once its policy is in place: Budgets and Cost Explorer refuse a
    topic that they may not publish to yet. Whoever else may publish has it in its own role.
    """
    topic = sns.Topic(
        own.name(thing),
        # The sender's name in e-mails, which show little else of where they come from.
        display_name=f"Buylink {own.stack}",
        tags=own.tags(thing),
        opts=own.opts(),
    )
    policy = sns.TopicPolicy(
        own.name(f"{thing}-policy"),
        arn=topic.arn,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    *(_allow(topic.arn, account_id, publisher) for publisher in publishers),
                    _deny_without_tls(topic.arn),
                ],
            }
        ),
        opts=own.opts(),
    )
    return pulumi.Output.all(topic.arn, policy.id).apply(lambda known: str(known[0]))


def subscribe_addresses(
    own: Owner, thing: str, topic_arn: pulumi.Input[str], addresses: Sequence[str]
) -> None:
    """Sends what a topic gets to e-mail addresses; each must confirm, by the link AWS sends it."""
    for address in addresses:
        sns.TopicSubscription(
            own.name(f"{thing}-{address}"),
            topic=topic_arn,
            protocol="email",
            endpoint=address,
            opts=own.opts(),
        )


def _allow(topic_arn: pulumi.Input[str], account_id: str, publisher: Publisher) -> dict[str, Any]:
    sources = {} if publisher.sources is None else {"aws:SourceArn": publisher.sources}
    return {
        "Effect": "Allow",
        "Principal": {"Service": publisher.service},
        "Action": PUBLISH,
        "Resource": topic_arn,
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account_id},
            **({"ArnLike": sources} if sources else {}),
        },
    }


def _deny_without_tls(topic_arn: pulumi.Input[str]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html"""
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": PUBLISH,
        "Resource": topic_arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
