"""What a service's code needs of AWS and of its environment: IAM actions, variables, metrics."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import boto3

from tests.components.app_code import Module, ReachedCode

NAME = re.compile(r"[A-Z][A-Z0-9_]+")

TABLE = "app.hub.table"
WRITES = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}
"""What `HubTable` is told to write, alone or in a transaction, which has no action of its own.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html"""

ACTIONS: Mapping[str, str | None] = {
    "dynamodb:TransactWriteItems": None,
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "s3:HeadObject": "s3:GetObject",
    "bedrock:Converse": "bedrock:InvokeModel",
    "budgets:DescribeBudget": "budgets:ViewBudget",
}
"""Operations whose IAM action has another name.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html"""

PASSES_A_ROLE = "scheduler:UpdateSchedule"
"""It names the schedule's role anew.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/security_iam_service-with-iam.html"""

PRESIGNED_FORM = "generate_presigned_post"
PRESIGNED_URL = "generate_presigned_url"
PAGES = "get_paginator"
AGENT = "/task-protection/"
"""Of the ECS agent's address, which acts with the task's role."""


def actions(code: ReachedCode) -> set[str]:
    """The IAM actions that the code's calls to AWS need."""
    services = {_text(call.args) for _, call in code.calls() if _called(call) in CLIENTS}
    operations = {
        method: action
        for service in services & set(boto3.Session().get_available_services())
        for method, action in _operations(service).items()
    }
    needed = {ACTIONS.get(action, action) for action in _asked(code, operations)}
    needed |= {
        f"dynamodb:{WRITES[name]}"
        for module, call in code.calls()
        if (name := _called(call)) in WRITES and _stands_for(module, name, TABLE)
    }
    if any(AGENT in text for text in code.texts()):
        needed.add("ecs:UpdateTaskProtection")
    if PASSES_A_ROLE in needed:
        needed.add("iam:PassRole")
    return {action for action in needed if action}


CLIENTS = ("client", "_client", "clients", "_clients")
"""Functions that are given a service's name as boto3 has it, and return its client."""


def _asked(code: ReachedCode, operations: Mapping[str, str]) -> Iterator[str]:
    for _, call in code.calls():
        name = _called(call)
        if name in operations and isinstance(call.func, ast.Attribute):
            yield operations[name]
        elif name == PRESIGNED_FORM:
            yield "s3:PutObject"
        elif name in (PRESIGNED_URL, PAGES):
            yield operations[_text(call.args)]


@cache
def _operations(service: str) -> Mapping[str, str]:
    """A client's methods, and the IAM action that each has by its name."""
    # Any: a client whose class depends on the service.
    client: Any = boto3.client(service, region_name="us-east-1")  # pyright: ignore[reportCallIssue, reportUnknownMemberType] - any service
    prefix = client.meta.service_model.signing_name
    return {
        name: f"{prefix}:{operation}"
        for name, operation in client.meta.method_to_api_mapping.items()
    }


READERS = ("required", "optional", "whole_number")
"""What says, in `app.hub.environment`, which variable a field of settings is read from."""


def variables(code: ReachedCode) -> tuple[set[str], set[str]]:
    """The variables that the code can't do without, and all that it reads."""
    required: set[str] = set()
    read: set[str] = set()
    for module, node in code.nodes:
        match node:
            case ast.Call(func=ast.Name(id=reader), args=[ast.Constant(value=str(name)), *_]) if (
                reader in READERS
            ):
                read.add(name)
                required |= {name} if reader == "required" else set()
            case ast.Subscript(value=owner, slice=key) if _is_environment(owner):
                read |= _names(module, key)
            case ast.Call(func=ast.Attribute(value=owner), args=args) if _is_environment(owner):
                read |= {name for arg in args for name in _names(module, arg)}
            case ast.Call(args=args) if any(map(_is_environment, args)):
                read |= {name for arg in args for name in _names(module, arg)}
            case _:
                pass
    return required, read


def _is_environment(node: ast.AST) -> bool:
    return ast.unparse(node) in ("environment", "os.environ")


def _names(module: Module, node: ast.AST) -> set[str]:
    """The names of variables that an argument says, itself or as a constant of its module."""
    if isinstance(node, ast.Name) and node.id in module.definitions:
        node = module.definitions[node.id]
    if isinstance(node, ast.Call):  # it stands for what it returns, and is looked at by itself
        return set()
    texts = (part.value for part in ast.walk(node) if isinstance(part, ast.Constant))
    return {text for text in texts if isinstance(text, str) and NAME.fullmatch(text)}


def metrics(code: ReachedCode) -> set[str]:
    """The metrics that the code counts."""
    return {_text(call.args) for _, call in code.calls() if _called(call) == "count"} - {""}


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _text(args: list[ast.expr]) -> str:
    """The first argument where it is text that stands there."""
    match args:
        case [ast.Constant(value=str(text)), *_]:
            return text
        case _:
            return ""


def _stands_for(module: Module, name: str, origin: str) -> bool:
    return module.name == origin or module.imports.get(name) == (origin, name)
