"""Cases of `no-plaintext-secrets`."""

from __future__ import annotations

import json
from typing import Final

from buylink.graph import Value
from tests.policies.graphs import CaseFactory, Later, Node

_KEY: Final = "AKIA" + "IOSFODNN7EXAMPLE"


def _containers(*settings: str) -> str:
    pairs = (variable.split("=", 1) for variable in settings)
    variables = [{"name": name, "value": value} for name, value in pairs]
    return json.dumps([{"name": "app", "image": "app:1", "environment": variables}])


def _task(definitions: Value, parent: str | None = None) -> Node:
    inputs = {"containerDefinitions": definitions, "family": "api"}
    return Node("aws:ecs/taskDefinition:TaskDefinition", "task", inputs, parent)


def _component(environment: Value) -> Node:
    inputs = {} if environment is None else {"containerEnvironment": environment}
    return Node("buylink:services:FargateService", "service", inputs)


def _unknown(environment: Value, value: str = _containers("STAGE=prod")) -> tuple[Node, ...]:
    return (_component(environment), _task(Later(value, ("image",)), "service"), _IMAGE)


_IMAGE: Final = Node("aws:ecr/repository:Repository", "image", {})


def _function(variables: Value) -> Node:
    return Node("aws:lambda/function:Function", "sync", {"environment": {"variables": variables}})


def _parameter(**inputs: Value) -> Node:
    return Node("aws:ssm/parameter:Parameter", "setting", inputs)


_PASSWORD: Final = Node("random:index/randomPassword:RandomPassword", "pepper", {"length": 32})


_case: Final = CaseFactory("no-plaintext-secrets")


def _variable(name: Value, value: Value) -> dict[str, Value]:
    return {"name": name, "value": value}


CASES: Final = (
    _case(
        "good",
        "plain settings are fine",
        _task(_containers("STAGE=prod", "TABLE_NAME=links", "LOG_LEVEL=info")),
    ),
    _case(
        "good",
        "what the component states is judged when the containers aren't known",
        *_unknown([_variable("STAGE", "prod"), _variable("QUEUE_URL", Later("https://sqs"))]),
    ),
    _case(
        "bad",
        "a password is refused",
        _task(_containers("DB_PASSWORD=hunter2")),
        says=("task: environment variable DB_PASSWORD holds a secret in plain text",),
    ),
    _case(
        "good",
        "where a secret is found is no secret, known or not",
        *_unknown(
            [_variable("API_KEY_ARN", Later("arn:aws:secretsmanager:us-east-1:1:secret:key"))],
            _containers("API_KEY_ARN=arn:aws:secretsmanager:us-east-1:1:secret:key"),
        ),
    ),
    _case(
        "bad",
        "a name that says ARN doesn't excuse a secret's own value",
        _task(_containers("API_KEY_ARN=hunter2", "TOPIC_ARN=none")),
        says=("task: environment variable API_KEY_ARN holds no ARN, though its name says so",),
    ),
    _case(
        "bad",
        "a key is refused under any name",
        _task(_containers(f"SETTING={_KEY}")),
        says=("task: the value of environment variable SETTING is a secret",),
    ),
    _case(
        "bad",
        "a secret that the component states is refused",
        *_unknown([_variable("API_TOKEN", "abc123")], _containers("API_TOKEN=abc123")),
        says=("task: environment variable API_TOKEN holds a secret",),
    ),
    _case(
        "bad",
        "the value of a random password is refused under any name",
        Node("random:index/randomPassword:RandomPassword", "pepper", {"length": 32}),
        _component([_variable("PEPPER", Later("x7#k"))]),
        _task(Later(_containers("PEPPER=x7#k"), ("pepper",)), "service"),
        says=("task: containerDefinitions takes a value of pepper (RandomPassword)",),
        views=("preview", "deployed"),
    ),
    _case(
        "unknown",
        "unknown containers without a statement can't be decided",
        *_unknown(None),
        says=("task: could not decide: containerDefinitions is only known after deployment",),
        deployed=(),
    ),
    _case(
        "unknown",
        "unknown containers without a component can't be decided",
        _task(Later(_containers("DB_PASSWORD=hunter2"))),
        says=("task: could not decide: containerDefinitions",),
        deployed=("task: environment variable DB_PASSWORD holds a secret",),
    ),
    _case(
        "unknown",
        "an unknown statement can't be decided",
        *_unknown(Later([_variable("STAGE", "prod")])),
        says=("task: could not decide: containerDefinitions",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown value under a secret's name is refused",
        *_unknown([_variable("SIGNING_KEY", Later("k"))], _containers("SIGNING_KEY=k")),
        says=("task: environment variable SIGNING_KEY holds a secret",),
    ),
    _case(
        "unknown",
        "an unknown name can't be decided",
        *_unknown([_variable(Later("STAGE"), "prod")]),
        says=("task: could not decide: the name of an environment variable",),
        deployed=(),
    ),
    _case(
        "variant",
        "the statement may stand further up",
        Node("buylink:services:Services", "all", {"containerEnvironment": []}),
        Node("buylink:services:FargateService", "service", {}, "all"),
        _task(Later(_containers("STAGE=prod"), ("image",)), "service"),
        _IMAGE,
    ),
    _case(
        "variant",
        "a reference to a secret is no secret",
        _task(
            _containers(
                "DB_PASSWORD_ARN=arn:aws:secretsmanager:us-east-1:123456789012:secret:db",
                "API_KEY=arn:aws:ssm:us-east-1:123456789012:parameter/key",
                "TOKEN_URL=https://auth.example.com/token",
                "SECRET_NAME=db",
            )
        ),
    ),
    _case(
        "variant",
        "a reference with the secret in it is one",
        _task(_containers("DATABASE_URL=postgres://app:hunter2@db.internal/links")),
        says=("task: the value of environment variable DATABASE_URL is a secret",),
    ),
    _case(
        "variant",
        "a word inside another word doesn't count",
        _task(_containers("TOKENIZER_MODEL=bert", "PASSWORDLESS=on", "MONKEY=bars")),
    ),
    _case(
        "variant",
        "a name may be written in camel case",
        _task(_containers("apiToken=abc")),
        says=("task: environment variable apiToken holds a secret",),
    ),
    _case("variant", "no environment is fine", _task('[{"name": "app", "environment": null}]')),
    _case(
        "variant",
        "text that isn't JSON can't be decided",
        _task("- name: app"),
        says=("task: could not decide: containerDefinitions is not a JSON list",),
    ),
    *(
        _case(
            "variant",
            f"{text} is no list of containers",
            _task(text),
            says=("task: could not decide: containerDefinitions is not a JSON list",),
        )
        for text in ('["app"]', '{"environment": [{"name": "DB_PASSWORD", "value": "x"}]}', "5")
    ),
    _case(
        "bad",
        "keys may be written in any case",
        _task('[{"Name": "app", "Environment": [{"Name": "DB_PASSWORD", "Value": "hunter2"}]}]'),
        says=("task: environment variable DB_PASSWORD holds a secret",),
    ),
    _case(
        "variant",
        "an environment that is no list can't be decided",
        _task('[{"name": "app", "environment": {"DB_PASSWORD": "hunter2"}}]'),
        says=("task: could not decide: its environment is not a list",),
    ),
    *(
        _case(
            "unknown",
            f"a statement that is {environment!r} can't be decided",
            *_unknown(environment),
            says=(f"task: could not decide: {part}",),
            deployed=(),
        )
        for environment, part in (
            ({"DB_PASSWORD": "hunter2"}, "its environment is not a list"),
            ("STAGE=prod", "its environment is not a list"),
            (["STAGE=prod"], "the name of an environment variable"),
        )
    ),
    _case(
        "variant",
        "a value that says nothing is no secret",
        _task(_containers("SESSION_TOKEN=", "USE_SECRETS=true", "NEEDS_PASSWORD=false")),
    ),
    _case(
        "unknown",
        "a variable that isn't known at all can't be decided",
        *_unknown([Later(_variable("STAGE", "prod"))]),
        says=("task: could not decide: the name of an environment variable",),
        deployed=(),
    ),
    *(
        _case(
            "variant",
            f"the value of {kind} is a secret",
            Node(kind, "source"),
            _component([_variable("SETTING", Later("x"))]),
            _task(Later(_containers("SETTING=x"), ("source",)), "service"),
            says=("task: containerDefinitions takes a value of source",),
            views=("preview", "deployed"),
        )
        for kind in (
            "random:index/password:Password",
            "tls:index/privateKey:PrivateKey",
            "aws:iam/accessKey:AccessKey",
        )
    ),
    _case(
        "good",
        "a function's plain variables are fine",
        _function(
            {"STAGE": "prod", "QUEUE_URL": Later("https://sqs"), "SECRET_ARN": Later("arn:aws:")}
        ),
        Node("aws:lambda/function:Function", "bare", {}),
    ),
    _case(
        "bad",
        "a function's variables are judged too",
        _function({"API_TOKEN": "abc", "SETTING": _KEY}),
        says=(
            "sync: environment variable API_TOKEN holds a secret in plain text. Give the secret's",
            "sync: the value of environment variable SETTING is a secret",
        ),
    ),
    _case(
        "bad",
        "a function that takes a random password is refused",
        _PASSWORD,
        _function({"PEPPER": Later("x7#k", ("pepper",))}),
        says=("sync: environment takes a value of pepper (RandomPassword)",),
        views=("preview", "deployed"),
    ),
    _case(
        "unknown",
        "variables that aren't known can't be decided",
        _function(Later({"API_TOKEN": "abc"})),
        says=("sync: could not decide: environment.variables",),
        deployed=("sync: environment variable API_TOKEN holds",),
    ),
    _case(
        "unknown",
        "an environment that isn't known can't be decided",
        Node("aws:lambda/function:Function", "sync", {"environment": Later({"variables": {}})}),
        says=("sync: could not decide: environment.variables",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown value under a secret's name is refused in a function too",
        _function({"SIGNING_KEY": Later("k")}),
        says=("sync: environment variable SIGNING_KEY holds a secret",),
    ),
    _case(
        "good",
        "a parameter may hold settings, and an encrypted one a secret",
        _parameter(type="String", name="/hub/log-level", value="info"),
        Node(
            "aws:ssm/parameter:Parameter",
            "secret",
            {"type": "SecureString", "name": "/hub/db-password", "value": "hunter2"},
        ),
    ),
    *(
        _case(
            "bad",
            f"a parameter {name} is refused",
            _parameter(**inputs),
            says=("setting: parameter /hub/",),
        )
        for name, inputs in (
            ("named after a secret", {"type": "String", "name": "/hub/db-password", "value": "x"}),
            ("in a list", {"type": "StringList", "name": "/hub/api-keys/secret", "value": "a,b"}),
            ("with a key in it", {"type": "String", "name": "/hub/setting", "value": _KEY}),
            ("that says so", {"type": "String", "name": "/hub/token", "insecureValue": "x"}),
            ("without a value", {"type": "String", "name": "/hub/token", "valueWoVersion": 1}),
        )
    ),
    _case(
        "bad",
        "a parameter that takes a random password is refused",
        _PASSWORD,
        _parameter(type="String", name="/hub/pepper", value=Later("x7#k", ("pepper",))),
        Node(
            "aws:ssm/parameter:Parameter",
            "second",
            {"type": "String", "name": "/hub/p", "insecureValue": Later("x7#k", ("pepper",))},
        ),
        says=(
            "second: insecureValue takes a value of pepper",
            "setting: value takes a value of pepper (RandomPassword), which is a secret. Use type",
        ),
        views=("preview", "deployed"),
    ),
    _case(
        "unknown",
        "an unknown type of a secret parameter can't be decided",
        _parameter(type=Later("SecureString"), name="/hub/db-password", value="hunter2"),
        says=("setting: could not decide: type",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown value under a secret's name is refused in a parameter too",
        _parameter(type="String", name="/hub/db-password", value=Later("hunter2")),
        says=("setting: parameter /hub/db-password of type String holds a secret",),
    ),
    _case(
        "unknown",
        "a parameter whose name isn't known goes by the resource's name",
        Node(
            "aws:ssm/parameter:Parameter",
            "db-password",
            {"type": "String", "name": Later("/hub/db-password"), "value": "hunter2"},
        ),
        says=("db-password: parameter db-password of type String",),
        deployed=("db-password: parameter /hub/db-password of type String",),
    ),
    _case(
        "variant",
        "an encrypted parameter may take a random password",
        _PASSWORD,
        _parameter(type="SecureString", value=Later("x7#k", ("pepper",))),
    ),
    _case(
        "variant",
        "a parameter may say where a secret is",
        _parameter(type="String", name="/hub/db-password", value="arn:aws:secretsmanager:x"),
    ),
    _case(
        "variant",
        "the type of a setting decides nothing",
        _parameter(type=Later("String"), name="/hub/log-level", value="info"),
    ),
)
