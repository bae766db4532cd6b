"""The cases of all policies."""

from __future__ import annotations

from typing import Final

from tests.policies.cases import (
    alarms_notify,
    budget_present,
    cost_surprise,
    dynamodb_on_demand,
    ecr_hygiene,
    ecs_circuit_breaker,
    ecs_max_tasks,
    ecs_spot_share,
    ecs_task_size,
    https_only,
    https_only_edge,
    lambda_limits,
    log_retention,
    monthly_cost_cap,
    nat_gateways,
    no_plaintext_secrets,
    no_public_ingress,
    required_tags,
    s3_lifecycle,
    s3_private,
    secrets_recovery,
    sqs_dead_letter,
)
from tests.policies.graphs import Case

CASES: Final[tuple[Case, ...]] = (
    *alarms_notify.CASES,
    *budget_present.CASES,
    *cost_surprise.CASES,
    *dynamodb_on_demand.CASES,
    *ecr_hygiene.CASES,
    *ecs_circuit_breaker.CASES,
    *ecs_max_tasks.CASES,
    *ecs_spot_share.CASES,
    *ecs_task_size.CASES,
    *https_only.CASES,
    *https_only_edge.CASES,
    *lambda_limits.CASES,
    *log_retention.CASES,
    *monthly_cost_cap.CASES,
    *nat_gateways.CASES,
    *no_plaintext_secrets.CASES,
    *no_public_ingress.CASES,
    *required_tags.CASES,
    *s3_lifecycle.CASES,
    *s3_private.CASES,
    *secrets_recovery.CASES,
    *sqs_dead_letter.CASES,
)
