"""Every rule of the pack."""

from typing import Final

from policies import (
    ecs,
    encryption,
    environments,
    ingress,
    log_groups,
    nat_gateways,
    registry,
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
    *surprises.RULES,
)
