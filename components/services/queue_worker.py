"""A worker on Fargate Spot, and the queue it takes its work from."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import iam, sqs

from components.common.child_factory import ChildFactory
from components.common.iam import Statement
from components.common.queues import DAY, add_dead_letter_queue, add_work_queue, planned_url
from components.network.network import Network
from components.services.backlog import rate_per_task, visibility_timeout
from components.services.ecs_service import (
    SPOT_ALONE,
    Placement,
    Runtime,
    add_ecs_service,
    add_service_task,
    add_task_security_group,
    allow_task,
    container_environment,
)
from components.services.scaling import BacklogScaling, add_queue_scaling
from components.services.service_cluster import ServiceCluster


@dataclass(frozen=True, kw_only=True)
class QueueWorkerArgs:
    """What a QueueWorker is made from.

    `service` is its name, `queue` that of its queue, which keeps a message for `retention_days` and
    gives it out `max_receives` times. `bedrock_model` is a model's ID: its code may ask it.
    """

    stack: str
    service: str
    queue: str
    network: Network
    cluster: ServiceCluster
    runtime: Runtime
    retention_days: int
    max_receives: int
    bedrock_model: str | None
    scaling: BacklogScaling


class QueueWorker(pulumi.ComponentResource):
    """The queue `buylink-<stack>-<queue>` and the ECS service `buylink-<stack>-<service>`.

    - a dead-letter queue for messages that fail again and again
    - a task definition, a log group, an execution role and a task role that may use the queue
    - a security group: nothing in, out over HTTPS
    - no task without messages, and as many as the backlog needs, on Spot
    """

    queue_url: pulumi.Output[str]
    queue_arn: pulumi.Output[str]
    queue_name: pulumi.Output[str]
    dead_letter_queue_name: pulumi.Output[str]
    service_name: pulumi.Output[str]
    log_group_name: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    task_role_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: QueueWorkerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        # Plain beside the container definitions, as a FargateService has it. A component's inputs
        # come before its children, so here the queue's URL is the one that SQS is going to give.
        url = planned_url(
            region=args.runtime.region,
            account_id=args.runtime.account_id,
            stack=args.stack,
            label=args.queue,
        )
        props: pulumi.Inputs = {"containerEnvironment": _environment(args, url)}
        super().__init__("buylink:queue_worker:QueueWorker", name, props, opts)
        child = ChildFactory(self, args.stack, args.service)
        dead_letters = add_dead_letter_queue(child, args.queue)
        queue = add_work_queue(
            child,
            args.queue,
            retention_seconds=args.retention_days * DAY,
            visibility_seconds=visibility_timeout(args.scaling.seconds_per_message),
            max_receives=args.max_receives,
            dead_letters=dead_letters,
        )
        environment = _environment(args, queue.url)
        task = add_service_task(child, args.runtime, environment)
        permissions = allow_task(
            child, task.role, [*_statements(args, queue), *args.runtime.statements]
        )
        group = add_task_security_group(
            child, args.network.vpc_id, f"{args.service}: nothing in, out over HTTPS"
        )
        waits_for: list[iam.RolePolicy] = [task.execution_policy, permissions]
        service = add_ecs_service(
            child,
            Placement(
                cluster=args.cluster,
                network=args.network,
                security_group_id=group.id,
                strategy=SPOT_ALONE,
            ),
            task.definition,
            desired_count=args.scaling.min_tasks,
            waits_for=waits_for,
        )
        add_queue_scaling(
            child,
            cluster_name=args.cluster.name,
            service=service,
            queue_name=queue.name,
            scaling=args.scaling,
        )
        self.queue_url = queue.url
        self.queue_arn = queue.arn
        self.queue_name = queue.name
        self.dead_letter_queue_name = dead_letters.name
        self.service_name = service.name
        self.log_group_name = task.logs.name
        self.security_group_id = group.id
        self.task_role_name = task.role.name
        self.register_outputs(
            {
                "containerEnvironment": environment,
                "queueUrl": self.queue_url,
                "queueName": self.queue_name,
                "deadLetterQueueName": self.dead_letter_queue_name,
                "serviceName": self.service_name,
                "logGroupName": self.log_group_name,
                "securityGroupId": self.security_group_id,
                "taskRoleName": self.task_role_name,
            }
        )


def _environment(
    args: QueueWorkerArgs, queue_url: pulumi.Input[str]
) -> list[dict[str, str | pulumi.Input[str]]]:
    ours = {
        **args.runtime.environment,
        "AWS_REGION": args.runtime.region,
        "QUEUE_URL": queue_url,
        "MAX_RECEIVES": str(args.max_receives),
    }
    if (rate := args.scaling.max_messages_per_second) is not None:
        ours["MAX_MESSAGES_PER_SECOND"] = rate_per_task(args.scaling.most_tasks, rate)
    if args.bedrock_model is not None:
        ours["BEDROCK_MODEL_ID"] = args.bedrock_model
    return container_environment(args.runtime.variables, args.stack, ours)


def _statements(args: QueueWorkerArgs, queue: sqs.Queue) -> list[Statement]:
    """To take messages, to keep ECS from stopping a task that is at work, to ask a chosen model.

    The container agent's endpoint acts with the task role. An ARN can name the cluster's tasks, and
    no service's: a task's ID is known only once it runs.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
    """
    region = args.runtime.region
    tasks = f"arn:aws:ecs:{region}:{args.runtime.account_id}:task/"
    permissions = [
        Statement(
            actions=["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"],
            resources=[queue.arn],
        ),
        Statement(
            actions=["ecs:UpdateTaskProtection"],
            resources=[pulumi.Output.concat(tasks, args.cluster.name, "/*")],
        ),
    ]
    if args.bedrock_model is not None:
        model = f"arn:aws:bedrock:{region}::foundation-model/{args.bedrock_model}"
        permissions.append(Statement(actions=["bedrock:InvokeModel"], resources=[model]))
    return permissions
