"""What of a stack its guard is told of."""

from __future__ import annotations

from tests.components.recorder import plan
from tests.components.shapes import WITHOUT_EDGE


def told(stack: str, *config: str) -> dict[str, str]:
    """The variables of the guard's function."""
    (function,) = [
        it.inputs
        for it in plan(stack, *config).of_type("lambda/function:Function")
        if it.inputs["name"] == f"buylink-{stack}-budget-guard"
    ]
    return function["environment"]["variables"]


def test_every_cluster_schedule_and_worker_is_the_guards_but_its_own_schedules() -> None:
    given = told("prod")
    assert given["CLUSTERS"] == "buylink-prod-cluster,buylink-prod-workers"
    assert given["SCHEDULES"] == "hub-scheduled-ingestion-schedule-scheduled-ingestion"
    assert given["WORKERS"] == "buylink-prod-ai-worker"


def test_a_function_that_never_stops_keeps_its_schedule() -> None:
    given = told("prod", 'buylink:budget.neverStop=["scheduled-ingestion", "product-service"]')
    assert given["SCHEDULES"] == ""
    assert "buylink-prod-product-service" in given["NEVER_STOP"].split(",")


def test_what_goes_on_costing_is_counted_with_a_public_load_balancers_addresses() -> None:
    behind = "nat-gateway=2,public-address=2,load-balancer=1,secret=5,kms-key=1"
    assert told("prod")["STANDING"] == behind
    assert told("prod", *WITHOUT_EDGE)["STANDING"] == behind.replace("address=2", "address=4")
