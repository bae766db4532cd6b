"""The cases of all policies."""

from __future__ import annotations

from typing import Final

from tests.policies.cases import (
    cost_surprise,
    ecr_hygiene,
    ecs_circuit_breaker,
    ecs_max_tasks,
    ecs_spot_share,
    ecs_task_size,
    https_only,
    https_only_edge,
    log_retention,
    nat_gateways,
    no_plaintext_secrets,
    no_public_ingress,
    required_tags,
)
from tests.policies.graphs import Case

CASES: Final[tuple[Case, ...]] = (
    *cost_surprise.CASES,
    *ecr_hygiene.CASES,
    *ecs_circuit_breaker.CASES,
    *ecs_max_tasks.CASES,
    *ecs_spot_share.CASES,
    *ecs_task_size.CASES,
    *https_only.CASES,
    *https_only_edge.CASES,
    *log_retention.CASES,
    *nat_gateways.CASES,
    *no_plaintext_secrets.CASES,
    *no_public_ingress.CASES,
    *required_tags.CASES,
)
