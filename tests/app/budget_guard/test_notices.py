"""What the guard's notices say, and how long they may get."""

import json
from datetime import date
from decimal import Decimal

import pytest

from app.budget_guard.cost_explorer import Costs, Row
from app.budget_guard.cost_memory import CostMemory
from app.budget_guard.levers import SUSPENDED
from app.budget_guard.mode import Mode
from app.budget_guard.notices import NoticeContext, RestoredDetails, StoppedDetails, notice_of, send
from app.budget_guard.reconcile import Change, Outcome
from app.budget_guard.stack_costs import fixed_monthly
from app.budget_guard.state import GuardState
from dev.processes import REPOSITORY
from tests.app.budget_guard.aws_stack import AwsStack
from tests.goldens import assert_golden

LARGEST_MESSAGE = 256 * 1024
"""Bytes, for all protocols together. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""
LONG_NAME = "buylink-production-cluster/buylink-production-some-service-with-a-long-name"
GOLDENS = REPOSITORY / "tests/app/budget_guard/goldens"


def test_a_notice_of_a_stop_says_what_goes_on_costing_and_how_to_undo_it(usual: AwsStack) -> None:
    day = Row(
        day=date(2026, 11, 18),
        service="Amazon Simple Storage Service",
        component="originals",
        amount=Decimal("0.10"),
    )
    CostMemory(usual.aws.client("s3"), usual.bucket).keep(
        "costs/latest.json", Costs(asked_on=date(2026, 11, 20), rows=(day,))
    )
    usual.stop()
    [notice] = usual.notices.take_notices()
    assert notice["Subject"] == f"{usual.name}: mode stopped (was normal)"
    text = json.loads(notice["Message"])["text"].replace(usual.name, "buylink-prod")
    assert_golden(GOLDENS / "stopped.txt", text.replace(usual.name[8:], "prod") + "\n")


@pytest.mark.parametrize(
    ("mode", "details"),
    [
        (
            Mode.STOPPED,
            StoppedDetails(
                fixed_costs=fixed_monthly("us-east-1", {"nat-gateway": 2}), storage=None
            ),
        ),
        (
            Mode.NORMAL,
            RestoredDetails(starting=[f"{LONG_NAME}: 0 of 10 tasks"] * 500, requeued=10_000),
        ),
    ],
)
def test_the_longest_notice_is_one_that_sns_takes(
    mode: Mode, details: StoppedDetails | RestoredDetails
) -> None:
    change = Change(
        thing=f"scaling:service/{LONG_NAME}",
        before={"bounds": [10, 100], **dict.fromkeys(SUSPENDED, False)},
        after={"bounds": [0, 0], **dict.fromkeys(SUSPENDED, True)},
    )
    denied = f"service:{LONG_NAME}: {'é' * 2000}"
    outcome = Outcome(
        mode=mode,
        changes=(change,) * 500,
        failures=(denied,) * 500,
        waiting=(f"strategy:{LONG_NAME}: it is being deployed",) * 500,
        gone=(f"service:{LONG_NAME}",) * 500,
    )
    notice = notice_of(
        NoticeContext(
            stack="buylink-prod",
            state=GuardState(period="2026-11", spent=Decimal(460), limit=Decimal(300)),
            previous_mode="normal",
            outcome=outcome,
            details=details,
        )
    )
    published: list[str] = []

    class Topic:
        def publish(self, **message: str) -> None:
            published.append(message["Message"])

    send(Topic(), "topic", notice)
    assert len(published[0].encode()) < LARGEST_MESSAGE
    assert "... and 480 more" in notice.text
