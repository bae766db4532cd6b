"""The AWS account behind the credentials: asked by read-only calls, and never shown a secret of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypedDict

from buylink.doctor.check import Check
from buylink.doctor.files import Demand

if TYPE_CHECKING:
    import boto3

COST_TAG = "Stack"
SIGN_IN = "sign in, e.g. `aws sso login`, or set AWS_PROFILE"
BILLING_REGION = "us-east-1"
QUOTAS = {
    "on_demand": ("Fargate quota, on demand", "L-3032A538"),
    "spot": ("Fargate quota, Spot", "L-36FBB829"),
}
"""vCPUs that run at once. https://docs.aws.amazon.com/general/latest/gr/ecs-service.html"""


class _Metric(TypedDict):
    """Of a quota, as AWS names what is in use of it."""

    MetricNamespace: str
    MetricName: str
    MetricDimensions: dict[str, str]


_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
_REJECTED = {"InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException"}


def credentials() -> Check:
    """Whether there are any, without asking AWS whose."""
    import botocore.session

    try:
        provided = botocore.session.Session().get_credentials()
    except Exception as error:  # noqa: BLE001 - a broken profile raises anything
        return _lacking("AWS credentials", str(error), SIGN_IN)
    if provided is None:
        return _lacking("AWS credentials", "none found", SIGN_IN)
    return _fine("AWS credentials", f"found by {provided.method}; --deploy asks AWS whose they are")


def examine(demands: Sequence[Demand], session: boto3.Session) -> list[Check]:
    """Identity, region, cost allocation tag and free Fargate quota of the account."""
    signed_in = credentials()
    if not signed_in.fine:
        return [signed_in]
    identity = _asked("AWS credentials", lambda: _identity(session))
    region = _region(session, demands)
    if not identity.fine:
        return [identity, region]
    asks: list[Callable[[], Check]] = [
        lambda: _asked("cost allocation tag", lambda: _cost_tag(session))
    ]
    for demand in demands:
        for provider, (name, code) in QUOTAS.items():
            wanted: Decimal = getattr(demand, provider)
            asks.append(
                lambda demand=demand, name=name, code=code, wanted=wanted: _asked(
                    f"{name}, {demand.region}",
                    lambda: _quota(session, demand.region, name, code, wanted),
                )
            )
    with ThreadPoolExecutor(len(asks)) as threads:
        return [identity, region, *threads.map(lambda ask: ask(), asks)]


def _identity(session: boto3.Session) -> Check:
    who = _client(session, "sts", session.region_name or BILLING_REGION).get_caller_identity()
    return _fine("AWS credentials", f"{who['Arn']} in account {who['Account']}")


def _region(session: boto3.Session, demands: Sequence[Demand]) -> Check:
    """The stack files say where the stacks are; another region in the shell misleads only `aws`."""
    wanted = sorted({demand.region for demand in demands})
    if not wanted:
        return _lacking("AWS region", "no valid stack file names one", "mend the stack files")
    shell = session.region_name
    note = f"; this shell's is {shell}" if shell and [shell] != wanted else ""
    return _fine("AWS region", f"{', '.join(wanted)} by the stack files{note}")


def _cost_tag(session: boto3.Session) -> Check:
    """https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_ListCostAllocationTags.html"""
    name = "cost allocation tag"
    explorer = _client(session, "ce", BILLING_REGION)
    tags = explorer.list_cost_allocation_tags(TagKeys=[COST_TAG])["CostAllocationTags"]
    if any(tag["TagKey"] == COST_TAG and tag["Status"] == "Active" for tag in tags):
        return _fine(name, f"{COST_TAG} is active")
    step = (
        f"activate {COST_TAG} in the payer account's billing console once the first stack is up "
        "(it appears within a day): until then the budget sees no cost. docs/how-to/deploy.md"
    )
    state = "inactive" if tags else "not known to billing yet"
    return _lacking(name, f"{COST_TAG} is {state}", step)


def _quota(session: boto3.Session, region: str, name: str, code: str, wanted: Decimal) -> Check:
    """What is free of a quota, against the most that the stacks run at once."""
    quotas = _client(session, "service-quotas", region)
    quota = quotas.get_service_quota(ServiceCode="fargate", QuotaCode=code)["Quota"]
    allowed = Decimal(str(quota["Value"]))
    used = _in_use(session, region, quota.get("UsageMetric"))
    free = allowed - used
    detail = (
        f"{allowed:f} vCPU, {used:f} in use; the stacks in {region} run {wanted:f} at most, "
        "and up to twice that while they deploy"
    )
    step = f"ask for more: `aws service-quotas request-service-quota-increase --region {region} "
    step += f"--service-code fargate --quota-code {code} --desired-value {used + 2 * wanted:f}`"
    return Check(f"{name}, {region}", free >= wanted, detail, "deploy", step)


def _in_use(session: boto3.Session, region: str, metric: _Metric | None) -> Decimal:
    """The most in the last hour, by the metric that the quota itself names; 0 without one."""
    if not metric:
        return Decimal(0)
    now = datetime.now(UTC)
    points = _client(session, "cloudwatch", region).get_metric_statistics(
        Namespace=metric["MetricNamespace"],
        MetricName=metric["MetricName"],
        Dimensions=[
            {"Name": name, "Value": value} for name, value in metric["MetricDimensions"].items()
        ],
        StartTime=now - timedelta(hours=1),
        EndTime=now,
        Period=300,
        Statistics=["Maximum"],
    )["Datapoints"]
    return max((Decimal(str(point["Maximum"])) for point in points), default=Decimal(0))


def _client(session: boto3.Session, service: str, region: str) -> Any:
    """boto3 makes a client's methods at run time: no type knows them."""
    from botocore.config import Config

    quick = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2})
    return session.client(service, region_name=region, config=quick)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def _asked(name: str, ask: Callable[[], Check]) -> Check:
    """The check, or what AWS answered instead in plain words."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return ask()
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
        if code in _EXPIRED:
            return _lacking(name, "the session has expired", SIGN_IN)
        if code in _DENIED:
            step = f"allow this identity {error.operation_name}, or ask who may"
            return _lacking(name, f"access to {error.operation_name} is denied", step)
        if code in _REJECTED:
            return _lacking(name, f"AWS doesn't accept them ({code})", SIGN_IN)
        return _lacking(name, f"{error.operation_name}: {code}: {message}", "try again in a minute")
    except BotoCoreError as error:
        step = "check the network, a proxy, and AWS_ENDPOINT_URL"
        return _lacking(name, f"no answer from AWS: {error}", step)


def _fine(name: str, detail: str) -> Check:
    return Check(name, fine=True, detail=detail, needed_for="deploy")


def _lacking(name: str, detail: str, next_step: str) -> Check:
    return Check(name, fine=False, detail=detail, needed_for="deploy", next_step=next_step)
