"""What the rules compute, for any input."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buylink.aws.fargate_sizes import MEMORY_BY_CPU
from buylink.graph import Graph, Resource
from policies.engine import caps
from policies.rules.ecs_tasks import task_size
from policies.rules.ingress_rules import Opening
from policies.rules.nat_gateways import nat_gateways
from policies.rules.plaintext_secrets import looks_secret, sounds_secret

ROOMY = caps.for_stack("prod", {"maxTaskCpu": 16384, "maxTaskMemory": 122880})


def _task(cpu: object, memory: object) -> Resource:
    inputs = {"cpu": cpu, "memory": memory, "requiresCompatibilities": ["FARGATE"]}
    urn = "urn:pulumi:prod::shop::aws:ecs/taskDefinition:TaskDefinition::task"
    return Resource(urn=urn, type="aws:ecs/taskDefinition:TaskDefinition", name="t", inputs=inputs)


@given(cpu=st.sampled_from(sorted(MEMORY_BY_CPU)), data=st.data())
def test_every_pair_of_fargate_passes_however_it_is_written(cpu: int, data: st.DataObject) -> None:
    memory = data.draw(st.sampled_from(MEMORY_BY_CPU[cpu]))
    for written in (
        _task(cpu, memory),
        _task(str(cpu), str(memory)),
        _task(f"{cpu / 1024} vCPU", f"{memory / 1024} GB"),
        _task(f" {cpu / 1024}vcpu ", f"{memory / 1024}gb"),
    ):
        assert list(task_size(written, ROOMY)) == []


@given(cpu=st.integers(1, 20000), memory=st.integers(1, 130000))
def test_any_other_pair_is_refused(cpu: int, memory: int) -> None:
    violations = list(task_size(_task(cpu, memory), ROOMY))
    assert (violations == []) == (memory in MEMORY_BY_CPU.get(cpu, ()))


def test_fargate_has_the_pairs_that_aws_documents() -> None:
    assert [(cpu, min(sizes), max(sizes), len(sizes)) for cpu, sizes in MEMORY_BY_CPU.items()] == [
        (256, 512, 2048, 3),
        (512, 1024, 4096, 4),
        (1024, 2048, 8192, 7),
        (2048, 4096, 16384, 13),
        (4096, 8192, 30720, 23),
        (8192, 16384, 61440, 12),
        (16384, 32768, 122880, 12),
    ]


@given(address=st.ip_addresses(), data=st.data())
def test_a_wide_network_is_the_internet_unless_it_is_private(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, data: st.DataObject
) -> None:
    length = data.draw(st.integers(0, address.max_prefixlen))
    opening = Opening(f"{address}/{length}", "tcp", 22, 22, "cidrBlocks")
    private = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
    network = ipaddress.ip_network(opening.cidr, strict=False)
    ranges = [
        block for block in map(ipaddress.ip_network, private) if block.version == address.version
    ]
    inside = any(address in wide and length >= wide.prefixlen for wide in ranges)
    assert network.prefixlen == length
    assert opening.public == (length < (16 if address.version == 4 else 32) and not inside)


@pytest.mark.parametrize(
    ("cidr", "public"),
    [
        *((cidr, False) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "100.64.0.0/10", "fd00::/8")),
        *((cidr, False) for cidr in ("198.51.0.0/16", "192.168.0.0/16", "2a00:1450::/32")),
        *((cidr, True) for cidr in ("10.0.0.0/7", "8.0.0.0/8", "198.50.0.0/15", "2000::/3")),
        *((cidr, True) for cidr in ("172.0.0.0/8", "192.168.0.0/15", "2a00::/12")),
    ],
)
def test_some_networks_are_the_internet(cidr: str, public: bool) -> None:
    assert Opening(cidr, "tcp", 22, 22, "cidrBlocks").public is public


@given(count=st.integers(0, 8), cap=st.integers(0, 8))
def test_nat_gateways_are_refused_above_the_cap_and_only_there(count: int, cap: int) -> None:
    kind = "aws:ec2/natGateway:NatGateway"
    gateways = tuple(
        Resource(urn=f"urn:pulumi:dev::shop::{kind}::nat-{index}", type=kind, name=f"nat-{index}")
        for index in range(count)
    )
    graph = Graph(project="shop", stack="dev", resources=gateways)
    violations = list(nat_gateways(graph, caps.for_stack("dev", {"maxNatGateways": cap})))
    assert [violation.urn.rsplit("-", 1)[1] for violation in violations] == (
        [str(cap)] * (count > cap)
    )


def test_zones_matter_only_where_the_stack_asks_for_it() -> None:
    kind = "aws:ec2/natGateway:NatGateway"
    gateways = tuple(
        Resource(urn=f"urn:pulumi:dev::shop::{kind}::{name}", type=kind, name=name)
        for name in ("a", "b")
    )
    graph = Graph(project="shop", stack="dev", resources=gateways)
    assert list(nat_gateways(graph, caps.for_stack("dev", {"maxNatGateways": 2}))) == []
    strict = caps.for_stack("dev", {"maxNatGateways": 2, "natInDifferentZones": True})
    assert len(list(nat_gateways(graph, strict))) == 1


@pytest.mark.parametrize(
    "name",
    [
        *("SECRET", "APP_SECRETS", "token", "DB_PASSWORD", "PASSWORDS", "passwd", "DB_PWD"),
        *("KEY_PASSPHRASE", "AWS_CREDENTIAL", "CREDENTIALS", "APIKEY", "PRIVATEKEY", "SECRETKEY"),
        *("ACCESSKEY", "TIKTOK_API_KEY", "PRIVATE_KEY", "AWS_ACCESS_KEY", "SECRET_KEY"),
        *("SIGNING_KEY", "ENCRYPTION_KEY", "AUTH_KEY", "AWS_ACCESS_KEY_ID", "clientSecret"),
        *("apiKey", "api-key", "app.token", "DB_PASSWORD_2", "HTTPToken", "ACCESS_KEY_2"),
        *("PGPASSWORD", "DBPASSWORD", "DB_PASS", "DB_PASS_2", "MYSQL_ROOT_PASS", "REDISCLI_AUTH"),
        *("JWT_KEY", "SESSION_KEY", "MASTER_KEY", "HMAC_KEY", "STRIPE_KEY", "OPENAI_KEY"),
        *("GITHUB_PAT", "CLIENTSECRET", "APITOKEN", "AUTHTOKEN", "VAULT_SECRET_ID", "JWTKEY"),
    ],
)
def test_a_name_that_says_secret_is_heard(name: str) -> None:
    assert sounds_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        *("PUBLIC_KEY", "CACHE_KEY_PREFIX", "TOKENIZER", "STRIPE_PUBLIC_KEY", "PASS_THROUGH"),
        *(
            "COMPASS",
            "PATH",
            "PATTERN",
            "TOKENIZER_MODEL",
            "PASSWORDLESS",
            "MONKEY",
            "KEYBOARD",
            "SORT_KEY",
            "PARTITION_KEY",
        ),
        *("MAX_TOKENS", "STAGE", "", "_", "SECRETARY", "KEY_ID", "ACCESS_LEVEL"),
        *("DB_PASSWORD_ARN", "SECRET_ARNS", "SECRET_NAME", "SECRET_NAMES", "TOKEN_URL"),
        *("TOKEN_URI", "TOKEN_ID", "SECRET_IDS", "SECRET_PATH", "PASSWORD_FILE", "SECRETS_DIR"),
        *("TOKEN_HOST", "TOKEN_HOSTNAME", "TOKEN_PORT", "SECRETS_ENDPOINT", "SECRET_REGION"),
        *("TOKEN_TABLE", "SECRETS_BUCKET", "SECRET_PREFIX", "SECRET_SUFFIX", "SECRET_VERSION"),
        *("TOKEN_TYPE", "TOKEN_ALGORITHM", "TOKEN_ISSUER", "TOKEN_AUDIENCE", "TOKEN_HEADER"),
        *("TOKEN_TTL", "TOKEN_EXPIRY", "TOKEN_SECONDS", "TOKEN_MINUTES", "TOKEN_HOURS"),
        *("PASSWORD_DAYS", "PASSWORD_LENGTH", "TOKEN_LIMIT", "TOKEN_COUNT", "TOKEN_SIZE"),
        *("TOKEN_MAX", "TOKEN_MIN", "TOKEN_ENABLED", "PASSWORD_REQUIRED", "SECRET_ROTATION"),
    ],
)
def test_a_name_that_says_where_or_how_long_is_no_secret(name: str) -> None:
    assert not sounds_secret(name)


@pytest.mark.parametrize(
    "value",
    [
        "ASIA" + "A" * 16,
        "x AKIA" + "B" * 16,
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "-----BEGIN " + "PRIVATE KEY-----",
        "ghp_" + "a1" * 18,
        "github_pat_" + "a1" * 15,
        "xoxb-" + "1234567890-abc",
        "https://hooks.slack.com/services/T0/B0/x",
        "sk_live_" + "a1" * 8,
        "AIza" + "a" * 35,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0." + "abc",
        "redis://:hunter2@cache:6379",
        "sk-proj-" + "a1" * 12,
        "rk_live_" + "a1" * 8,
        "glpat-" + "a1" * 10,
        "SG." + "a1" * 11 + "." + "b2" * 20,
        "npm_" + "a1" * 18,
        "Server=db;User Id=app;Password=hunter2;",
        "host=db user=app password=hunter2",
    ],
)
def test_a_value_that_looks_secret_is_seen(value: str) -> None:
    assert looks_secret(value)


@pytest.mark.parametrize(
    "value",
    [
        "https://sqs.us-east-1.amazonaws.com/1/q",
        "info",
        "a:b@c",
        "AKIA",
        "eyJ",
        "s3://b/k",
        "sk-proj-",
        "Password=${DB};",
    ],
)
def test_a_plain_value_is_none(value: str) -> None:
    assert not looks_secret(value)


@given(st.text())
def test_any_name_and_value_can_be_judged(text: str) -> None:
    assert sounds_secret(text) in (True, False)
    assert looks_secret(text) in (True, False)
