"""Every rule of the pack."""

from typing import Final

from policies import (
    alarms,
    bucket_lifecycle,
    bucket_privacy,
    budgets,
    dead_letters,
    dynamodb_tables,
    ecs,
    encryption,
    environments,
    ingress,
    lambda_functions,
    log_groups,
    monthly_cost,
    nat_gateways,
    registry,
    secret_recovery,
    spot,
    surprises,
    tagging,
)
from policies.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    *ecs.RULES,
    *spot.RULES,
    *log_groups.RULES,
    *nat_gateways.RULES,
    *ingress.RULES,
    *encryption.RULES,
    *environments.RULES,
    *tagging.RULES,
    *registry.RULES,
    *budgets.RULES,
    *alarms.RULES,
    *dynamodb_tables.RULES,
    *bucket_lifecycle.RULES,
    *bucket_privacy.RULES,
    *dead_letters.RULES,
    *lambda_functions.RULES,
    *secret_recovery.RULES,
    *surprises.RULES,
    *monthly_cost.RULES,
)
