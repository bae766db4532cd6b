"""The key that creators' TikTok tokens are sealed with."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
from pulumi_aws import kms

from components.common.child_factory import ChildFactory

LEAST_RECOVERY_DAYS = 7
"""https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html"""


@dataclass(frozen=True, kw_only=True)
class TokenKeyArgs:
    """What a TokenKey is made from.

    A key that is deleted can be brought back for `recovery_days`: 7 to 30; 0 counts as 7, as KMS
    deletes none sooner. With `protect` Pulumi refuses to delete it.
    """

    stack: str
    account_id: str
    recovery_days: int
    protect: bool


class TokenKey(pulumi.ComponentResource):
    """A symmetric KMS key of our own, $1 a month, for what stands sealed in the table.

    - who may use it says IAM: the roles of the two services that seal and open tokens
    - it doesn't rotate by itself: its first two rotations would add $1 a month each, for good, and
      would seal nothing anew; the tokens are new ones each day anyway
    """

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: TokenKeyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        props: pulumi.Inputs = {"recoveryDays": args.recovery_days}
        super().__init__("buylink:token_key:TokenKey", name, props, opts)
        child = ChildFactory(self, args.stack, "token-key")
        key = kms.Key(
            child.name("key"),
            description=f"{args.stack}: creators' TikTok tokens in the hub's table",
            policy=json.dumps(_left_to_iam(args.account_id)),
            deletion_window_in_days=max(LEAST_RECOVERY_DAYS, args.recovery_days),
            enable_key_rotation=False,
            tags=child.tags("key"),
            opts=child.opts(protect=args.protect),
        )
        self.arn = key.arn
        self.register_outputs({"arn": self.arn})


def _left_to_iam(account_id: str) -> dict[str, object]:
    """Lets the account's IAM policies say who may do what, and nobody by itself; KMS's own default.

    Without it, a key whose named administrators are gone could be managed by nobody.
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "LeftToIam",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account_id}:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }
