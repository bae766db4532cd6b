"""The rules of the pack: the `RULES` of each module in this folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Final

from policies.engine.rule import Rule

_FIRST: Final = (
    "ecs-max-tasks",
    "ecs-task-size",
    "ecs-circuit-breaker",
    "ecs-spot-share",
    "log-retention",
    "nat-gateways",
    "no-public-ingress",
    "https-only",
    "no-plaintext-secrets",
    "required-tags",
    "ecr-hygiene",
    "budget-present",
    "alarms-notify",
    "dynamodb-on-demand",
    "s3-lifecycle",
    "s3-private",
    "sqs-dead-letter",
    "lambda-limits",
    "secrets-recovery",
    "cost-surprise",
    "monthly-cost-cap",
)
"""These keep their place in what a preview prints; all others follow, by their ids."""


def _rules() -> Iterator[Rule]:
    for module in pkgutil.iter_modules(__path__):
        yield from importlib.import_module(f"{__name__}.{module.name}").RULES


def _place(rule: Rule) -> tuple[int, str]:
    return (_FIRST.index(rule.id) if rule.id in _FIRST else len(_FIRST), rule.id)


RULES: Final = tuple(sorted(_rules(), key=_place))
