"""A stack on the AWS of the tests, with all that the guard moves, and what it must leave alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import count

from app.budget_guard.guard import Guard
from app.budget_guard.levers import SUSPENDED, TARGETS
from app.budget_guard.run_time import RunTime
from app.budget_guard.settings import GuardSettings
from app.hub.table import Item
from dev.hub.aws import ACCOUNT, REGION, AwsServer, Queue
from dev.hub.resources import add_function
from tests.app.budget_guard.aws_proxy import AwsProxy
from tests.app.budget_guard.budget_messages import NOVEMBER, TOPIC_ARN

FAMILY = "task"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/scheduler"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:scheduled-ingestion"

_numbers = count(1)


@dataclass(frozen=True, kw_only=True)
class Target:
    """How a service is scaled."""

    least: int
    most: int
    suspended: tuple[bool, bool, bool] = (False, False, False)


@dataclass
class AwsStack:
    """One stack, `buylink-s<number>`; its clusters end in `cluster` and `workers`."""

    aws: AwsServer
    insights_settings: tuple[str, str] = ("enhanced", "disabled")
    name: str = field(default_factory=lambda: f"buylink-s{next(_numbers)}")

    def __post_init__(self) -> None:
        self.table = self.aws.state_table()
        self.hub_table = self.aws.hub_table()
        self.topic_arn, self.notices = self.aws.topic()
        self.queue: Queue = self.aws.queue()
        self.bucket = self.aws.bucket()
        self.clusters = (f"{self.name}-cluster", f"{self.name}-workers")
        self.schedule = f"{self.name}-feeds"
        self.never_stop: tuple[str, ...] = ()
        for cluster, insights in zip(self.clusters, self.insights_settings, strict=True):
            self.aws.client("ecs").create_cluster(
                clusterName=cluster,
                tags=self.tags(),
                settings=[{"name": "containerInsights", "value": insights}],
            )
        self.aws.client("ecs").register_task_definition(
            family=FAMILY,
            cpu="256",
            memory="512",
            containerDefinitions=[{"name": "one", "image": "one", "memory": 512}],
        )
        self.aws.client("scheduler").create_schedule(
            Name=self.schedule,
            Description="feeds",
            ScheduleExpression="rate(45 minutes)",
            ScheduleExpressionTimezone="UTC",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={
                "Arn": FUNCTION,
                "RoleArn": ROLE,
                "Input": "{}",
                "RetryPolicy": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 3600},
            },
        )
        self.set_budget("300", "10")

    def tags(self, stack: str | None = None) -> list[dict[str, str]]:
        return [{"key": "Stack", "value": stack or self.name}]

    def add_service(
        self,
        label: str,
        *,
        desired: int = 2,
        target: Target | None = None,
        cluster: int = 0,
        stack: str | None = None,
    ) -> str:
        """Its name, as the guard's records have it: `cluster/service`."""
        where, service = self.clusters[cluster], f"{self.name}-{label}"
        self.aws.client("ecs").create_service(
            cluster=where,
            serviceName=service,
            taskDefinition=FAMILY,
            desiredCount=desired,
            tags=self.tags(stack),
        )
        if target is not None:
            self.scale(f"{where}/{service}", target)
            self.aws.client("application-autoscaling").put_scaling_policy(
                **TARGETS,
                PolicyName=f"{service}-cpu",
                ResourceId=f"service/{where}/{service}",
                PolicyType="TargetTrackingScaling",
                TargetTrackingScalingPolicyConfiguration={
                    "TargetValue": 60.0,
                    "PredefinedMetricSpecification": {
                        "PredefinedMetricType": "ECSServiceAverageCPUUtilization"
                    },
                },
            )
        return f"{where}/{service}"

    def add_usual_services(self) -> None:
        """An API and a worker, as the program makes them."""
        self.add_service("api", desired=2, target=Target(least=2, most=10))
        self.add_service("worker", desired=3, target=Target(least=0, most=10), cluster=1)

    def scale(self, name: str, target: Target) -> None:
        """As the program would: bounds, and what is suspended where anything is."""
        suspended = dict(zip(SUSPENDED, target.suspended, strict=True))
        self.aws.client("application-autoscaling").register_scalable_target(
            **TARGETS,
            ResourceId=f"service/{name}",
            MinCapacity=target.least,
            MaxCapacity=target.most,
            **({"SuspendedState": suspended} if any(target.suspended) else {}),
        )

    def set_desired(self, name: str, desired: int) -> None:
        """As the owner does by hand."""
        cluster, service = name.split("/")
        self.aws.client("ecs").update_service(
            cluster=cluster, service=service, desiredCount=desired
        )

    def delete(self, name: str) -> None:
        cluster, service = name.split("/")
        self.set_desired(name, 0)
        self.aws.client("ecs").delete_service(cluster=cluster, service=service)
        self.aws.client("application-autoscaling").deregister_scalable_target(
            **TARGETS, ResourceId=f"service/{name}"
        )

    def set_schedule(self, state: str) -> None:
        """ENABLED or DISABLED, as the program has it."""
        settings = self.schedule_settings()
        for name in ("Arn", "CreationDate"):
            settings.pop(name, None)
        self.aws.client("scheduler").update_schedule(**{**settings, "State": state})

    def set_budget(self, limit: str, spent: str) -> None:
        """moto takes a budget's spend only when it is made."""
        budgets = self.aws.client("budgets")
        known = budgets.describe_budgets(AccountId=ACCOUNT).get("Budgets", ())
        if self.name in {budget["BudgetName"] for budget in known}:
            budgets.delete_budget(AccountId=ACCOUNT, BudgetName=self.name)
        dollars = {"Unit": "USD"}
        budgets.create_budget(
            AccountId=ACCOUNT,
            Budget={
                "BudgetName": self.name,
                "BudgetLimit": {"Amount": limit, **dollars},
                "CalculatedSpend": {"ActualSpend": {"Amount": spent, **dollars}},
                "TimeUnit": "MONTHLY",
                "BudgetType": "COST",
            },
        )

    def stop(self) -> None:
        """Have 153 % of its budget spent, and the guard see it."""
        self.set_budget("300", "460")
        self.guard().reconcile()

    def by_label(self, values: Mapping[str, object]) -> dict[str, object]:
        """By what the services were called when they were added."""
        return {name.rpartition(f"{self.name}-")[2]: value for name, value in values.items()}

    def snapshot(self) -> dict[str, object]:
        """Everything as AWS describes it, of all stacks in these clusters."""
        return {
            "services": self.desired(),
            "targets": self.targets(),
            "policies": self._policies(),
            "schedule": self.schedule_settings(),
            "insights": self.insights(),
        }

    def desired(self) -> dict[str, int]:
        ecs, counts = self.aws.client("ecs"), dict[str, int]()
        for cluster in self.clusters:
            arns = [
                arn
                for page in ecs.get_paginator("list_services").paginate(cluster=cluster)
                for arn in page["serviceArns"]
            ]
            for start in range(0, len(arns), 10):
                answer = ecs.describe_services(cluster=cluster, services=arns[start : start + 10])
                for service in answer["services"]:
                    counts[f"{cluster}/{service['serviceName']}"] = service["desiredCount"]
        return counts

    def targets(self) -> dict[str, tuple[int, int, tuple[bool, ...]]]:
        """Asked for fifty at a time: moto's pages go round in circles."""
        autoscaling = self.aws.client("application-autoscaling")
        names = [f"service/{name}" for name in self.desired()]
        targets: dict[str, tuple[int, int, tuple[bool, ...]]] = {}
        for start in range(0, len(names), 50):
            answer = autoscaling.describe_scalable_targets(
                **TARGETS, ResourceIds=names[start : start + 50]
            )
            for target in answer["ScalableTargets"]:
                flags = target.get("SuspendedState", {})
                targets[target["ResourceId"].removeprefix("service/")] = (
                    target["MinCapacity"],
                    target["MaxCapacity"],
                    tuple(flags.get(flag, False) for flag in SUSPENDED),
                )
        return targets

    def insights(self) -> list[str]:
        answer = self.aws.client("ecs").describe_clusters(
            clusters=list(self.clusters), include=["SETTINGS"]
        )
        insights = {
            cluster["clusterName"]: cluster["settings"][0]["value"]
            for cluster in answer["clusters"]
        }
        return [insights[cluster] for cluster in self.clusters]

    def schedule_settings(self) -> dict[str, object]:
        schedule = self.aws.client("scheduler").get_schedule(Name=self.schedule)
        moving = ("ResponseMetadata", "LastModificationDate")
        return {name: value for name, value in schedule.items() if name not in moving}

    def _policies(self) -> list[object]:
        pages = self.aws.client("application-autoscaling").get_paginator(
            "describe_scaling_policies"
        )
        return [
            policy
            for page in pages.paginate(ServiceNamespace="ecs")
            for policy in page["ScalingPolicies"]
            if policy["ResourceId"].startswith(f"service/{self.name}-")
        ]

    @property
    def environment(self) -> dict[str, str]:
        """What the function is given."""
        return {
            "TOPIC_ARN": TOPIC_ARN,
            "BUDGET_NAME": self.name,
            "STACK_TAG": self.name,
            "STATE_TABLE": self.table,
            "NOTICE_TOPIC_ARN": self.topic_arn,
            "QUEUE_URL": self.queue.url,
            "TABLE_NAME": self.hub_table,
            "REPORT_BUCKET": self.bucket,
            "CLUSTERS": ",".join(self.clusters),
            "SCHEDULES": self.schedule,
            "NEVER_STOP": ",".join(f"{self.name}-{label}" for label in self.never_stop),
            "WORKERS": f"{self.name}-worker",
            "BRAKED_WORKER_TASKS": "1",
            "STANDING": "nat-gateway=2,load-balancer=1",
            "AWS_REGION": REGION,
        }

    def guard(
        self,
        moment: datetime = NOVEMBER,
        *,
        proxy: AwsProxy | None = None,
        time: RunTime | None = None,
        changes: Mapping[str, str] | None = None,
    ) -> Guard:
        """The guard at a moment; `changes` are of its environment."""
        return Guard(
            GuardSettings.from_environment({**self.environment, **(changes or {})}),
            cache(self.aws.client if proxy is None else proxy.client),
            time or RunTime(300, clock=lambda: moment),
        )

    def deploy_function(self) -> None:
        """The guard's function, for its settings alone."""
        variables = {
            name: value for name, value in self.environment.items() if name != "AWS_REGION"
        }
        add_function(self.aws, self.name, variables)

    def item(self) -> Item | None:
        """The mode's item."""
        answer = self.aws.client("dynamodb").get_item(
            TableName=self.table, Key={"stack": {"S": self.name}}
        )
        return answer.get("Item")

    def mode(self) -> str | None:
        item = self.item()
        return None if item is None else item["mode"]["S"]
