"""SQS queues: what can't be handled goes somewhere, and everything is encrypted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.graph import UNKNOWN, Graph, Resource, Value
from policies.engine.caps import StackCaps
from policies.engine.relations import linking, nested, parsed, stated
from policies.engine.resource_types import FUNCTION, SUBSCRIPTION
from policies.engine.rule import Rule, Violation, undecided

QUEUE: Final = "aws:sqs/queue:Queue"
REDRIVE: Final = "aws:sqs/redrivePolicy:RedrivePolicy"
KEYS: Final = (
    "aws:kms/key:Key",
    "aws:kms/alias:Alias",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:kms/externalKey:ExternalKey",
)
MOST_RECEIVES: Final = 1000

_DEAD_LETTERS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    (QUEUE, "redrivePolicy", ()),
    (REDRIVE, "redrivePolicy", ()),
    (SUBSCRIPTION, "redrivePolicy", ()),
    (FUNCTION, "deadLetterConfig", ("targetArn",)),
    (
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        "destinationConfig",
        ("onFailure", "destination"),
    ),
    (
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        "destinationConfig",
        ("onFailure", "destinationArn"),
    ),
    ("aws:cloudwatch/eventBus:EventBus", "deadLetterConfig", ("arn",)),
    ("aws:cloudwatch/eventTarget:EventTarget", "deadLetterConfig", ("arn",)),
    ("aws:scheduler/schedule:Schedule", "target", ("deadLetterConfig", "arn")),
)
"""Who names a dead-letter queue, and where; an empty path is a JSON text with a target."""


def queue(resource: Resource, _: StackCaps) -> Iterator[Violation]:
    """What a queue or redrive policy shows: encryption, and a redrive policy that is known."""
    yield from _redrive_text(resource, resource.get("redrivePolicy"))
    managed, key = resource.get("sqsManagedSseEnabled"), resource.get("kmsMasterKeyId")
    if managed is UNKNOWN and (not key or key is UNKNOWN):
        yield undecided(resource, "sqsManagedSseEnabled", "Leave it out, or set it to true.")
    elif managed is False and not key:
        yield Violation(
            resource.urn, "sqsManagedSseEnabled is false and it has no key: it isn't encrypted"
        )


def _redrive_text(resource: Resource, text: Value) -> Iterator[Violation]:
    if not isinstance(text, str) or not text:
        return  # what isn't there, or isn't known yet, is the stack check's
    policy = parsed(text)
    if policy is None:
        yield Violation(resource.urn, "could not decide: redrivePolicy is not JSON")
        return
    if not policy.get("deadLetterTargetArn"):
        yield Violation(resource.urn, "redrivePolicy has no deadLetterTargetArn")
    receives = str(policy.get("maxReceiveCount"))
    if not (receives.isdecimal() and 1 <= int(receives) <= MOST_RECEIVES):
        yield Violation(
            resource.urn,
            f"redrivePolicy's maxReceiveCount is {receives}, SQS has 1 to {MOST_RECEIVES}",
        )


def dead_letters(graph: Graph, _: StackCaps) -> Iterator[Violation]:
    """Every queue has a dead-letter queue, or is one."""
    receivers = {
        receiver.urn
        for kind, name, path in _DEAD_LETTERS
        for sender in graph.of_type(kind)
        for receiver in _receivers(graph, sender, name, path)
    }
    for resource in graph.of_type(QUEUE):
        if resource.get("kmsMasterKeyId") is UNKNOWN:
            yield from _unknown_key(graph, resource)
        if resource.urn in receivers:
            continue
        redrives = _redrives(graph, resource)
        if not redrives:
            yield Violation(
                resource.urn,
                "it has no dead-letter queue, and is none: a message that can't be handled comes"
                " back until it expires. Give it a redrivePolicy",
            )
        for holder in redrives:
            if stated(holder, "redrivePolicy") is UNKNOWN and not _but(
                graph.referenced(holder, "redrivePolicy", QUEUE), resource
            ):
                yield undecided(holder, "redrivePolicy", "Name another queue's ARN in it.")


def _unknown_key(graph: Graph, resource: Resource) -> Iterator[Violation]:
    managed = stated(resource, "sqsManagedSseEnabled")
    if managed is False and not graph.referenced(resource, "kmsMasterKeyId", *KEYS):
        yield undecided(resource, "kmsMasterKeyId", "Refer to a key of this stack.")


def _redrives(graph: Graph, resource: Resource) -> tuple[Resource, ...]:
    """What holds a queue's redrive policy: a resource of its own, or the queue itself."""
    attached = linking(graph, resource, "queueUrl", REDRIVE)
    return attached or ((resource,) if stated(resource, "redrivePolicy") else ())


def _receivers(
    graph: Graph, sender: Resource, name: str, path: tuple[str, ...]
) -> tuple[Resource, ...]:
    """The dead-letter queue that a resource names, where that can be told.

    Of several queues that an unknown value comes from, it is the one without a redrive policy.
    """
    policy = stated(sender, name)
    arn = nested(parsed(policy) or policy, *(path or ("deadLetterTargetArn",)))
    if arn is UNKNOWN:
        queues = _but(graph.referenced(sender, name, QUEUE), sender)
        open_ended = tuple(other for other in queues if not _redrives(graph, other))
        return open_ended if len(open_ended) == 1 else ()
    named = (other for other in graph.of_type(QUEUE) if arn and other.get("arn") == arn)
    return _but(tuple(named), sender)


def _but(queues: tuple[Resource, ...], left_out: Resource) -> tuple[Resource, ...]:
    return tuple(queue for queue in queues if queue.urn != left_out.urn)


RULES: Final = (
    Rule(
        id="sqs-dead-letter",
        title="Queues have a dead-letter queue",
        description="Every SQS queue is encrypted, and has a dead-letter queue or is one.",
        details="""
            A queue has a `redrivePolicy`, or an `aws:sqs/redrivePolicy:RedrivePolicy` of its own,
            with a `maxReceiveCount` of 1 to 1000. It is a dead-letter queue itself if something of
            the stack sends its failures there: another queue, a topic's subscription, a function,
            an event source mapping, an event bus, an event target or a schedule.
            `sqsManagedSseEnabled` isn't false, unless it has a `kmsMasterKeyId`.
        """,
        unknowns="""
            A first preview knows no ARN, and so not the redrive policy's text. Judged then is that
            it comes from another queue; its count is judged in the update, before the queue is
            created, and in every later preview. Where a schedule refers to several queues, the one
            without a redrive policy takes its dead letters; if there are several of those, none
            does. Unknown encryption is a violation, but for a key of the stack.
        """,
        severity="medium",
        pillar="Reliability",
        tags=("reliability", "security", "sqs"),
        remediation="Give the queue a redrivePolicy with another queue's ARN as deadLetterTargetArn"
        " and a maxReceiveCount between 1 and 1000. Leave sqsManagedSseEnabled out, or set it to"
        " true.",
        url="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
        types=(QUEUE, REDRIVE),
        on_resource=queue,
        on_stack=dead_letters,
    ),
)
