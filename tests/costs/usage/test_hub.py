"""The hub's load, declared or given, and the usage of its resources that follows from it."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buylink.costs.prices.quantity import HOURS_PER_MONTH, Range
from buylink.costs.usage.coefficients import packaged, read
from buylink.costs.usage.hub import hub_usages
from buylink.costs.usage.load import Load, LoadOverride, UsageError
from buylink.costs.usage.month import Worker, starts, task_hours
from buylink.graph import STACK_TYPE, Graph, Resource
from tests.costs.graphs import resource

NAT = "aws:ec2/natGateway:NatGateway"
TABLE = "aws:dynamodb/table:Table"
BUCKET = "aws:s3/bucket:Bucket"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
SERVICE = "aws:ecs/service:Service"
TARGET = "aws:appautoscaling/target:Target"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
DECLARED = Load(1000, 500)
LOAD = Load(users=1000, videos_per_day=24)
"""24 videos a day are 730 a month."""
TINY = Decimal("0.00000001")
MEASURED = {name: coefficient.amount.typical for name, coefficient in packaged().by_name.items()}
"""What `make bench-app` writes anew, so that no figure of it stands here."""


@pytest.mark.parametrize(
    ("text", "load"),
    [
        ("users=7", Load(7, 500)),
        ("videosPerDay=1_000", Load(1000, 1000)),
        (" users=0 , videosPerDay=0 ", Load(0, 0)),
    ],
)
def test_a_load_overrides_the_declared_one(text: str, load: Load) -> None:
    assert LoadOverride.parse(text).applied_to(DECLARED) == load


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected users or videosPerDay, got ''"),
        ("user=1", "got 'user'; did you mean 'users'?"),
        ("users", "users: expected a number from 0 to 10,000,000,000, got ''"),
        ("users=-1", "got '-1'"),
        ("users=1.5", "got '1.5'"),
        ("users=99999999999", "got '99999999999'"),
        ("users=" + "9" * 5000, "got '9999"),
        ("users=٣", "got '٣'"),
        ("users=1,users=2", "users: expected once, got it twice"),
        ("users=x,videos=1", "did you mean 'videosPerDay'?"),
    ],
)
def test_a_wrong_load_is_refused(text: str, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        LoadOverride.parse(text)
    assert words in str(refused.value)


def stated(resources: tuple[Resource, ...], of: Resource, key: str) -> Range:
    usages = hub_usages(Graph("shop", "test", resources), LOAD, packaged())
    usage = usages[of.urn].get(key)
    assert usage is not None
    return Range(
        *(
            round(figure, 9)
            for figure in (usage.amount.low, usage.amount.typical, usage.amount.high)
        )
    )


def test_one_nat_gateway_carries_all_and_half_of_it_between_zones() -> None:
    one, two = resource(NAT, name="a"), resource(NAT, name="b")
    data = stated((one,), one, "monthly_data_processed_gb")
    assert abs(stated((one,), one, "monthly_cross_zone_gb").typical - data.typical / 2) < TINY
    assert (
        abs(stated((one, two), one, "monthly_data_processed_gb").typical - data.typical / 2) < TINY
    )
    assert stated((one, two), one, "monthly_cross_zone_gb") == Range.exactly(0)


def test_what_tiktok_is_asked_leaves_by_the_nat_gateways() -> None:
    one = resource(NAT)
    # 730 videos x 8 KB
    out = stated((one,), one, "monthly_outbound_internet_gb")
    assert out.typical == round(Decimal(730 * 8) / 1024**2, 9)
    assert out.low > 0


def test_without_a_distribution_every_page_reaches_the_services() -> None:
    balancer, edge = resource(BALANCER), resource(DISTRIBUTION)
    behind = stated((balancer, edge), balancer, "processed_bytes_gb").typical
    alone = stated((balancer,), balancer, "processed_bytes_gb").typical
    # 1,000 users x 4 visits x 2 pages = 8,000; 0.4 of them, or all.
    assert behind == round(3200 * MEASURED["page_kb"] / 1024**2, 9)
    assert alone == round(8000 * MEASURED["page_kb"] / 1024**2, 9)


def test_thumbnails_are_read_and_each_upload_once() -> None:
    thumbnails, originals = (
        resource(
            "buylink:tiered_bucket:TieredBucket",
            {"label": label, "objects": [{"prefix": "", "typicalKb": 20}]},
            name=label,
            custom=False,
        )
        for label in ("thumbnails", "originals")
    )
    buckets = tuple(
        resource(BUCKET, name=store.name, parent=store.urn) for store in (thumbnails, originals)
    )
    alone = (thumbnails, originals, *buckets)
    behind = (*alone, resource(DISTRIBUTION))
    key = "standard.monthly_tier_2_requests"
    # 8,000 pages x 5 thumbnails x 0.4; 730 videos x 0.2 uploads
    assert stated(behind, buckets[0], key).typical == 16_000
    assert stated(behind, buckets[1], key).typical == 146
    # Without a distribution, browsers have them from the bucket itself.
    key = "monthly_outbound_internet_gb"
    sent = round(8000 * 5 * MEASURED["thumbnail_kb"] / 1024**2, 9)
    assert [stated(alone, bucket, key).typical for bucket in buckets] == [sent, 0]
    assert [stated(behind, bucket, key).typical for bucket in buckets] == [0, 0]
    viewers = stated(behind, behind[-1], "monthly_data_transfer_to_internet_gb").typical
    assert abs(viewers - 8000 * MEASURED["page_kb"] / 1024**2 - sent) < TINY


def test_an_idle_worker_polls_its_queue_until_it_is_stopped() -> None:
    queue = resource("aws:sqs/queue:Queue", name="videos")
    calls = stated((queue,), queue, "monthly_requests").typical
    a_start = Decimal(330) / 20
    assert 0 < calls - 730 * MEASURED["queue_calls"] <= 730 * a_start


def test_only_the_guards_table_is_taken_for_a_few_items() -> None:
    guard = resource("buylink:table:Table", {"label": "guard"}, custom=False)
    state, shop = resource(TABLE, name="state", parent=guard.urn), resource(TABLE, name="shop")
    graph = (guard, state, shop)
    assert stated(graph, state, "monthly_write_request_units").typical == 8000
    assert stated(graph, state, "storage_gb").typical == round(Decimal(10) / 1024**2, 9)
    writes = 730 * MEASURED["writes_per_video"] + 4000 * MEASURED["writes_per_click"]
    assert stated(graph, shop, "monthly_write_request_units").typical == writes


def test_every_task_behind_the_load_balancer_reads_the_guards_mode() -> None:
    guard = resource("buylink:table:Table", {"label": "guard"}, custom=False)
    state = resource(TABLE, name="state", parent=guard.urn)
    api = resource(SERVICE, {"loadBalancers": [{}]}, name="api")
    worker = resource(SERVICE, name="worker")
    targets = tuple(
        resource(
            TARGET,
            {"minCapacity": 2, "maxCapacity": 10},
            name=service.name,
            refers={"resourceId": service.urn},
        )
        for service in (api, worker)
    )
    reads = stated((guard, state, api, worker, *targets), state, "monthly_read_request_units")
    # The guard's own 8,000; 2 tasks x 1 a minute x 43,800 minutes / 2. Most: 20,000 and 10 x 4.
    assert (reads.typical, reads.high) == (8000 + 43_800, 20_000 + 876_000)


def test_the_reports_bucket_gets_a_few_small_objects_whatever_the_load() -> None:
    owner = resource(
        "buylink:tiered_bucket:TieredBucket",
        {"label": "reports", "objects": [{"prefix": "", "typicalKb": 10}]},
        custom=False,
    )
    bucket = resource("aws:s3/bucket:Bucket", parent=owner.urn)
    assert stated((owner, bucket), bucket, "monthly_objects").typical == 100
    assert stated((owner, bucket), bucket, "object_kb").typical == 10


def test_tokens_are_opened_at_each_poll_and_sealed_each_day() -> None:
    key = resource("aws:kms/key:Key")
    schedule = {"scheduleExpression": "rate(45 minutes)"}
    often = resource("aws:scheduler/schedule:Schedule", schedule, name="feeds")
    guards = resource("aws:scheduler/schedule:Schedule", schedule, name="guard-reconcile")
    # 24 creators x (32 polls a day + 4) x 30.4166 days
    assert stated((key, often, guards), key, "monthly_requests").typical == 26_280
    seldom = resource(often.type, {"scheduleExpression": "rate(3 hours)"}, name="feeds")
    assert stated((key, seldom), key, "monthly_requests").typical == 24 * (8 + 4) * 730 / Decimal(
        24
    )


def test_a_metric_is_counted_for_the_hours_in_which_it_reports() -> None:
    """730 videos a month are one an hour; a metric of 4,000 clicks reports in each."""
    hubs = {name: resource(f"hub:{name}", name=name, custom=False) for name in ("pages", "worker")}
    pages = resource(SERVICE, {"loadBalancers": [{}]}, name="pages", parent=hubs["pages"].urn)
    worker = resource(SERVICE, name="worker", parent=hubs["worker"].urn)
    logs = [resource(LOG_GROUP, name=name, parent=hub.urn) for name, hub in hubs.items()]
    graph = (*hubs.values(), pages, worker, *logs)
    assert stated(graph, logs[0], "custom_metrics").typical == 1
    done_and_failed = stated(graph, logs[1], "custom_metrics")
    assert done_and_failed.typical == 2
    few = hub_usages(Graph("shop", "test", graph), Load(users=1, videos_per_day=12), packaged())
    metrics = few[logs[1].urn].get("custom_metrics")
    assert metrics is not None
    assert metrics.amount.typical == 1


def test_a_flat_stack_takes_time_in_proportion() -> None:
    def seconds(number: int) -> float:
        stack = resource(STACK_TYPE, custom=False)
        resources = tuple(
            resource(kind, name=f"r{index}", parent=stack.urn)
            for index in range(number // 2)
            for kind in (NAT, LOG_GROUP)
        )
        graph = Graph("shop", "test", (stack, *resources))
        begins = time.process_time()
        hub_usages(graph, LOAD, packaged())
        return time.process_time() - begins

    few, many = (min(seconds(number) for _ in range(3)) for number in (1000, 8000))
    assert many < 24 * few


def test_every_coefficient_is_asked_for() -> None:
    code = "".join(
        (Path(__file__).parents[3] / "buylink" / "costs" / "usage" / name).read_text("utf-8")
        for name in ("hub.py", "month.py")
    )
    unused = [name for name in packaged().by_name if f'"{name}"' not in code]
    assert unused == []


COEFFICIENTS = packaged().by_name

SOME = """
default_load: {{ users: 1, videos_per_day: 1 }}
coefficients:
  visits: {{ low: 1, typical: 1, high: 1, unit: visit, basis: {first}, source: a guess }}
  clicks: {{ low: 1, typical: 1, high: 1, unit: click, basis: {second}, source: a run }}
"""


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_what_is_measured_has_its_day_and_what_is_assumed_has_none(name: str) -> None:
    coefficient = COEFFICIENTS[name]
    assert coefficient.basis in ("measured", "assumed")
    assert bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", coefficient.date or "")) == (
        coefficient.basis == "measured"
    )


@pytest.mark.parametrize(
    ("first", "second", "basis"),
    [
        ("assumed", "assumed", "all its figures assumed"),
        (
            "assumed",
            "measured, date: 2026-11-25",
            "1 of its 2 figures measured 2026-11-25, the others assumed",
        ),
        (
            "measured, date: 2026-11-25",
            "measured, date: 2026-10-01",
            "2 of its 2 figures measured 2026-10-01 to 2026-11-25, the others assumed",
        ),
    ],
)
def test_a_bill_can_say_how_many_figures_were_measured(first: str, second: str, basis: str) -> None:
    assert read(SOME.format(first=first, second=second)).basis == basis


HOUR = 3600.0


def worker(arrivals: Range | int, idle: int = 300, working: int = 0, start: int = 60) -> Worker:
    return Worker(
        arrivals=arrivals if isinstance(arrivals, Range) else Range.exactly(arrivals),
        working_seconds=Range.exactly(working),
        idle_seconds=Range.exactly(idle),
        start_seconds=Range.exactly(start),
    )


def simulated(arrivals: int, idle: int, start: int) -> tuple[float, float]:
    """Starts and hours a month, averaged over months of random moments; work takes no time."""
    random, months = Random(7), 40
    begun = ran = 0.0
    for _ in range(months):
        moments = sorted(random.uniform(0, 730 * HOUR) for _ in range(arrivals))
        for moment, following in zip(moments, [*moments[1:], 730 * HOUR], strict=True):
            gap = following - moment
            ran += min(gap, idle)
            begun += gap > idle
    return begun / months, (ran + begun * start) / months / HOUR


@pytest.mark.parametrize("arrivals", [10, 500, 4000, 20_000])
def test_starts_and_hours_are_those_of_simulated_months(arrivals: int) -> None:
    begun, ran = simulated(arrivals, 300, 60)
    month = worker(arrivals)
    assert float(starts(month).typical) == pytest.approx(begun, rel=0.05)
    assert float(task_hours(month).typical) == pytest.approx(ran, rel=0.05)


def test_without_work_it_never_runs() -> None:
    assert task_hours(worker(0)) == starts(worker(0)) == Range.exactly(0)


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=3).map(sorted))
def test_low_is_never_over_typical_nor_typical_over_high(arrivals: list[int]) -> None:
    given_ = worker(Range.between(*arrivals), working=1000)
    assert starts(given_).low <= starts(given_).typical <= starts(given_).high
    hours = task_hours(given_)
    assert hours.low <= hours.typical <= hours.high
    waiting = HOURS_PER_MONTH + Decimal(1000) / 3600
    assert hours.high <= waiting + starts(given_).high / 60
