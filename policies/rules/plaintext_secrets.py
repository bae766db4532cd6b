"""Environments of containers and functions, and parameters: no secret in plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from buylink.graph import UNKNOWN, Graph, Resource, Value
from policies.engine.caps import StackCaps
from policies.engine.relations import ancestors, containers, items, lowered, nested
from policies.engine.resource_types import FUNCTION, TASK_DEFINITION
from policies.engine.rule import Rule, Violation, undecided

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


def plain_environment(resource: Resource, _: StackCaps) -> Iterator[Violation]:
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


def _containers(resource: Resource) -> Iterator[Violation]:
    definitions = containers(resource)
    if definitions is None:
        yield Violation(
            resource.urn, "could not decide: containerDefinitions is not a JSON list of containers"
        )
    for container in definitions or ():
        yield from _variables(resource, container.get("environment"))


def _parameter(resource: Resource) -> Iterator[Violation]:
    kind, name = resource.get("type"), resource.get("name")
    name = name if isinstance(name, str) else resource.name
    values = (resource.get("value"), resource.get("insecureValue"))
    value = next((value for value in values if value is not None), UNKNOWN)
    is_secret = looks_secret(str(value)) or (sounds_secret(name) and not _harmless(value))
    if is_secret and kind is UNKNOWN:
        yield undecided(resource, "type", "Write SecureString out.")
    elif is_secret and kind != "SecureString":
        yield Violation(
            resource.urn,
            f"parameter {name} of type {kind} holds a secret in plain text. {_REMEDIES[PARAMETER]}",
        )


def secret_sources(graph: Graph, _: StackCaps) -> Iterator[Violation]:
    """What takes a secret's value from its source, or has containers that aren't known yet."""
    for kind, name in _HELD_IN:
        for holder in graph.of_type(kind):
            if kind == PARAMETER and holder.get("type") == "SecureString":
                continue
            for source in graph.referenced(holder, name, *SECRET_SOURCES):
                yield Violation(
                    holder.urn,
                    f"{name} takes a value of {source.name} ({source.type.rsplit(':', 1)[-1]}),"
                    f" which is a secret. {_REMEDIES[kind]}",
                )
    for definition in graph.of_type(TASK_DEFINITION):
        if definition.get("containerDefinitions") is UNKNOWN:
            yield from _stated_by_component(graph, definition)


def _stated_by_component(graph: Graph, definition: Resource) -> Iterator[Violation]:
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


def _variables(resource: Resource, environment: Value) -> Iterator[Violation]:
    remedy = _REMEDIES[resource.type]
    if not (environment is None or isinstance(environment, list)):
        yield Violation(
            resource.urn, "could not decide: its environment is not a list of {name, value}"
        )
    for variable in items(environment):
        parts = lowered(variable) if isinstance(variable, Mapping) else {}
        name, value = parts.get("name", UNKNOWN), parts.get("value", UNKNOWN)
        if not isinstance(name, str):
            yield undecided(resource, "the name of an environment variable", "Write it out.")
        elif value is not UNKNOWN and looks_secret(str(value)):
            yield Violation(
                resource.urn, f"the value of environment variable {name} is a secret. {remedy}"
            )
        elif sounds_secret(name) and not _harmless(value):
            yield Violation(
                resource.urn,
                f"environment variable {name} holds a secret in plain text. {remedy}",
            )
        elif value is not UNKNOWN and _belies(name, value):
            yield Violation(
                resource.urn,
                f"environment variable {name} holds no ARN, though its name says so: it is taken"
                f" for the secret itself. {remedy}",
            )


def _belies(name: str, value: Value) -> bool:
    """Whether a name says that a secret's ARN is there, and something else is."""
    named, _, last = name.rpartition("_")
    return last.upper() in ("ARN", "ARNS") and sounds_secret(named) and not _harmless(value)


def _harmless(value: Value) -> bool:
    return isinstance(value, str) and (
        value.lower() in _HARMLESS_VALUES or value.startswith("arn:aws")
    )


_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET_ENDINGS: Final = (
    "secret", "secrets", "token", "password", "passwords", "passwd", "pwd", "passphrase",
    "credential", "credentials",
)  # fmt: skip
"""A word that ends so says secret: PGPASSWORD, CLIENTSECRET and APITOKEN are one word each."""

_SECRET_PAIRS: Final = frozenset((
    *(
        (kind, "key")
        for kind in (
            "api", "private", "access", "secret", "signing", "encryption", "auth", "jwt",
            "session", "master", "hmac", "stripe", "openai", "anthropic", "sendgrid",
        )
    ),
    ("rediscli", "auth"), ("redis", "auth"),
))  # fmt: skip
_SECRET_WORDS: Final = frozenset("".join(pair) for pair in _SECRET_PAIRS)
_LAST_WORDS: Final = frozenset(("pass", "dbpass", "pat"))
"""Words that say secret at a name's end only: not PASS_THROUGH."""

_REFERENCE_WORDS: Final = frozenset((
    "arn", "arns", "name", "names", "url", "uri", "id", "ids", "path", "file", "dir", "host",
    "hostname", "port", "endpoint", "region", "table", "bucket", "prefix", "suffix", "version",
    "type", "algorithm", "issuer", "audience", "header", "ttl", "expiry", "seconds", "minutes",
    "hours", "days", "length", "limit", "count", "size", "max", "min", "enabled", "required",
    "rotation",
))  # fmt: skip
_ALWAYS_SECRET: Final = frozenset((
    ("access", "key", "id"), ("vault", "secret", "id"), ("role", "secret", "id"),
))  # fmt: skip
_SECRET_VALUES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(AKIA|ASIA)[0-9A-Z]{16}\b",  # AWS
        r"-----BEGIN [A-Z ]*PRIVATE KEY",
        r"\bgh[pousr]_[0-9A-Za-z]{20,}|\bgithub_pat_[0-9A-Za-z_]{20,}|\bglpat-[0-9A-Za-z_-]{16,}",
        r"\bxox[abeprs]-[0-9A-Za-z-]{10,}|hooks\.slack\.com/services/",
        r"\b[sr]k_(live|test)_[0-9A-Za-z]{10,}|\bAIza[0-9A-Za-z_-]{35}",
        r"\bsk-(proj|svcacct|admin|ant)-[0-9A-Za-z_-]{16,}|\bnpm_[0-9A-Za-z]{30,}",
        r"\bSG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}",
        r"\beyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}\.",  # a JSON web token
        r"[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@",  # user:password@ in a URL
        r"(?i)(^|[;?&\s])(password|pwd)\s*=\s*[^;&\s{$<%]",  # in a connection string
    )
)


def sounds_secret(name: str) -> bool:
    """Whether a variable's name says that its value is a secret, and not where one is found."""
    words = tuple(word.lower() for word in _WORDS.findall(name))
    if words[-3:] in _ALWAYS_SECRET:
        return True
    if not words or words[-1] in _REFERENCE_WORDS:
        return False
    last = next((word for word in reversed(words) if not word.isdecimal()), "")
    return (
        last in _LAST_WORDS
        or any(word.endswith(_SECRET_ENDINGS) or word in _SECRET_WORDS for word in words)
        or not _SECRET_PAIRS.isdisjoint(pairwise(words))
    )


def looks_secret(value: str) -> bool:
    """Whether a value has the form of a key, a token, or a URL or text with a password in it."""
    return any(pattern.search(value) for pattern in _SECRET_VALUES)


RULES: Final = (
    Rule(
        id="no-plaintext-secrets",
        title="No secret in plain text",
        description="No container's or function's environment, and no plain parameter, holds a"
        " secret, by its name, its value or where it comes from.",
        details="""
            Reads the environment in `containerDefinitions` of task definitions, and in
            `environment.variables` of Lambda functions. A variable is refused if its name says
            secret (`DB_PASSWORD`, `PGPASSWORD`, `apiToken`, `JWT_KEY`; not `TOKENIZER_MODEL`, not
            `SORT_KEY`, not `DB_PASSWORD_ARN`), if its value has the form of a key, a token, or a
            URL or connection string with a password, or if it takes a value of a resource that
            makes secrets (`RandomPassword`, `AccessKey`, `PrivateKey`). An
            `aws:ssm/parameter:Parameter` is judged alike by its name and value, unless its type is
            `SecureString`. What a name ending in `_ARN` holds has to be an ARN, where the rest of
            the name says secret. The value is never printed. Keys of `containerDefinitions` are
            read in any case, as AWS does; text that is no JSON list of containers, or an
            environment that is no list, is a violation.

            Pulumi's Python SDK takes off secret wrappers before a policy runs, so a Pulumi secret
            under an innocent name shows only by the resource it comes from. For the same reason the
            version of a Secrets Manager secret isn't judged: a value from Pulumi's encrypted
            configuration and one written into the program look alike.
        """,
        unknowns="""
            One unknown value, such as the image, makes all of `containerDefinitions` unknown. Then
            the nearest component above the task definition is asked for its output
            `containerEnvironment`, a list of `{name, value}`; a single value in it may be unknown
            unless its name says secret. Without such a statement it is a violation: state it, or
            give the image by digest. A statement is trusted: that the containers have this
            environment and no other can't be seen before it is known. It is judged itself then, in
            the update, before the task definition is created. A function's variables are known one
            by one; where even their names aren't, it is a violation.
        """,
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
