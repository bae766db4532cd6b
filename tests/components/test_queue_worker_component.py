"""The worker that scales from zero, and its queue."""

from __future__ import annotations

import json

import pytest

from buylink.graph import Value
from tests.components.plans import worker_plan
from tests.components.recorder import ACCOUNT, Plan

WORKER = "buylink:services.ai-worker"


def service(planned: Plan) -> dict[str, Value]:
    return planned.named("hub-ai-worker-service").inputs


def task(planned: Plan) -> dict[str, Value]:
    return planned.named("hub-ai-worker-task").inputs


def container(planned: Plan) -> dict[str, Value]:
    (definition,) = json.loads(task(planned)["containerDefinitions"])
    return definition


def queue(planned: Plan, name: str = "queue") -> dict[str, Value]:
    return planned.named(f"hub-ai-worker-{name}").inputs


def statements(planned: Plan, name: str) -> list[dict[str, Value]]:
    return json.loads(planned.named(f"hub-ai-worker-{name}").inputs["policy"])["Statement"]


def test_the_queue_is_encrypted_polled_long_and_kept_for_two_weeks() -> None:
    videos = queue(worker_plan("prod"))
    assert videos["name"] == "buylink-prod-videos"
    assert videos["sqsManagedSseEnabled"] is True
    assert videos["receiveWaitTimeSeconds"] == 20
    assert videos["messageRetentionSeconds"] == 14 * 86400


def test_retention_and_attempts_are_the_settings() -> None:
    planned = worker_plan("prod", f"{WORKER}.retentionDays=2", f"{WORKER}.maxReceives=4")
    assert queue(planned)["messageRetentionSeconds"] == 2 * 86400
    assert json.loads(queue(planned)["redrivePolicy"])["maxReceiveCount"] == 4
    assert {"name": "MAX_RECEIVES", "value": "4"} in container(planned)["environment"]


@pytest.mark.parametrize(("work", "hidden"), [(1, 30), (30, 180), (3600, 21600)])
def test_a_message_is_hidden_for_six_times_its_work(work: int, hidden: int) -> None:
    planned = worker_plan(
        "prod", f"{WORKER}.secondsPerMessage={work}", f"{WORKER}.acceptableLatency=3600"
    )
    assert queue(planned)["visibilityTimeoutSeconds"] == hidden


def test_what_fails_again_and_again_is_set_aside_for_two_weeks() -> None:
    planned = worker_plan("prod")
    assert json.loads(queue(planned)["redrivePolicy"]) == {
        "deadLetterTargetArn": "hub-ai-worker-dead-letters:arn",
        "maxReceiveCount": 3,
    }
    aside = queue(planned, "dead-letters")
    assert aside["name"] == "buylink-prod-videos-dead-letters"
    assert (aside["messageRetentionSeconds"], aside["sqsManagedSseEnabled"]) == (14 * 86400, True)


def test_only_this_queue_sets_aside_there() -> None:
    allowed = queue(worker_plan("prod"), "dead-letters-redrive")
    assert allowed["queueUrl"] == "hub-ai-worker-dead-letters:url"
    assert json.loads(allowed["redriveAllowPolicy"]) == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": ["hub-ai-worker-queue:arn"],
    }


@pytest.mark.parametrize("name", ["queue", "dead-letters"])
def test_a_queue_refuses_what_comes_without_tls(name: str) -> None:
    planned = worker_plan("prod")
    (statement,) = statements(planned, f"{name}-policy")
    assert queue(planned, f"{name}-policy")["queueUrl"] == f"hub-ai-worker-{name}:url"
    assert statement["Resource"] == f"hub-ai-worker-{name}:arn"
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Action"] == "sqs:*"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_worker_runs_on_spot_alone_and_from_zero() -> None:
    planned = worker_plan("prod")
    worker = service(planned)
    assert worker["name"] == "buylink-prod-ai-worker"
    assert worker["capacityProviderStrategies"] == [
        {"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 1}
    ]
    assert worker["desiredCount"] == 0
    assert planned.named("hub-ai-worker-service").ignore_changes == ("desiredCount",)
    assert not {"loadBalancers", "healthCheckGracePeriodSeconds"} & set(worker)


def test_it_is_deployed_as_every_service_is() -> None:
    worker = service(worker_plan("prod"))
    assert worker["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert worker["availabilityZoneRebalancing"] == "ENABLED"
    assert worker["deploymentMaximumPercent"] > 100
    assert (worker["propagateTags"], worker["enableEcsManagedTags"]) == ("SERVICE", True)
    assert worker["enableExecuteCommand"] is False


def test_the_container_is_locked_down_and_has_all_of_spots_warning_to_stop() -> None:
    definition = container(worker_plan("prod"))
    assert definition["readonlyRootFilesystem"] is True
    assert definition["user"] == "10001:10001"
    assert definition["linuxParameters"] == {
        "initProcessEnabled": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert definition["stopTimeout"] == 120
    assert "portMappings" not in definition
    assert definition["logConfiguration"]["options"]["awslogs-group"] == "/buylink/prod/ai-worker"


def test_the_containers_environment_is_a_plain_input_and_output_of_the_component() -> None:
    planned = worker_plan("dev", f"{WORKER}.environment={{LOG_LEVEL: debug}}")
    component = planned.one("buylink:queue_worker:QueueWorker")

    def environment(url: str) -> list[dict[str, str]]:
        return [
            {"name": "AWS_REGION", "value": "us-east-1"},
            {"name": "ENVIRONMENT", "value": "dev"},
            {"name": "LOG_LEVEL", "value": "debug"},
            {"name": "MAX_RECEIVES", "value": "3"},
            {"name": "QUEUE_URL", "value": url},
            {"name": "TABLE_NAME", "value": "the table's name"},
        ]

    assert component.inputs["containerEnvironment"] == environment(
        f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/buylink-dev-videos"
    )
    of_the_queue = environment("hub-ai-worker-queue:url")
    assert planned.outputs[component.urn]["containerEnvironment"] == of_the_queue
    assert container(planned)["environment"] == of_the_queue


def test_its_code_may_take_messages_protect_its_task_and_do_what_it_is_given() -> None:
    planned = worker_plan("prod")
    permissions = {
        action: statement["Resource"]
        for statement in statements(planned, "task-policy")
        for action in statement["Action"]
    }
    own_queue = ["hub-ai-worker-queue:arn"]
    own_tasks = [f"arn:aws:ecs:us-east-1:{ACCOUNT}:task/buylink-prod-workers/*"]
    assert permissions == {
        "sqs:ChangeMessageVisibility": own_queue,
        "sqs:DeleteMessage": own_queue,
        "sqs:ReceiveMessage": own_queue,
        "ecs:UpdateTaskProtection": own_tasks,
        "dynamodb:GetItem": ["the table's ARN"],
    }
    assert queue(planned, "task-policy")["role"] == "hub-ai-worker-task-role"
    assert task(planned)["taskRoleArn"] == "hub-ai-worker-task-role:arn"


def test_nothing_reaches_a_task_and_it_reaches_out_over_https_alone() -> None:
    group = "hub-ai-worker-security-group:id"
    planned = worker_plan("prod")
    (rule,) = [
        resource
        for resource in planned.resources
        if resource.inputs.get("securityGroupId") == group
    ]
    assert rule.type == "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
    assert (rule.inputs["fromPort"], rule.inputs["toPort"]) == (443, 443)
    assert service(planned)["networkConfiguration"]["securityGroups"] == [group]


def test_a_service_waits_for_what_its_first_task_needs() -> None:
    planned = worker_plan("prod")
    waits_for = planned.names(planned.named("hub-ai-worker-service").dependencies)
    assert waits_for >= {
        "hub-ai-worker-execution-policy",
        "hub-ai-worker-task-policy",
        "hub-workers-capacity-providers",
        "hub-network-private-0-nat",
    }


def test_what_others_need_of_it_is_an_output() -> None:
    planned = worker_plan("prod")
    outputs = planned.outputs[planned.one("buylink:queue_worker:QueueWorker").urn]
    assert {name: outputs[name] for name in outputs if name != "containerEnvironment"} == {
        "queueUrl": "hub-ai-worker-queue:url",
        "queueName": "buylink-prod-videos",
        "deadLetterQueueName": "buylink-prod-videos-dead-letters",
        "serviceName": "buylink-prod-ai-worker",
        "logGroupName": "/buylink/prod/ai-worker",
        "securityGroupId": "hub-ai-worker-security-group:id",
        "taskRoleName": "hub-ai-worker-task-role",
    }


def alarm(planned: Plan, name: str) -> dict[str, Value]:
    return planned.named(f"hub-ai-worker-{name}-alarm").inputs


def steps(planned: Plan, name: str = "scale-by-backlog") -> dict[str, Value]:
    return planned.named(f"hub-ai-worker-{name}").inputs["stepScalingPolicyConfiguration"]


def test_two_policies_alone_set_the_number_of_tasks() -> None:
    planned = worker_plan("prod")
    policies = planned.of_type("appautoscaling/policy:Policy")
    assert {policy.inputs["policyType"] for policy in policies} == {"StepScaling"}
    assert {policy.name for policy in policies} == {
        "hub-ai-worker-scale-by-backlog",
        "hub-ai-worker-scale-to-zero",
    }
    called = {
        resource.name: resource.inputs["alarmActions"]
        for resource in planned.of_type("cloudwatch/metricAlarm:MetricAlarm")
    }
    assert called == {
        "hub-ai-worker-backlog-alarm": ["hub-ai-worker-scale-by-backlog:arn"],
        "hub-ai-worker-idle-alarm": ["hub-ai-worker-scale-to-zero:arn"],
    }


def test_one_message_for_one_minute_wakes_it_and_none_for_five_lets_it_sleep() -> None:
    planned = worker_plan("prod")
    shape = (
        "comparisonOperator",
        "threshold",
        "evaluationPeriods",
        "datapointsToAlarm",
        "treatMissingData",
    )
    assert [alarm(planned, "backlog")[key] for key in shape] == [
        "GreaterThanOrEqualToThreshold",
        1,
        1,
        1,
        "notBreaching",
    ]
    assert [alarm(planned, "idle")[key] for key in shape] == [
        "LessThanOrEqualToThreshold",
        0,
        5,
        5,
        "ignore",
    ]


@pytest.mark.parametrize("name", ["backlog", "idle"])
def test_an_alarm_counts_this_queues_messages_waiting_and_in_work(name: str) -> None:
    inputs = alarm(worker_plan("prod"), name)
    total, *metrics = inputs["metricQueries"]
    assert (total["expression"], total["returnData"]) == ("visible + FILL(in_flight, 0)", True)
    assert {
        query["id"]: (query["metric"]["metricName"], query["metric"]["period"]) for query in metrics
    } == {
        "visible": ("ApproximateNumberOfMessagesVisible", 60),
        "in_flight": ("ApproximateNumberOfMessagesNotVisible", 60),
    }
    for query in metrics:
        assert query["metric"]["dimensions"] == {"QueueName": "buylink-prod-videos"}
        assert query["returnData"] is False
    assert "no one has to act" in inputs["alarmDescription"]


def test_the_steps_follow_the_settings() -> None:
    planned = worker_plan(
        "prod",
        f"{WORKER}.maxTasks=3",
        f"{WORKER}.secondsPerMessage=60",
        f"{WORKER}.acceptableLatency=120",
    )
    assert steps(planned)["adjustmentType"] == "ExactCapacity"
    assert steps(planned)["metricAggregationType"] == "Maximum"
    assert [
        (
            step["scalingAdjustment"],
            step["metricIntervalLowerBound"],
            step.get("metricIntervalUpperBound"),
        )
        for step in steps(planned)["stepAdjustments"]
    ] == [(1, "0", "2"), (2, "2", "4"), (3, "4", None)]
    assert steps(planned, "scale-to-zero")["stepAdjustments"] == [
        {"scalingAdjustment": 0, "metricIntervalUpperBound": "0"}
    ]


@pytest.mark.parametrize(
    ("rate", "most"), [("1", 10), ("0.1", 3), ("0.01", 1)], ids=["as set", "lowered", "at least 1"]
)
def test_a_limit_of_messages_a_second_lowers_the_maximum(rate: str, most: int) -> None:
    planned = worker_plan("prod", f"{WORKER}.maxMessagesPerSecond={rate}")
    target = planned.named("hub-ai-worker-scaling").inputs
    assert (target["minCapacity"], target["maxCapacity"]) == (0, most)
    assert steps(planned)["stepAdjustments"][-1]["scalingAdjustment"] == most


def variables(planned: Plan) -> dict[str, str]:
    return {variable["name"]: variable["value"] for variable in container(planned)["environment"]}


@pytest.mark.parametrize(
    ("rate", "share"), [("1", "0.1"), ("0.1", "0.0333333"), ("0.01", "0.01"), ("200", "20")]
)
def test_each_task_takes_its_share_of_the_messages_a_second(rate: str, share: str) -> None:
    """10 tasks of 30 seconds a message, or as many as a lower limit leaves: 3, 1."""
    planned = worker_plan("prod", f"{WORKER}.maxMessagesPerSecond={rate}")
    assert variables(planned)["MAX_MESSAGES_PER_SECOND"] == share
    assert "MAX_MESSAGES_PER_SECOND" not in variables(worker_plan("prod"))


def test_a_chosen_model_is_named_and_it_alone_may_be_asked() -> None:
    model = "amazon.nova-lite-v1:0"
    planned = worker_plan("prod", f"{WORKER}.bedrockModel={model}")
    assert variables(planned)["BEDROCK_MODEL_ID"] == model
    (statement,) = [
        statement
        for statement in statements(planned, "task-policy")
        if "bedrock" in statement["Action"][0]
    ]
    assert statement == {
        "Effect": "Allow",
        "Action": ["bedrock:InvokeModel"],
        "Resource": [f"arn:aws:bedrock:us-east-1::foundation-model/{model}"],
    }
    without = worker_plan("prod")
    assert "BEDROCK_MODEL_ID" not in variables(without)
    assert "bedrock" not in json.dumps(statements(without, "task-policy"))


def test_a_minimum_never_passes_a_lowered_maximum() -> None:
    planned = worker_plan("prod", f"{WORKER}.maxMessagesPerSecond=0.1", f"{WORKER}.minTasks=5")
    target = planned.named("hub-ai-worker-scaling").inputs
    assert (target["minCapacity"], target["maxCapacity"]) == (3, 3)


def test_scaling_is_linked_to_its_service_and_cluster() -> None:
    planned = worker_plan("prod")
    target = planned.named("hub-ai-worker-scaling")
    assert target.inputs["resourceId"] == "service/buylink-prod-workers/buylink-prod-ai-worker"
    for policy in planned.of_type("appautoscaling/policy:Policy"):
        linked = planned.names(policy.property_dependencies["resourceId"])
        assert "hub-ai-worker-scaling" in linked
