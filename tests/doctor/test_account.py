"""What the doctor says of an AWS account, by AWS's own answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from buylink.doctor.account import examine
from buylink.doctor.check import Check
from buylink.doctor.files import Demand
from dev.hub.aws import AwsServer

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN = "session-token-that-nobody-may-see"
DEMAND = Demand("us-east-1", Decimal(3), Decimal(20))
IDENTITY = {"Arn": "arn:aws:sts::123456789012:assumed-role/deployer/me", "Account": "123456789012"}
USAGE_METRIC = {
    "MetricNamespace": "AWS/Usage",
    "MetricName": "ResourceCount",
    "MetricDimensions": {"Class": "Standard/Spot", "Resource": "vCPU", "Service": "Fargate"},
    "MetricStatisticRecommendation": "Maximum",
}


@dataclass
class StubbedSession:
    """A boto3 session whose clients answer what was recorded, one client a service."""

    region_name: str | None = "us-east-1"
    stubs: dict[str, Stubber] = field(default_factory=dict[str, Stubber])

    def stub(self, service: str) -> Stubber:
        if service not in self.stubs:
            client: Any = boto3.client(service, region_name="us-east-1")  # pyright: ignore[reportUnknownMemberType]
            self.stubs[service] = Stubber(client)
            self.stubs[service].activate()
        return self.stubs[service]

    def client(self, service: str, **_: Any) -> Any:
        return self.stub(service).client


@pytest.fixture(autouse=True)
def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", TOKEN)


def quota(session: StubbedSession, allowed: float, used: float) -> None:
    answer = {"Quota": {"Value": allowed, "UsageMetric": USAGE_METRIC}}
    parameters = {"ServiceCode": "fargate", "QuotaCode": ANY}
    points = {"Datapoints": [{"Maximum": used}, {"Maximum": used / 2}]}
    for _ in range(2):
        session.stub("service-quotas").add_response("get_service_quota", answer, parameters)
        session.stub("cloudwatch").add_response("get_metric_statistics", points)


def account(*, tag: str | None = "Active", allowed: float = 100, used: float = 4) -> StubbedSession:
    """An account as it should be, but for what is said."""
    session = StubbedSession()
    session.stub("sts").add_response("get_caller_identity", {**IDENTITY, "UserId": "AROA:me"})
    tags = [{"TagKey": "Stack", "Type": "UserDefined", "Status": tag}] if tag else []
    session.stub("ce").add_response(
        "list_cost_allocation_tags", {"CostAllocationTags": tags}, {"TagKeys": ["Stack"]}
    )
    quota(session, allowed, used)
    return session


def checks(session: Any, *demands: Demand) -> dict[str, Check]:
    return {check.name: check for check in examine(demands or (DEMAND,), session)}


def test_an_account_that_is_ready_lacks_nothing() -> None:
    answers = checks(account())
    assert [name for name, check in answers.items() if not check.fine] == []
    assert answers["AWS credentials"].detail == f"{IDENTITY['Arn']} in account 123456789012"
    assert answers["AWS region"].detail == "us-east-1 by the stack files"
    assert answers["cost allocation tag"].detail == "Stack is active"
    assert answers["Fargate quota, Spot, us-east-1"].detail == (
        "100 vCPU, 4 in use; the stacks in us-east-1 run 20 at most, and up to twice that while "
        "they deploy"
    )


@pytest.mark.parametrize(
    ("status", "detail"),
    [("Inactive", "Stack is inactive"), (None, "Stack is not known to billing yet")],
)
def test_a_tag_that_billing_does_not_know_is_said_with_what_follows(
    status: str | None, detail: str
) -> None:
    check = checks(account(tag=status))["cost allocation tag"]
    assert (check.fine, check.detail) == (False, detail)
    assert "until then the budget sees no cost" in check.next_step


def test_a_quota_with_too_little_free_says_what_to_ask_for() -> None:
    answers = checks(account(allowed=22, used=4))
    spot = answers["Fargate quota, Spot, us-east-1"]
    assert not spot.fine
    assert spot.next_step.endswith("--quota-code L-36FBB829 --desired-value 44`")
    assert answers["Fargate quota, on demand, us-east-1"].fine


def test_another_region_in_the_shell_is_only_told() -> None:
    session = account()
    session.region_name = "eu-west-1"
    check = checks(session)["AWS region"]
    assert (check.fine, check.detail) == (
        True,
        "us-east-1 by the stack files; this shell's is eu-west-1",
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ExpiredToken", "the session has expired"),
        ("InvalidClientTokenId", "AWS doesn't accept them"),
        ("AccessDenied", "access to GetCallerIdentity is denied"),
        ("Throttling", "GetCallerIdentity: Throttling"),
    ],
)
def test_credentials_that_aws_refuses_are_told_in_plain_words(code: str, words: str) -> None:
    session = StubbedSession()
    session.stub("sts").add_client_error("get_caller_identity", code, "no", 403)
    answers = checks(session)
    assert words in answers["AWS credentials"].detail
    assert answers["AWS credentials"].next_step
    assert set(answers) == {"AWS credentials", "AWS region"}


def test_what_one_call_may_not_ask_hides_no_other() -> None:
    session = account()
    session.stubs["ce"] = Stubber(boto3.client("ce", region_name="us-east-1"))  # pyright: ignore[reportUnknownMemberType]
    session.stubs["ce"].activate()
    session.stub("ce").add_client_error(
        "list_cost_allocation_tags", "AccessDeniedException", "linked account", 400
    )
    answers = checks(session)
    assert "access to ListCostAllocationTags is denied" in answers["cost allocation tag"].detail
    assert answers["Fargate quota, Spot, us-east-1"].fine


def test_an_aws_that_cannot_be_reached_is_told_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    answers = checks(boto3.Session())
    assert "no answer from AWS" in answers["AWS credentials"].detail


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsServer]:
    server = AwsServer(tmp_path_factory.mktemp("moto"))
    yield server
    server.stop()


def test_over_http_the_identity_is_shown_and_no_secret(
    aws: AwsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    answers = examine([DEMAND], boto3.Session())
    assert "in account 123456789012" in answers[0].detail
    everything = repr(answers)
    assert SECRET not in everything
    assert TOKEN not in everything


def test_without_credentials_nothing_is_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    (check,) = examine([DEMAND], StubbedSession())  # pyright: ignore[reportArgumentType]
    assert (check.fine, check.detail) == (False, "none found")
