"""The HTTP services on Fargate."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buylink.graph import Value
from buylink.settings import HttpServiceSettings
from components.hub.arguments import LAST_PRIORITY, rule_priorities
from components.services.ecs_service import capacity_strategy, container_environment
from tests.components.plans import EVERY_OPTION, HTTP_SERVICES
from tests.components.recorder import ACCOUNT, REPOSITORY, Plan, plan

API = "buylink:services.ingestion-api"


def service(planned: Plan, name: str = "ingestion-api") -> dict[str, Value]:
    return planned.named(f"hub-{name}-service").inputs


def task(planned: Plan, name: str = "ingestion-api") -> dict[str, Value]:
    return planned.named(f"hub-{name}-task").inputs


def container(planned: Plan, name: str = "ingestion-api") -> dict[str, Value]:
    (definition,) = json.loads(task(planned, name)["containerDefinitions"])
    return definition


@pytest.mark.parametrize("name", HTTP_SERVICES)
def test_a_service_is_named_as_the_runbooks_call_it(name: str) -> None:
    planned = plan("prod")
    assert service(planned, name)["name"] == f"buylink-prod-{name}"
    assert task(planned, name)["family"] == f"buylink-prod-{name}"
    assert planned.named("hub-cluster-ecs").inputs["name"] == "buylink-prod-cluster"


@pytest.mark.parametrize(
    ("stack", "cpu", "memory", "tasks"),
    [
        ("dev", "256", "512", (1, 2)),
        ("staging", "512", "1024", (1, 4)),
        ("prod", "512", "1024", (2, 10)),
    ],
)
def test_size_and_bounds_are_the_stacks(
    stack: str, cpu: str, memory: str, tasks: tuple[int, int]
) -> None:
    planned = plan(stack)
    for name in ("ingestion-api", "product-service"):
        assert (task(planned, name)["cpu"], task(planned, name)["memory"]) == (cpu, memory)
        bounds = planned.named(f"hub-{name}-scaling").inputs
        assert (bounds["minCapacity"], bounds["maxCapacity"]) == tasks
        assert service(planned, name)["desiredCount"] == tasks[0]


@pytest.mark.parametrize(
    ("overrides", "architecture", "platform"),
    [
        ((), "ARM64", "linux/arm64"),
        ((f"{API}.architecture=X86_64",), "X86_64", "linux/amd64"),
    ],
)
def test_task_and_image_are_for_the_same_architecture(
    overrides: tuple[str, ...], architecture: str, platform: str
) -> None:
    planned = plan("dev", *overrides)
    assert task(planned)["runtimePlatform"] == {
        "operatingSystemFamily": "LINUX",
        "cpuArchitecture": architecture,
    }
    assert planned.named("hub-ingestion-api-images-image").inputs["platform"] == platform


def test_the_container_is_locked_down() -> None:
    definition = container(plan("dev"))
    assert definition["readonlyRootFilesystem"] is True
    assert definition["user"] == "10001:10001"
    assert definition["linuxParameters"] == {
        "initProcessEnabled": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert definition["essential"] is True
    assert "privileged" not in definition


def test_a_stopped_task_outlives_the_requests_the_load_balancer_still_lets_it_finish() -> None:
    planned = plan("dev")
    stop_timeout = container(planned)["stopTimeout"]
    delay = planned.named("hub-ingestion-api-tg").inputs["deregistrationDelay"]
    assert delay < stop_timeout <= 120


def test_the_container_logs_to_the_services_own_group_which_ends() -> None:
    planned = plan("prod")
    assert container(planned)["logConfiguration"] == {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": "/buylink/prod/ingestion-api",
            "awslogs-region": "us-east-1",
            "awslogs-stream-prefix": "ingestion-api",
        },
    }
    logs = planned.named("hub-ingestion-api-logs").inputs
    assert (logs["name"], logs["retentionInDays"]) == ("/buylink/prod/ingestion-api", 30)


def test_the_containers_environment_is_a_plain_input_and_output_of_the_component() -> None:
    planned = plan("dev", f"{API}.environment={{LOG_LEVEL: debug}}")
    component = planned.one("buylink:fargate_service:FargateService", "hub-ingestion-api")
    expected = component.inputs["containerEnvironment"]
    values = {variable["name"]: variable["value"] for variable in expected}
    assert [variable["name"] for variable in expected] == sorted(values)
    assert values.items() >= {
        ("AWS_REGION", "us-east-1"),
        ("ENVIRONMENT", "dev"),
        ("LOG_LEVEL", "debug"),
        ("PORT", "8080"),
        ("TABLE_NAME", "buylink-dev-hub"),
    }
    assert planned.outputs[component.urn]["containerEnvironment"] == expected
    assert container(planned)["environment"] == expected


def test_prod_keeps_a_task_on_demand_and_the_rest_on_spot() -> None:
    assert service(plan("prod"))["capacityProviderStrategies"] == [
        {"capacityProvider": "FARGATE", "base": 1, "weight": 0},
        {"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 1},
    ]


def test_dev_runs_on_spot_alone() -> None:
    assert service(plan("dev"))["capacityProviderStrategies"] == [
        {"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 1}
    ]


def test_another_strategy_takes_effect_in_place() -> None:
    inputs = service(plan("dev"))
    assert inputs["forceNewDeployment"] is True
    assert "launchType" not in inputs


def test_a_failed_deployment_rolls_back() -> None:
    inputs = service(plan("dev"))
    assert inputs["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert inputs["deploymentMinimumHealthyPercent"] == 100


def test_tasks_are_rebalanced_over_the_zones() -> None:
    inputs = service(plan("dev"))
    assert inputs["availabilityZoneRebalancing"] == "ENABLED"
    # ECS refuses rebalancing without room for one more task.
    assert inputs["deploymentMaximumPercent"] > 100


def test_tags_reach_the_tasks_and_nobody_gets_a_shell() -> None:
    inputs = service(plan("dev"))
    assert (inputs["propagateTags"], inputs["enableEcsManagedTags"]) == ("SERVICE", True)
    assert inputs["enableExecuteCommand"] is False


def test_a_service_waits_for_what_its_first_task_needs() -> None:
    planned = plan("dev")
    waits_for = planned.names(planned.named("hub-ingestion-api-service").dependencies)
    assert waits_for >= {
        "hub-ingestion-api-rule",
        "hub-ingestion-api-execution-policy",
        "hub-ingestion-api-task-policy",
        "hub-cluster-capacity-providers",
        "hub-network-private-0-nat",
    }


def test_each_service_answers_its_paths_and_the_one_without_paths_the_rest() -> None:
    rules = {
        rule.name: (
            rule.inputs["priority"],
            rule.inputs["conditions"][0]["pathPattern"]["values"],
            rule.inputs["actions"][0]["targetGroupArn"],
        )
        for rule in plan("dev").of_type("lb/listenerRule:ListenerRule")
    }
    assert set(rules) == {f"hub-{name}-rule" for name in HTTP_SERVICES}
    with_paths = [name for name in HTTP_SERVICES if name != "product-service"]
    assert rules == rules | {
        "hub-ingestion-api-rule": (
            10 * (1 + with_paths.index("ingestion-api")),
            ["/v1/videos", "/v1/videos/*", "/v1/sign-in/*"],
            "hub-ingestion-api-tg:arn",
        ),
        "hub-product-service-rule": (50_000, ["/*"], "hub-product-service-tg:arn"),
    }


def test_the_load_balancer_checks_the_health_the_settings_name() -> None:
    planned = plan("dev", f"{API}.healthCheckPath=/ready", f"{API}.port=9000")
    group = planned.named("hub-ingestion-api-tg").inputs
    assert (group["targetType"], group["protocol"], group["port"]) == ("ip", "HTTP", 9000)
    assert (group["healthCheck"]["path"], group["healthCheck"]["matcher"]) == ("/ready", "200")
    assert container(planned)["portMappings"] == [{"containerPort": 9000, "protocol": "tcp"}]
    (balancer,) = service(planned)["loadBalancers"]
    assert balancer["containerPort"] == 9000
    assert balancer["containerName"] == container(planned)["name"]


def test_only_the_load_balancer_reaches_a_task_and_it_reaches_out_over_https_alone() -> None:
    planned = plan("prod", *EVERY_OPTION)
    group = "hub-ingestion-api-security-group:id"
    rules = [
        resource.inputs
        for resource in planned.resources
        if resource.inputs.get("securityGroupId") == group
    ]
    peers = ("cidrIpv4", "referencedSecurityGroupId")
    connections = {(rule["fromPort"], *(rule.get(peer) for peer in peers)) for rule in rules}
    assert connections == {
        (8080, None, "hub-load-balancer-security-group:id"),
        (443, "0.0.0.0/0", None),
    }


def test_a_services_code_has_a_role_of_its_own_for_this_account_alone() -> None:
    planned = plan("dev")
    (trust,) = json.loads(planned.named("hub-ingestion-api-task-role").inputs["assumeRolePolicy"])[
        "Statement"
    ]
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert planned.named("hub-ingestion-api-task-policy").inputs["role"] == (
        "hub-ingestion-api-task-role"
    )
    assert task(planned)["taskRoleArn"] == "hub-ingestion-api-task-role:arn"


def test_ecs_may_pull_a_services_own_image_and_write_its_own_log() -> None:
    policy = plan("dev").named("hub-ingestion-api-execution-policy").inputs
    assert policy["role"] == "hub-ingestion-api-execution-role"
    resources = {
        action: statement["Resource"]
        for statement in json.loads(policy["policy"])["Statement"]
        for action in statement["Action"]
    }
    repository = "hub-ingestion-api-images-repository:arn"
    assert resources == {
        "ecr:GetAuthorizationToken": "*",
        "ecr:BatchCheckLayerAvailability": repository,
        "ecr:BatchGetImage": repository,
        "ecr:GetDownloadUrlForLayer": repository,
        "logs:CreateLogStream": "hub-ingestion-api-logs:arn:*",
        "logs:PutLogEvents": "hub-ingestion-api-logs:arn:*",
    }


def test_a_folder_and_an_entry_in_the_settings_make_a_service(tmp_path: Path) -> None:
    name = "catalogue-of-many-things"
    for part in ("app", "stacks"):
        shutil.copytree(REPOSITORY / part, tmp_path / part)
    shutil.copy(REPOSITORY / "Pulumi.yaml", tmp_path)
    shutil.copytree(tmp_path / "app/ingestion_api", tmp_path / "app" / name.replace("-", "_"))
    entry = "{kind: http, cpu: 256, memory: 512, minTasks: 1, maxTasks: 1, paths: [/things/*]}"
    planned = plan("dev", f"buylink:services.{name}={entry}", project=tmp_path)
    assert service(planned, name)["name"] == f"buylink-dev-{name}"
    assert planned.exports["serviceNames"][name] == f"buylink-dev-{name}"
    image = planned.named(f"hub-{name}-images-image").inputs
    assert image["dockerfile"] == "app/catalogue_of_many_things/Dockerfile"
    (group,) = [
        group
        for group in planned.of_type("lb/targetGroup:TargetGroup")
        if "catalogue" in group.name
    ]
    assert len(group.name) <= 24
    # It is none of the hub's own: the hub gives it nothing.
    assert [variable["name"] for variable in container(planned, name)["environment"]] == [
        "AWS_REGION",
        "ENVIRONMENT",
        "PORT",
    ]
    roles = [policy.inputs["role"] for policy in planned.of_type("iam/rolePolicy:RolePolicy")]
    assert f"hub-{name}-execution-role" in roles
    assert f"hub-{name}-task-role" not in roles


service_names = st.lists(st.text("abc", min_size=1, max_size=8), min_size=1, max_size=6).map(
    "-".join
)


def http(**overrides: object) -> HttpServiceSettings:
    sizes = {"cpu": 256, "memory": 512, "minTasks": 1, "maxTasks": 2}
    return HttpServiceSettings.model_validate({"kind": "http", **sizes, **overrides})


@given(st.lists(service_names, unique=True, min_size=1, max_size=5), st.data())
def test_rules_come_in_order_and_the_rest_comes_last(names: list[str], data: st.DataObject) -> None:
    rest = data.draw(st.sampled_from(names))
    services = {name: http(paths=[] if name == rest else [f"/{name}/*"]) for name in names}
    priorities = rule_priorities(services)
    assert list(priorities) == names
    assert priorities.pop(rest) == LAST_PRIORITY
    assert all(first < second < LAST_PRIORITY for first, second in pairwise(priorities.values()))


weights = st.integers(min_value=0, max_value=3)


@given(base=weights, on_demand=weights, spot=weights)
def test_a_strategy_names_the_providers_in_use_alone(base: int, on_demand: int, spot: int) -> None:
    if on_demand == spot == 0:
        return
    strategy = capacity_strategy(on_demand_base=base, on_demand_weight=on_demand, spot_weight=spot)
    by_provider = {item.provider: (item.base, item.weight) for item in strategy}
    expected = {"FARGATE": (base, on_demand), "FARGATE_SPOT": (0, spot)}
    assert by_provider == {name: used for name, used in expected.items() if any(used)}


def test_the_environment_says_stack_and_more_of_ours_beside_the_settings_own() -> None:
    assert container_environment({"A": "b"}, "prod", {"PORT": "9000"}) == [
        {"name": "A", "value": "b"},
        {"name": "ENVIRONMENT", "value": "prod"},
        {"name": "PORT", "value": "9000"},
    ]
