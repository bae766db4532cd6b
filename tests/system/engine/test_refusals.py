"""Each mandatory policy refuses a preview of the real engine, in our words."""

import json
from pathlib import Path

import pytest

from policies.rules import RULES
from tests.policies.cases import PLANTED
from tests.system.engine.driving import deployment


def test_a_planted_violation_of_each_mandatory_policy_is_refused_in_our_words(
    tmp_path: Path,
) -> None:
    # In prod, whose caps are the strictest, with a budget over its limit and resources without tags.
    plan = deployment(tmp_path, "prod", ("buylink:budget.limit=1000",), PLANTED).preview()
    assert plan.error
    refused = {violation.policy for violation in plan.violations if violation.level == "mandatory"}
    missing = [rule.id for rule in RULES if not refused & set(rule.names)]
    assert missing == [], "plant a violation in the PLANTED of its cases"
    ids = {name: rule.id for rule in RULES for name in rule.names}
    foreign = [
        violation
        for violation in plan.violations
        if not violation.message.startswith(f"{ids[violation.policy]}: ")
    ]
    assert foreign == []
    tasks = [
        violation.message
        for violation in plan.violations
        if ids[violation.policy] == "ecs-max-tasks"
    ]
    assert any("11" in message and "at most 10" in message for message in tasks)


@pytest.mark.parametrize(
    ("config", "level"),
    [
        ({"ecs-max-tasks": {"maxTasks": 12}}, None),
        ({"ecs-max-tasks": "advisory"}, "advisory"),
        ({"ecs-max-tasks": {"maxTasks": 11}}, "mandatory"),
        ({"log-retention": {"maxLogRetentionDays": 30}}, "mandatory"),
    ],
)
def test_a_policy_configuration_changes_what_it_names_and_nothing_else(
    tmp_path: Path, config: dict[str, object], level: str | None
) -> None:
    file = tmp_path / "policies.json"
    file.write_text(json.dumps(config))
    stack = deployment(tmp_path, "prod", ("buylink:services.ingestion-api.maxTasks=12",))
    plan = stack.preview(pack_config=file)
    expected = [] if level is None else [("ecs-max-tasks", level)]
    assert [(violation.policy, violation.level) for violation in plan.violations] == expected
