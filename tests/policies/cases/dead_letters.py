"""Cases of `sqs-dead-letter`."""

from __future__ import annotations

import json
from typing import Final

from buylink.graph import Value
from tests.policies.graphs import CaseFactory, Later, Node, ref

_QUEUE: Final = "aws:sqs/queue:Queue"
_NONE: Final = "it has no dead-letter queue, and is none"
_NO_REDRIVE: Final = f"jobs: {_NONE}"


def _redrive(target: str = "dead", receives: Value = 5) -> str:
    return json.dumps({"deadLetterTargetArn": f"arn-of-{target}", "maxReceiveCount": receives})


def _to(target: str = "dead", receives: Value = 5) -> Later:
    return Later(_redrive(target, receives), (target,))


def _jobs(**inputs: Value) -> Node:
    return Node(_QUEUE, "jobs", inputs)


def _queue(name: str = "dead", **inputs: Value) -> Node:
    return Node(_QUEUE, name, inputs)


_case: Final = CaseFactory("sqs-dead-letter")
_KEY: Final = Node("aws:kms/key:Key", "key")
_HELD: Final = {"arn": ref("dead", "arn")}
_SENDERS: Final = {
    "aws:lambda/function:Function": {"deadLetterConfig": {"targetArn": ref("dead", "arn")}},
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
        "destinationConfig": {"onFailure": {"destination": ref("dead", "arn")}}
    },
    "aws:lambda/eventSourceMapping:EventSourceMapping": {
        "destinationConfig": {"onFailure": {"destinationArn": ref("dead", "arn")}}
    },
    "aws:cloudwatch/eventBus:EventBus": {"deadLetterConfig": _HELD},
    "aws:cloudwatch/eventTarget:EventTarget": {"deadLetterConfig": _HELD},
    "aws:scheduler/schedule:Schedule": {"target": {"arn": "arn:f", "deadLetterConfig": _HELD}},
    "aws:sns/topicSubscription:TopicSubscription": {
        "redrivePolicy": Later('{"deadLetterTargetArn": "arn-of-dead"}', ("dead",))
    },
}


def _schedule(arn: Value, dead: Value = None) -> Node:
    target = {"arn": arn} | ({"deadLetterConfig": {"arn": dead}} if dead else {})
    return Node("aws:scheduler/schedule:Schedule", "clock", {"target": target})


CASES: Final = (
    _case("good", "a queue with a dead-letter queue", _queue(), _jobs(redrivePolicy=_to())),
    _case(
        "good",
        "encrypted with a key of one's own",
        _KEY,
        _queue(sqsManagedSseEnabled=False, kmsMasterKeyId="alias/aws/sqs"),
        _jobs(redrivePolicy=_to(), sqsManagedSseEnabled=False, kmsMasterKeyId=ref("key")),
    ),
    _case("bad", "a queue without one is refused", _jobs(), says=(_NO_REDRIVE,)),
    _case(
        "bad",
        "a queue isn't its own dead-letter queue",
        _jobs(redrivePolicy=Later(_redrive("jobs"), ("dead",))),
        _queue(redrivePolicy=_to("jobs")),
        _queue("other"),
        says=(f"other: {_NONE}",),
    ),
    _case(
        "bad",
        "an unencrypted queue is refused",
        _queue(sqsManagedSseEnabled=False),
        _jobs(redrivePolicy=_to(), sqsManagedSseEnabled=False),
        says=("dead: sqsManagedSseEnabled is false", "jobs: sqsManagedSseEnabled is false"),
    ),
    _case(
        "bad",
        "messages that a schedule sends are no dead letters",
        _jobs(),
        _schedule(ref("jobs", "arn")),
        says=(_NO_REDRIVE,),
    ),
    _case(
        "bad",
        "what a function hands on after success is no dead letter",
        _jobs(),
        Node(
            "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
            "invoke",
            {"destinationConfig": {"onSuccess": {"destination": ref("jobs", "arn")}}},
        ),
        says=(_NO_REDRIVE,),
    ),
    _case(
        "unknown",
        "a redrive policy that names no queue of the stack can't be decided",
        Node("aws:ssm/parameter:Parameter", "target"),
        _jobs(redrivePolicy=Later(_redrive("elsewhere"), ("target",))),
        says=("jobs: could not decide: redrivePolicy is only known after deployment",),
        deployed=(),
    ),
    _case(
        "unknown",
        "a redrive policy from outside the stack can't be decided",
        _jobs(redrivePolicy=Later(_redrive("elsewhere"))),
        says=("jobs: could not decide: redrivePolicy",),
        deployed=(),
    ),
    _case(
        "unknown",
        "a redrive policy made from the queue itself can't be decided",
        _queue(),
        _jobs(redrivePolicy=Later(_redrive(), ("jobs",))),
        says=(f"dead: {_NONE}", "jobs: could not decide: redrivePolicy"),
        deployed=(),
    ),
    _case(
        "unknown",
        "unknown encryption can't be decided",
        _queue(sqsManagedSseEnabled=Later(value=False)),
        _jobs(
            redrivePolicy=_to(), sqsManagedSseEnabled=Later(value=True), kmsMasterKeyId=Later("")
        ),
        says=(
            "dead: could not decide: sqsManagedSseEnabled",
            "jobs: could not decide: sqsManagedSseEnabled",
        ),
        deployed=("dead: sqsManagedSseEnabled is false",),
    ),
    _case(
        "unknown",
        "an unknown key from nowhere can't be decided",
        _queue(),
        _jobs(redrivePolicy=_to(), sqsManagedSseEnabled=False, kmsMasterKeyId=Later("")),
        says=("jobs: could not decide: kmsMasterKeyId",),
        deployed=("jobs: sqsManagedSseEnabled is false and it has no key",),
    ),
    _case(
        "unknown",
        "which of two queues takes a schedule's dead letters can't be told",
        _queue(),
        _jobs(),
        _schedule(ref("jobs", "arn"), ref("dead", "arn")),
        says=(f"dead: {_NONE}", _NO_REDRIVE),
        deployed=(_NO_REDRIVE,),
    ),
    _case(
        "variant",
        "of two queues the one without a redrive policy takes a schedule's dead letters",
        _queue(),
        _queue("late"),
        _jobs(redrivePolicy=_to()),
        _schedule(ref("jobs", "arn"), ref("late", "arn")),
    ),
    _case(
        "variant",
        "the redrive policy may be a resource of its own",
        _queue(),
        _jobs(),
        Node(
            "aws:sqs/redrivePolicy:RedrivePolicy",
            "redrive",
            {"queueUrl": ref("jobs"), "redrivePolicy": _to()},
        ),
    ),
    _case(
        "variant",
        "another queue's redrive policy is not its own",
        _queue(),
        _queue("late"),
        _jobs(),
        Node(
            "aws:sqs/redrivePolicy:RedrivePolicy",
            "redrive",
            {"queueUrl": ref("late"), "redrivePolicy": _to()},
        ),
        says=(_NO_REDRIVE,),
    ),
    _case(
        "variant",
        "a count is judged once it is known",
        _queue(),
        _jobs(redrivePolicy=_to(receives=0)),
        deployed=("jobs: redrivePolicy's maxReceiveCount is 0",),
    ),
    _case(
        "variant",
        "a written count is judged",
        _jobs(redrivePolicy=_redrive(receives=0)),
        says=("jobs: redrivePolicy's maxReceiveCount is 0, SQS has 1 to 1000",),
    ),
    *(
        _case(
            "variant",
            f"a count of {count} is none",
            _jobs(redrivePolicy=_redrive(receives=count)),
            says=("jobs: redrivePolicy's maxReceiveCount is",),
        )
        for count in (1001, None, "many")
    ),
    _case("variant", "one try may be enough", _jobs(redrivePolicy=_redrive(receives=1))),
    _case(
        "variant",
        "with a key it doesn't matter whether SQS has one",
        _queue(sqsManagedSseEnabled=Later(value=False), kmsMasterKeyId="alias/aws/sqs"),
        _jobs(redrivePolicy=_to()),
    ),
    _case("variant", "a count may be text", _jobs(redrivePolicy=_redrive(receives="1000"))),
    _case(
        "variant",
        "a redrive policy without a target is refused",
        _jobs(redrivePolicy='{"maxReceiveCount": 3}'),
        says=("jobs: redrivePolicy has no deadLetterTargetArn",),
    ),
    *(
        _case(
            "variant",
            f"{text} is no redrive policy",
            _jobs(redrivePolicy=text),
            says=("jobs: could not decide: redrivePolicy is not JSON",),
        )
        for text in ("dead", "[]")
    ),
    *(
        _case("variant", f"{kind} has dead letters", _queue(), Node(kind, "sender", inputs))
        for kind, inputs in _SENDERS.items()
    ),
    *(
        _case(
            "variant",
            f"{kind} is a key",
            Node(kind, "key"),
            _queue(),
            _jobs(redrivePolicy=_to(), sqsManagedSseEnabled=False, kmsMasterKeyId=ref("key")),
        )
        for kind in (
            "aws:kms/alias:Alias",
            "aws:kms/replicaKey:ReplicaKey",
            "aws:kms/externalKey:ExternalKey",
        )
    ),
)
