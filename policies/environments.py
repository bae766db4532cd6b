"""Environments of containers and functions, and parameters: no secret in plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from buylink.graph import UNKNOWN, Graph, Resource
from policies.caps import StackCaps
from policies.containers import containers, lowered
from policies.ecs import TASK_DEFINITION
from policies.lambda_functions import FUNCTION
from policies.relations import ancestors, items, nested
from policies.rule import Finding, Rule, undecided
from policies.secret_shapes import looks_secret, sounds_secret

STATED_BY_COMPONENT: Final = "containerEnvironment"
"""The property in which a component states its containers' environment: [{name, value}]."""

PARAMETER: Final = "aws:ssm/parameter:Parameter"

SECRET_SOURCES: Final = (
    "random:index/randomPassword:RandomPassword",
    "random:index/password:Password",
    "tls:index/privateKey:PrivateKey",
    "aws:iam/accessKey:AccessKey",
)
"""Resources whose outputs are secrets themselves, and never just a reference to one."""

_HARMLESS_VALUES: Final = frozenset(("", "true", "false"))
_HELD_IN: Final = (
    (TASK_DEFINITION, "containerDefinitions"),
    (FUNCTION, "environment"),
    (PARAMETER, "value"),
    (PARAMETER, "insecureValue"),
)
_REMEDIES: Final = {
    TASK_DEFINITION: "Give it in `secrets`, by the ARN of a Secrets Manager secret or a parameter",
    FUNCTION: "Give the secret's ARN, and read it when the function runs",
    PARAMETER: "Use type SecureString, or a Secrets Manager secret",
}


def plain_environment(resource: Resource, _: StackCaps) -> Iterator[Finding]:
    """What is known of a task definition's containers, a function's variables, a parameter."""
    if resource.type == FUNCTION:
        variables = nested(resource.get("environment"), "variables")
        if variables is UNKNOWN:
            yield undecided(resource, "environment.variables", "Write the names out.")
        elif isinstance(variables, Mapping):
            pairs = [{"name": name, "value": value} for name, value in variables.items()]
            yield from _variables(resource, pairs)
    elif resource.type == PARAMETER:
        yield from _parameter(resource)
    else:
        yield from _containers(resource)


def _containers(resource: Resource) -> Iterator[Finding]:
    found = containers(resource)
    if found is None:
        yield Finding(
            resource.urn, "could not decide: containerDefinitions is not a JSON list of containers"
        )
    for container in found or ():
        yield from _variables(resource, container.get("environment"))


def _parameter(resource: Resource) -> Iterator[Finding]:
    kind, name = resource.get("type"), resource.get("name")
    name = name if isinstance(name, str) else resource.name
    given = [resource.get(each) for each in ("value", "insecureValue")]
    value = next((each for each in given if each is not None), UNKNOWN)
    is_secret = looks_secret(str(value)) or (sounds_secret(name) and not _harmless(value))
    if is_secret and kind is UNKNOWN:
        yield undecided(resource, "type", "Write SecureString out.")
    elif is_secret and kind != "SecureString":
        yield Finding(
            resource.urn,
            f"parameter {name} of type {kind} holds a secret in plain text. {_REMEDIES[PARAMETER]}",
        )


def secret_sources(graph: Graph, _: StackCaps) -> Iterator[Finding]:
    """What takes a secret's value from its source, or has containers that aren't known yet."""
    for kind, name in _HELD_IN:
        for holder in graph.of_type(kind):
            if kind == PARAMETER and holder.get("type") == "SecureString":
                continue
            for source in graph.referenced(holder, name, *SECRET_SOURCES):
                yield Finding(
                    holder.urn,
                    f"{name} takes a value of {source.name} ({source.type.rsplit(':', 1)[-1]}),"
                    f" which is a secret. {_REMEDIES[kind]}",
                )
    for definition in graph.of_type(TASK_DEFINITION):
        if definition.get("containerDefinitions") is UNKNOWN:
            yield from _stated_by_component(graph, definition)


def _stated_by_component(graph: Graph, definition: Resource) -> Iterator[Finding]:
    for component in ancestors(graph, definition):
        environment = component.get(STATED_BY_COMPONENT)
        if environment is not None and environment is not UNKNOWN:
            yield from _variables(definition, environment)
            return
    yield undecided(
        definition,
        "containerDefinitions",
        f"State {STATED_BY_COMPONENT} on the component above it, or give the image by digest.",
    )


def _variables(resource: Resource, environment: Any) -> Iterator[Finding]:
    remedy = _REMEDIES[resource.type]
    if not (environment is None or isinstance(environment, list)):
        yield Finding(
            resource.urn, "could not decide: its environment is not a list of {name, value}"
        )
    for variable in items(environment):
        given = lowered(variable) if isinstance(variable, Mapping) else {}
        name, value = given.get("name", UNKNOWN), given.get("value", UNKNOWN)
        if not isinstance(name, str):
            yield undecided(resource, "the name of an environment variable", "Write it out.")
        elif value is not UNKNOWN and looks_secret(str(value)):
            yield Finding(
                resource.urn, f"the value of environment variable {name} is a secret. {remedy}"
            )
        elif sounds_secret(name) and not _harmless(value):
            yield Finding(
                resource.urn,
                f"environment variable {name} holds a secret in plain text. {remedy}",
            )
        elif value is not UNKNOWN and _belies(name, value):
            yield Finding(
                resource.urn,
                f"environment variable {name} holds no ARN, though its name says so: it is taken"
                f" for the secret itself. {remedy}",
            )


def _belies(name: str, value: Any) -> bool:
    """Whether a name says that a secret's ARN is there, and something else is."""
    named, _, last = name.rpartition("_")
    return last.upper() in ("ARN", "ARNS") and sounds_secret(named) and not _harmless(value)


def _harmless(value: Any) -> bool:
    return isinstance(value, str) and (
        value.lower() in _HARMLESS_VALUES or value.startswith("arn:aws")
    )


RULES: Final = (
    Rule(
        id="no-plaintext-secrets",
        title="No secret in plain text",
        description="No container's or function's environment, and no plain parameter, holds a"
        " secret, by its name, its value or where it comes from.",
        severity="critical",
        pillar="Security",
        tags=("security", "ecs", "lambda"),
        remediation="Put the value into Secrets Manager or a SecureString parameter. Name its ARN"
        " in the container's `secrets`, or let the function read it when it runs: whoever may"
        " describe either can read its environment. A value that already was deployed is known:"
        " replace it.",
        url="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html",
        types=(TASK_DEFINITION, FUNCTION, PARAMETER),
        on_resource=plain_environment,
        on_stack=secret_sources,
    ),
)
