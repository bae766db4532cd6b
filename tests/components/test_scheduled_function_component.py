"""Functions that run by the clock."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path

import pulumi
import pytest

from buylink.graph import Value
from components.common.app_code import ENTRY_FILE, LEFT_OUT, code_files, code_hash, function_code
from components.common.iam import Statement
from tests.components.plans import DAILY, HOURLY, function_plan
from tests.components.recorder import ACCOUNT, REPOSITORY, Plan

FOLDER = "scheduled_ingestion"
FUNCTIONS = sorted(path.parent.name for path in (REPOSITORY / "app").glob(f"*/{ENTRY_FILE}"))


def inputs(planned: Plan, name: str) -> dict[str, Value]:
    return planned.named(f"hub-scheduled-ingestion-{name}").inputs


def permissions(planned: Plan, name: str) -> dict[str, Value]:
    document = json.loads(inputs(planned, name)["policy"])
    return {
        action: statement["Resource"]
        for statement in document["Statement"]
        for action in statement["Action"]
    }


@pytest.fixture(scope="module")
def planned() -> Plan:
    return function_plan(HOURLY, DAILY)


def test_it_runs_on_arm_with_the_size_it_is_given(planned: Plan) -> None:
    function = inputs(planned, "function")
    assert function["name"] == "buylink-prod-scheduled-ingestion"
    assert (function["runtime"], function["architectures"]) == ("python3.13", ["arm64"])
    assert (function["memorySize"], function["timeout"]) == (128, 60)
    assert function["handler"] == "app.scheduled_ingestion.handler.handler"


def test_it_has_nothing_that_costs_by_the_hour_or_that_a_new_account_lacks(planned: Plan) -> None:
    left_out = {"vpcConfig", "tracingConfig", "reservedConcurrentExecutions", "layers"}
    assert not left_out & set(inputs(planned, "function"))


def test_its_environment_is_what_it_is_given_and_the_stacks_name(planned: Plan) -> None:
    assert inputs(planned, "function")["environment"] == {
        "variables": {"ENVIRONMENT": "prod", "QUEUE_URL": "the queue's URL"}
    }


def test_it_logs_as_json_to_its_own_group_which_ends(planned: Plan) -> None:
    config = inputs(planned, "function")["loggingConfig"]
    assert (config["logFormat"], config["logGroup"]) == (
        "JSON",
        "/buylink/prod/scheduled-ingestion",
    )
    logs = inputs(planned, "logs")
    assert (logs["name"], logs["retentionInDays"]) == ("/buylink/prod/scheduled-ingestion", 30)


def test_its_code_has_its_log_its_dead_letters_and_what_it_is_given() -> None:
    only_here = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    statement = Statement(
        actions=["sqs:GetQueueAttributes"], resources=["a-queue"], condition=only_here
    )
    planned = function_plan(HOURLY, statements=[statement])
    assert permissions(planned, "policy") == {
        "logs:CreateLogStream": ["hub-scheduled-ingestion-logs:arn:*"],
        "logs:PutLogEvents": ["hub-scheduled-ingestion-logs:arn:*"],
        "sqs:SendMessage": ["hub-scheduled-ingestion-dead-letters:arn"],
        "sqs:GetQueueAttributes": ["a-queue"],
    }
    *_, last = json.loads(inputs(planned, "policy")["policy"])["Statement"]
    assert last["Condition"] == only_here
    assert inputs(planned, "policy")["role"] == "hub-scheduled-ingestion-role"


def test_runs_and_calls_that_fail_are_set_aside(planned: Plan) -> None:
    aside = "hub-scheduled-ingestion-dead-letters:arn"
    assert inputs(planned, "function")["deadLetterConfig"] == {"targetArn": aside}
    for name in ("schedule-hourly", "schedule-daily"):
        assert inputs(planned, name)["target"]["deadLetterConfig"] == {"arn": aside}
    queue = inputs(planned, "dead-letters")
    assert queue["name"] == "buylink-prod-scheduled-ingestion-dead-letters"
    assert (queue["sqsManagedSseEnabled"], queue["messageRetentionSeconds"]) == (True, 14 * 86400)


def test_dead_letters_are_refused_without_tls(planned: Plan) -> None:
    (statement,) = json.loads(inputs(planned, "dead-letters-policy")["policy"])["Statement"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_function_waits_for_the_permission_to_set_aside(planned: Plan) -> None:
    function = planned.named("hub-scheduled-ingestion-function")
    assert "hub-scheduled-ingestion-policy" in planned.names(function.dependencies)


@pytest.mark.parametrize(
    ("name", "expression", "payload"),
    [
        ("hourly", "rate(1 hour)", '{"task": "hourly"}'),
        ("daily", "cron(0 7 * * ? *)", '{"again": false, "task": "daily"}'),
    ],
)
def test_each_schedule_calls_it_at_its_time_with_its_event(
    planned: Plan, name: str, expression: str, payload: str
) -> None:
    schedule = inputs(planned, f"schedule-{name}")
    assert schedule["scheduleExpression"] == expression
    assert schedule["scheduleExpressionTimezone"] == "UTC"
    assert schedule["flexibleTimeWindow"] == {"mode": "OFF"}
    target = schedule["target"]
    assert (target["arn"], target["input"]) == ("hub-scheduled-ingestion-function:arn", payload)
    assert target["roleArn"] == "hub-scheduled-ingestion-schedule-role:arn"
    assert target["retryPolicy"] == {"maximumRetryAttempts": 2, "maximumEventAgeInSeconds": 3600}


def test_schedules_may_call_this_function_alone_and_for_this_account(planned: Plan) -> None:
    assert permissions(planned, "schedule-policy") == {
        "lambda:InvokeFunction": ["hub-scheduled-ingestion-function:arn"],
        "sqs:SendMessage": ["hub-scheduled-ingestion-dead-letters:arn"],
    }
    (trust,) = json.loads(inputs(planned, "schedule-role")["assumeRolePolicy"])["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_a_schedule_waits_for_its_roles_permissions(planned: Plan) -> None:
    schedule = planned.named("hub-scheduled-ingestion-schedule-daily")
    assert "hub-scheduled-ingestion-schedule-policy" in planned.names(schedule.dependencies)


def test_the_times_are_a_plain_input_of_the_component(planned: Plan) -> None:
    component = planned.one("buylink:scheduled_function:ScheduledFunction")
    assert component.inputs["schedules"] == {
        "hourly": "rate(1 hour)",
        "daily": "cron(0 7 * * ? *)",
    }
    assert planned.outputs[component.urn] == {
        "functionName": "buylink-prod-scheduled-ingestion",
        "functionArn": "hub-scheduled-ingestion-function:arn",
        "logGroupName": "/buylink/prod/scheduled-ingestion",
        "roleName": "hub-scheduled-ingestion-role",
        "deadLetterQueueName": "buylink-prod-scheduled-ingestion-dead-letters",
    }


@pytest.fixture
def project(tmp_path: Path) -> Path:
    copied = tmp_path / "a checkout"
    leave_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "app", copied / "app", ignore=leave_out)
    return copied


def shared_files() -> set[str]:
    files = {path.relative_to(REPOSITORY) for path in (REPOSITORY / "app/hub").rglob("*.py")}
    return {path.as_posix() for path in files if path.parts[2] != LEFT_OUT}


def test_the_code_is_the_functions_folder_and_what_functions_share() -> None:
    sources = {path.name for path in (REPOSITORY / "app" / FOLDER).glob("*.py")}
    assert set(code_files(REPOSITORY, FOLDER)) == {
        "app/__init__.py",
        *shared_files(),
        *(f"app/{FOLDER}/{name}" for name in sources),
    }


def test_the_archive_names_files_by_their_path_in_the_project(project: Path) -> None:
    assets = function_code(project, FOLDER).assets
    assert list(assets) == list(code_files(project, FOLDER))
    for name, asset in assets.items():
        assert isinstance(asset, pulumi.FileAsset)
        assert asset.path == name


@pytest.mark.parametrize("folder", FUNCTIONS)
def test_a_functions_code_brings_all_of_ours_that_it_imports(folder: str) -> None:
    files = code_files(REPOSITORY, folder)
    modules = {
        name.removesuffix(".py").replace("/", ".").removesuffix(".__init__") for name in files
    }
    for name, path in files.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app"):
                used = {f"{node.module}.{alias.name}" for alias in node.names}
                assert node.module in modules, name
                assert node.module not in ("app", "app.hub") or used <= modules, name


def test_the_same_content_has_the_same_hash_wherever_it_lies(project: Path) -> None:
    assert code_hash(project, FOLDER) == code_hash(REPOSITORY, FOLDER)
    cache = project / "app" / FOLDER / "__pycache__"
    cache.mkdir()
    (cache / "handler.pyc").write_bytes(b"bytecode")
    assert code_hash(project, FOLDER) == code_hash(REPOSITORY, FOLDER)


@pytest.mark.parametrize("name", [f"{FOLDER}/handler.py", "hub/structured_log.py", "__init__.py"])
def test_other_content_has_another_hash(project: Path, name: str) -> None:
    before = code_hash(project, FOLDER)
    with (project / "app" / name).open("a") as file:
        file.write("# more\n")
    assert code_hash(project, FOLDER) != before


def test_a_moved_file_has_another_hash_and_one_of_another_service_none(project: Path) -> None:
    before = code_hash(project, FOLDER)
    (project / "app/product_service/more.py").write_text("")
    assert code_hash(project, FOLDER) == before
    (project / "app" / FOLDER / "more.py").write_text("")
    assert code_hash(project, FOLDER) != before


def test_the_code_is_what_the_function_is_deployed_with(planned: Plan) -> None:
    assert set(inputs(planned, "function")["code"]) == set(code_files(REPOSITORY, FOLDER))


def test_the_hash_is_an_input_so_that_other_code_is_deployed(planned: Plan) -> None:
    assert inputs(planned, "function")["sourceCodeHash"] == code_hash(REPOSITORY, FOLDER)


def test_a_folder_without_a_handler_is_an_error_that_says_what_to_do(project: Path) -> None:
    with pytest.raises(FileNotFoundError) as error:
        code_files(project, "product_service")
    assert str(error.value) == (
        "expected app/product_service/handler.py, which Lambda calls, got no such file: add it, "
        "with a function `handler(event, context)`"
    )
