"""The stack gives each service what its code needs: no less, or it fails in AWS, and no more."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from app.hub.metrics import NAMES
from app.hub.web.listen_settings import HEALTH_PATH, ListenSettings
from app.scheduled_ingestion.handler import ENOUGH_MILLISECONDS
from buylink.graph import Value
from buylink.settings.services import OUR_VARIABLES, folder_of
from components.hub.service_access import SERVICE_ACCESS
from components.storage.secrets import Purpose
from tests.cli.command import buylink
from tests.components import app_needs
from tests.components.app_code import ReachedCode, code_of
from tests.components.plans import CONTAINERS, FUNCTIONS, WITHOUT_EDGE
from tests.components.recorder import REPOSITORY, Plan, plan
from tests.docs.role_policies import known_to_aws

APIS = ("ingestion-api", "product-service")
SERVICES = (*CONTAINERS, *FUNCTIONS)

ALL = (
    "buylink:services.ai-worker.maxMessagesPerSecond=1",
    "buylink:services.ai-worker.bedrockModel=amazon.nova-lite-v1:0",
)
FOR_PEOPLE = {"ENVIRONMENT"}
"""Says in the console whose a task or function is; no code reads it."""


def code(service: str) -> ReachedCode:
    folder = folder_of(service)
    if service in FUNCTIONS:
        return code_of(REPOSITORY, f"app.{folder}.handler", "handler")
    return code_of(REPOSITORY, f"app.{folder}.__main__")


def environment(service: str, planned: Plan) -> dict[str, Value]:
    if service in FUNCTIONS:
        (function,) = [
            resource.inputs
            for resource in planned.of_type("lambda/function:Function")
            if resource.inputs["name"] == f"buylink-prod-{service}"
        ]
        # Lambda says the region itself.
        return {**function["environment"]["variables"], "AWS_REGION": "us-east-1"}
    (container,) = json.loads(planned.named(f"hub-{service}-task").inputs["containerDefinitions"])
    return {variable["name"]: variable["value"] for variable in container["environment"]}


def permissions(service: str, planned: Plan) -> dict[str, list[str]]:
    """What a service's own code may do, and on what."""
    kind = "policy" if service in FUNCTIONS else "task-policy"
    name = f"hub-{service}-{'function-policy' if service == 'budget-guard' else kind}"
    policies = [resource for resource in planned.resources if resource.name == name]
    statements = [
        statement
        for policy in policies
        for statement in json.loads(policy.inputs["policy"])["Statement"]
    ]
    allowed: dict[str, list[str]] = {}
    for statement in statements:
        for action in statement["Action"]:
            # Lambda's own, for what it logs and sets aside.
            reach = [
                resource
                for resource in statement["Resource"]
                if not _is_lambdas_own(service, resource)
            ]
            allowed[action] = sorted({*allowed.get(action, []), *reach})
    return {action: reach for action, reach in allowed.items() if reach}


def _is_lambdas_own(service: str, resource: str) -> bool:
    return service in FUNCTIONS and ("-dead-letters:" in resource or "-logs:" in resource)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_do_in_aws_what_its_code_calls_and_nothing_else(service: str) -> None:
    assert set(permissions(service, plan("prod", *ALL))) == app_needs.actions(code(service))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_what_its_code_reads_and_nothing_else(service: str) -> None:
    required, read = app_needs.variables(code(service))
    present = set(environment(service, plan("prod", *ALL)))
    assert required - present == set()
    assert present - read == FOR_PEOPLE


@pytest.mark.parametrize("service", APIS)
def test_an_api_listens_where_the_load_balancer_asks(service: str) -> None:
    planned = plan("prod")
    group = planned.named(f"hub-{service}-tg").inputs
    (container,) = json.loads(planned.named(f"hub-{service}-task").inputs["containerDefinitions"])
    listening = ListenSettings.from_environment(environment(service, planned))
    assert group["healthCheck"]["path"] == HEALTH_PATH
    assert group["port"] == listening.port
    assert container["portMappings"] == [{"containerPort": listening.port, "protocol": "tcp"}]


def test_a_run_has_time_to_read_feeds_before_it_begins_no_more() -> None:
    for stack in ("dev", "staging", "prod"):
        function = plan(stack).named("hub-scheduled-ingestion-function").inputs
        assert function["timeout"] * 1000 > 10 * ENOUGH_MILLISECONDS


TABLE, INDEX = ["hub-storage-table-table:arn"], "hub-storage-table-table:arn/index/gsi1"
GUARD = "hub-storage-guard-table:arn"
SECRET = "hub-storage-secrets-{}:arn".format
KEY = ["hub-storage-token-key-key:arn"]
QUEUE = ["hub-ai-worker-queue:arn"]
ORIGINALS = ["hub-storage-originals-bucket:arn/originals/*"]
THUMBNAILS = ["hub-storage-thumbnails-bucket:arn/thumbnails/*"]

EXPECTED = {
    "ingestion-api": {
        "dynamodb:DeleteItem": TABLE,
        "dynamodb:GetItem": [GUARD, *TABLE],
        "dynamodb:PutItem": TABLE,
        "dynamodb:UpdateItem": TABLE,
        "kms:Encrypt": KEY,
        "s3:GetObject": ORIGINALS,
        "s3:PutObject": ORIGINALS,
        "secretsmanager:GetSecretValue": [
            SECRET("ingestion-api-key"),
            SECRET("jwt-signing-key"),
            SECRET("tiktok-client"),
        ],
        "sqs:GetQueueAttributes": QUEUE,
        "sqs:SendMessage": QUEUE,
    },
    "product-service": {
        "dynamodb:DeleteItem": TABLE,
        "dynamodb:GetItem": [GUARD, *TABLE],
        "dynamodb:PutItem": TABLE,
        "dynamodb:Query": [*TABLE, INDEX],
        "dynamodb:UpdateItem": TABLE,
        "s3:GetObject": THUMBNAILS,
        "secretsmanager:GetSecretValue": [
            SECRET("jwt-signing-key"),
            SECRET("product-api-key"),
            SECRET("webhook-signing-key"),
        ],
    },
    "ai-worker": {
        "dynamodb:GetItem": [GUARD, *TABLE],
        "dynamodb:PutItem": TABLE,
        "dynamodb:Query": TABLE,
        "dynamodb:UpdateItem": TABLE,
        "ecs:UpdateTaskProtection": [
            "arn:aws:ecs:us-east-1:123456789012:task/buylink-prod-workers/*"
        ],
        "s3:GetObject": ORIGINALS,
        "s3:PutObject": THUMBNAILS,
        "sqs:ChangeMessageVisibility": QUEUE,
        "sqs:DeleteMessage": QUEUE,
        "sqs:ReceiveMessage": QUEUE,
    },
    "scheduled-ingestion": {
        "dynamodb:GetItem": [GUARD, *TABLE],
        "dynamodb:PutItem": TABLE,
        "dynamodb:Query": [*TABLE, INDEX],
        "dynamodb:UpdateItem": TABLE,
        "kms:Decrypt": KEY,
        "kms:Encrypt": KEY,
        "secretsmanager:GetSecretValue": [SECRET("tiktok-client")],
        "sqs:GetQueueAttributes": QUEUE,
        "sqs:SendMessage": QUEUE,
    },
}


# The guard's own are in test_guard.py.
@pytest.mark.parametrize("service", sorted({*SERVICES} - {"budget-guard"}))
def test_each_permission_is_on_the_very_thing(service: str) -> None:
    assert permissions(service, plan("prod")) == EXPECTED.get(service, {})


def test_no_permission_is_expected_of_a_service_that_is_none() -> None:
    assert set(EXPECTED) <= set(SERVICES)


@pytest.mark.parametrize("service", ["ingestion-api", "scheduled-ingestion"])
def test_tokens_are_sealed_and_opened_only_with_the_creator_whose_they_are(service: str) -> None:
    name = "policy" if service in FUNCTIONS else "task-policy"
    policy = plan("prod").named(f"hub-{service}-{name}").inputs["policy"]
    conditions = [
        statement.get("Condition")
        for statement in json.loads(policy)["Statement"]
        if any(action.startswith("kms:") for action in statement["Action"])
    ]
    assert conditions == [{"ForAnyValue:StringEquals": {"kms:EncryptionContextKeys": "creator"}}]


def test_every_secret_is_somebodys() -> None:
    read = {part for needs in SERVICE_ACCESS.values() for part in needs.variables.values()}
    assert set(get_args(Purpose)) <= read


def test_no_setting_of_a_container_can_hide_what_the_stack_says() -> None:
    planned = plan("prod", *ALL)
    variables = {name for service in CONTAINERS for name in environment(service, planned)}
    assert variables == OUR_VARIABLES


def test_the_apis_know_their_address_and_the_proxies_before_them() -> None:
    behind, before = plan("prod"), plan("dev", *WITHOUT_EDGE)
    for service in APIS:
        variables = environment(service, behind)
        assert (variables["PUBLIC_URL"], variables["PROXIES"]) == (behind.exports["url"], "2")
        variables = environment(service, before)
        assert (variables["PUBLIC_URL"], variables["PROXIES"]) == ("https://hub.example.com", "1")


def test_every_metric_that_the_code_counts_is_in_the_bill(tmp_path: Path) -> None:
    """At prod's load each of them reports in every hour."""
    bill = json.loads(buylink("costs", "prod", "--format", "json", cwd=tmp_path).stdout)
    billed = {
        line["component"].removeprefix("hub-"): Decimal(line["quantity"]["typical"])
        for line in bill["lines"]
        if line["meter"] == "CloudWatch custom metric"
    }
    counted = {service: app_needs.metrics(code(service)) for service in SERVICES}
    assert billed == {service: len(names) for service, names in counted.items() if names}
    assert sorted(NAMES) == sorted(name for names in counted.values() for name in names)


def test_every_action_is_one_that_aws_has() -> None:
    planned = plan("prod", *ALL)
    allowed = {action for service in SERVICES for action in permissions(service, planned)}
    assert [action for action in sorted(allowed) if not known_to_aws(action)] == []


LIBRARY = """
import os
from app.client import client

class Store:
    def __init__(self, dynamodb):
        self._dynamodb = dynamodb

    def get(self):
        return self._dynamodb.get_item()

    def drop(self):
        return self._dynamodb.delete_table()

def unused():
    return client("sqs").purge_queue()
"""
SERVICE = """
import os
from app import library
from app.library import Store, unused
from app.client import client
from app.hub.environment import required

class Settings:
    table = required("TABLE_NAME", why="why")

def main(environment):
    Settings()
    environment.get("PORT", "8080")
    return Store(client("dynamodb"))

class Droppable(Protocol):
    def drop(self): ...

class Other:
    def drop(self): ...

main(os.environ).get()
"""


def written(folder: Path, **files: str) -> Path:
    (folder / "app").mkdir()
    for name, text in {"client": "def client(name): ...", **files}.items():
        (folder / "app" / f"{name}.py").write_text(text)
    return folder


def test_what_is_only_imported_is_not_called(tmp_path: Path) -> None:
    code = code_of(written(tmp_path, library=LIBRARY, service=SERVICE), "app.service")
    assert app_needs.actions(code) == {"dynamodb:GetItem"}


@pytest.mark.parametrize(
    ("more", "action"),
    [
        ("main(os.environ).drop()", "dynamodb:DeleteTable"),
        ("[Store(client('dynamodb')).drop]", "dynamodb:DeleteTable"),
        ("unused()", "sqs:PurgeQueue"),
        ("library.unused()", "sqs:PurgeQueue"),
        ("def endpoint(it: Annotated[int, Depends(unused())]): ...\nendpoint", "sqs:PurgeQueue"),
        ("client('s3').generate_presigned_url('get_object')", "s3:GetObject"),
        ("client('s3').generate_presigned_post()", "s3:PutObject"),
        ("client('sqs').send_message_batch()", "sqs:SendMessage"),
        ("def f(it: Store): it.drop()\nf", "dynamodb:DeleteTable"),
        ("def f(it: Droppable): it.drop()\nf", "dynamodb:DeleteTable"),
        ("def f(it): it.drop()\nf", "dynamodb:DeleteTable"),
    ],
)
def test_one_more_call_is_seen(tmp_path: Path, more: str, action: str) -> None:
    folder = written(tmp_path, library=LIBRARY, service=f"{SERVICE}\n{more}\n")
    assert action in app_needs.actions(code_of(folder, "app.service"))


@pytest.mark.parametrize(
    "more",
    [
        "def f(it: Other): it.drop()\nf",
        "def f(it: str): it.drop()\nf",
        "class A:\n    def __init__(self, it: Other): self.it = it\n"
        "    def __call__(self): self.it.drop()\nA",
        "def f():\n    it = Other()\n    it.drop()\nf",
    ],
)
def test_a_method_of_another_class_is_not_taken_for_it(tmp_path: Path, more: str) -> None:
    folder = written(tmp_path, library=LIBRARY, service=f"{SERVICE}\n{more}\n")
    assert app_needs.actions(code_of(folder, "app.service")) == {"dynamodb:GetItem"}


def test_variables_are_seen_however_they_are_read(tmp_path: Path) -> None:
    more = "os.environ['HOST'], whole_number('SECONDS', default=1)"
    folder = written(tmp_path, library=LIBRARY, service=f"{SERVICE}\n{more}\n")
    assert app_needs.variables(code_of(folder, "app.service")) == (
        {"TABLE_NAME"},
        {"TABLE_NAME", "PORT", "HOST", "SECONDS"},
    )
