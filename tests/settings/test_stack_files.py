"""The three real stack files, and what is said of wrong ones."""

from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from buylink.settings import Settings, SettingsError
from buylink.settings.stack_files import check_folders, read_stack_file, settings_from, stack_names
from buylink.settings.storage import BucketSettings
from tests.settings.stacks import PROJECT, problems, settings

DOMAIN = (
    "buylink:domain={name: hub.example.com, certificateArn: "
    "'arn:aws:acm:us-east-1:123456789012:certificate/0a1b'}"
)

FIGURES: dict[str, dict[str, object]] = {
    "dev": {
        "nat": "single", "http": (256, 512, 1, 2), "worker": (512, 1024, 0, 2), "base": 0,
        "retention": 7, "insights": "disabled", "tables": False, "budget": 100, "load": (20, 20),
    },
    "staging": {
        "nat": "single", "http": (512, 1024, 1, 4), "worker": (1024, 2048, 0, 5), "base": 0,
        "retention": 14, "insights": "disabled", "tables": False, "budget": 175,
        "load": (100, 100),
    },
    "prod": {
        "nat": "dual", "http": (512, 1024, 2, 10), "worker": (1024, 2048, 0, 10), "base": 1,
        "retention": 30, "insights": "enhanced", "tables": True, "budget": 300,
        "load": (1000, 500),
    },
}  # fmt: skip


@pytest.mark.parametrize("stack", FIGURES)
def test_each_stack_has_the_owners_figures(stack: str) -> None:
    chosen = settings(stack=stack)
    figures = FIGURES[stack]
    worker = chosen.workers["ai-worker"]
    assert chosen.network.nat_gateways == figures["nat"]
    assert chosen.network.availability_zones == 2
    assert chosen.region == "us-east-1"
    assert chosen.edge.enabled
    assert list(chosen.http_services) == ["ingestion-api", "product-service"]
    for service in chosen.http_services.values():
        size = (service.cpu, service.memory, service.min_tasks, service.max_tasks)
        assert size == figures["http"]
        assert service.on_demand_base == figures["base"]
        assert service.spot_weight > 0
        assert service.on_demand_weight == 0
        assert service.architecture == "ARM64"
    assert (worker.cpu, worker.memory, worker.min_tasks, worker.max_tasks) == figures["worker"]
    assert chosen.logs.retention_days == figures["retention"]
    assert chosen.cluster.container_insights == figures["insights"]
    assert chosen.tables.point_in_time_recovery is figures["tables"]
    assert chosen.tables.deletion_protection is figures["tables"]
    assert chosen.budget.limit == Decimal(str(figures["budget"]))
    assert chosen.budget.alert_percents == (80, 100, 150)
    assert (chosen.load.users, chosen.load.videos_per_day) == figures["load"]
    assert bool(chosen.alerts.emails) == (stack == "prod")


def test_caps_are_not_the_settings_business() -> None:
    assert (
        settings("buylink:services.ingestion-api.maxTasks=12")
        .http_services["ingestion-api"]
        .max_tasks
        == 12
    )


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("buylink:network.natGateways=triple",
         "--config: buylink:network.natGateways: expected 'none', 'single' or 'dual', got 'triple'"),
        ("buylink:network.natGateway=single",
         "--config: buylink:network.natGateway: unknown key: did you mean 'natGateways'? Keys here: "
         "availabilityZones, cidr, flowLogs, interfaceEndpoints, natGateways, privateSubnets, "
         "publicSubnets"),
        ("buylink:services.ingestion-api.maxTasks=many",
         "--config: buylink:services.ingestion-api.maxTasks: expected a whole number, got 'many'"),
        ("buylink:services.ingestion-api.memory=4096",
         "--config: buylink:services.ingestion-api.memory: expected a memory that goes with 256 CPU "
         "units (0.25 vCPU), got 4,096 MiB: Fargate takes 512, 1,024, 2,048 MiB there"),
        ("buylink:services.ingestion-api.minTasks=5",
         "--config: buylink:services.ingestion-api.minTasks: expected at most maxTasks, which is 2, "
         "got 5"),
        ("buylink:network.cidr=10.0.0.0/26",
         "--config: buylink:network.cidr: expected a block of at least /25 for 2 zones, got "
         "10.0.0.0/26: 4 subnets take 4 equal blocks of /28 (16 addresses), and a load balancer "
         "needs a /27 (32 addresses) in each zone"),
        ("buylink:network.cidr=8.8.0.0/16",
         "--config: buylink:network.cidr: expected a block inside a private range, got 8.8.0.0/16: "
         "the internet routes it elsewhere; use one of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, "
         "100.64.0.0/10"),
        ("buylink:network.cidr=10.0.0.0/8",
         "--config: buylink:network.cidr: expected a block of /16 or smaller, got 10.0.0.0/8: AWS "
         "takes no larger VPC"),
        ("buylink:network.availabilityZones=4",
         "--config: buylink:network.availabilityZones: expected at most 3, got 4"),
        ("buylink:edge.enabled=false",
         "stacks/Pulumi.dev.yaml: buylink:domain: expected a name and a certificateArn when "
         "edge.enabled is false, got none: the load balancer then faces the internet and must "
         "speak TLS"),
        ("buylink:services.product-service.paths=[/links]",
         "--config: buylink:services: expected exactly one http service without "
         "paths, which answers all other requests, got 0 (none)"),
        ("buylink:services.product-service.spotWeight=0",
         "--config: buylink:services.product-service.spotWeight: expected spotWeight or "
         "onDemandWeight above 0, got 0 and 0: tasks past the base of onDemandBase would have "
         "nowhere to run; set spotWeight: 1"),
        ("buylink:services.ai-worker.kind=robot",
         "--config: buylink:services.ai-worker.kind: expected one of 'http', 'worker', "
         "'scheduled', got 'robot'"),
        ("buylink:budget.alertPercents=[100, 80]",
         "--config: buylink:budget.alertPercents: expected rising percents above 0, got [100, 80]"),
        ("buylink:budget.alertPercents=[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]",
         "--config: buylink:budget.alertPercents: expected at most 10 percents, got 11: "
         "AWS Budgets takes no more alerts"),
        ("buylink:alerts.emails=[" + ", ".join(f"{one}@b.example" for one in "abcdefghijk") + "]",
         "--config: buylink:alerts.emails: expected at most 10 entries, got 11"),
        ("buylink:services.product-service.environment={PORT: '80'}",
         "--config: buylink:services.product-service.environment.PORT: expected another name, got "
         "PORT: the stack sets it itself"),
        ("buylink:budget.limit=lots",
         "--config: buylink:budget.limit: expected an amount such as 100 or 99.50, got 'lots'"),
        ("buylink:services.ingestion-api.maxTasks=true",
         "--config: buylink:services.ingestion-api.maxTasks: expected a whole number, got True"),
        ("buylink:services.ingestion-api.maxTasks='3'",
         "--config: buylink:services.ingestion-api.maxTasks: expected a whole number, got '3'"),
        ("buylink:edge.enabled=1",
         "--config: buylink:edge.enabled: expected true or false, got 1"),
        ("buylink:budget.limit=.inf",
         "--config: buylink:budget.limit: expected a finite amount, got inf"),
        ("buylink:logs=7",
         "--config: buylink:logs: expected a mapping of keys to values, got 7"),
        ("buylink:stack=prod",
         "--config: buylink:stack: unknown key: Keys here: alerts, budget, cluster, domain, edge, "
         "load, loadBalancer, logs, monitoring, network, secrets, services, storage, tables"),
        ("buylink:storage.thumbnails={typicalKb: 20, expireDays: 365, transitions: [{afterDays: 30, storageClass: STANDARD_IA}]}",
         "--config: buylink:storage.thumbnails.transitions[0]: expected a move that saves money, got "
         "STANDARD_IA: a million objects of 20 KB cost $4.91 in Standard over 11.2 months, $17.09 in "
         "STANDARD_IA and $10.00 to move, a loss of $22.18; leave them in Standard"),
        ("buylink:storage.thumbnails={typicalKb: 20, expireDays: 500}", None),
        ("buylink:storage.thumbnails={typicalKb: 20}", None),
        ("buylink:storage.originals={typicalKb: 5000, transitions: [{afterDays: 7, storageClass: STANDARD_IA}]}",
         "--config: buylink:storage.originals.transitions[0].afterDays: expected at least 30 days "
         "before STANDARD_IA, got 7: S3 moves no sooner"),
        ("buylink:storage.originals={typicalKb: 5000, transitions: [{afterDays: 90, storageClass: GLACIER_IR}, {afterDays: 40, storageClass: GLACIER}]}",
         "--config: buylink:storage.originals.transitions: expected rising days, got [90, 40]"),
        ("buylink:storage.originals={typicalKb: 5000, transitions: [{afterDays: 90, storageClass: GLACIER_IR}], expireDays: 90}",
         "--config: buylink:storage.originals.expireDays: expected more days than the last move's 90, "
         "got 90"),
        ("buylink:services.scheduled-ingestion.schedule=every day",
         "--config: buylink:services.scheduled-ingestion.schedule: expected a schedule such as "
         "rate(45 minutes) or cron(0 7 * * ? *), got 'every day': EventBridge Scheduler takes no other"),
        ("buylink:services.scheduled-ingestion.schedule=rate(0 minutes)",
         "--config: buylink:services.scheduled-ingestion.schedule: expected a schedule such as "
         "rate(45 minutes) or cron(0 7 * * ? *), got 'rate(0 minutes)': EventBridge Scheduler takes no "
         "other"),
        ("buylink:services.ai-worker.retentionDays=15",
         "--config: buylink:services.ai-worker.retentionDays: expected at most 14, got 15"),
        ("buylink:services.ai-worker.acceptableLatency=60",
         None),
        ("buylink:services.ai-worker.secondsPerMessage=600",
         "stacks/Pulumi.dev.yaml: buylink:services.ai-worker.acceptableLatency: expected at least secondsPerMessage, "
         "which is 600, got 300: no number of tasks is that fast"),
        ("buylink:secrets.recoveryDays=3",
         "--config: buylink:secrets.recoveryDays: expected 0, or 7 to 30, got 3: Secrets Manager takes "
         "no other"),
        ("buylink:budget.neverStop=[search]",
         "--config: buylink:budget.neverStop[0]: expected one of ingestion-api, product-service, "
         "ai-worker, scheduled-ingestion, got 'search'"),
        ("buylink:logs.retentionDays=8",
         "--config: buylink:logs.retentionDays: expected one of 1, 3, 5, 7, 14, 30, 60, 90, 120, "
         "150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, got 8: CloudWatch "
         "Logs takes no other"),
    ],
)  # fmt: skip
def test_a_wrong_setting_says_where_what_was_expected_and_what_it_got(
    override: str, message: str | None
) -> None:
    assert problems(override) == ([] if message is None else [message])


@pytest.mark.parametrize("override", ["nonsense", "network.cidr=1", "buylink:=1", "buylink:a..b=1"])
def test_an_override_that_is_none_is_refused(override: str) -> None:
    assert problems(override) == [
        f"--config: {override}: expected KEY=VALUE with a key such as buylink:network.natGateways"
    ]


def test_all_errors_come_at_once_also_inside_one_group() -> None:
    messages = problems(
        "buylink:network.natGateways=triple",
        "buylink:network.cidr=10.0.0.0/27",
        "buylink:services.ingestion-api.cpu=300",
        "buylink:services.ingestion-api.minTasks=9",
        "buylink:services.ingestion-api.colour=red",
        "buylink:edge.enabled=false",
    )
    keys = [problem.split(": ")[1] for problem in messages]
    assert sorted(keys) == [
        "buylink:domain",
        "buylink:network.cidr",
        "buylink:network.natGateways",
        "buylink:services.ingestion-api.colour",
        "buylink:services.ingestion-api.cpu",
        "buylink:services.ingestion-api.minTasks",
    ]


def test_prod_needs_someone_to_tell() -> None:
    assert problems("buylink:alerts.emails=[]", stack="prod") == [
        "--config: buylink:alerts.emails: expected at least one address in prod, got none: nobody "
        "would hear of an alert"
    ]


def test_a_certificate_must_be_where_it_is_used() -> None:
    assert problems(DOMAIN) == []
    elsewhere = DOMAIN.replace("us-east-1", "eu-west-1")
    assert problems(elsewhere) == [
        "--config: buylink:domain.certificateArn: expected a certificate in us-east-1, got one in "
        "eu-west-1: CloudFront takes no other"
    ]
    assert problems(elsewhere, "buylink:edge.enabled=false", "aws:region=eu-west-1") == []


def test_hand_made_subnets_are_checked_against_each_other() -> None:
    messages = problems(
        "buylink:network.publicSubnets=[10.0.0.0/24, 10.0.0.128/25]",
        "buylink:network.privateSubnets=[10.1.0.0/24]",
    )
    assert messages == [
        "--config: buylink:network.privateSubnets: expected 2 blocks, one for each zone, got 1",
        "--config: buylink:network.privateSubnets: 10.1.0.0/24 is not inside the VPC's 10.0.0.0/16 "
        "(10.0.0.0 to 10.0.255.255)",
        "--config: buylink:network.publicSubnets: 10.0.0.128/25 (10.0.0.128 to 10.0.0.255) overlaps "
        "10.0.0.0/24 (10.0.0.0 to 10.0.0.255)",
    ]


def test_the_defaults_of_the_buckets_hold_against_their_own_checks() -> None:
    for bucket in (settings().storage.thumbnails, settings().storage.originals):
        assert BucketSettings.model_validate(bucket.model_dump(by_alias=True)) == bucket


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        settings().network.nat_gateways = "none"  # type: ignore[misc]


def project_with(folder: Path, text: str) -> Path:
    (folder / "Pulumi.yaml").write_text("name: buylink\nstackConfigDir: stacks\n")
    (folder / "stacks").mkdir()
    (folder / "stacks" / "Pulumi.dev.yaml").write_text(text)
    return folder


def test_broken_yaml_is_reported_with_file_and_line(tmp_path: Path) -> None:
    project = project_with(tmp_path, "config:\n  buylink:network: [single\n  b: c\n")
    with pytest.raises(SettingsError) as caught:
        read_stack_file(project, "dev")
    assert str(caught.value) == (
        "stacks/Pulumi.dev.yaml:3:4: expected YAML: expected ',' or ']', but got ':'"
    )


@pytest.mark.parametrize("text", ["- a\n", "config: 7\n", "just words\n"])
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match="expected a mapping of keys"):
        read_stack_file(project_with(tmp_path, text), "dev")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("config: {1: 2}\n", "stacks/Pulumi.dev.yaml: config: expected keys of text, got 1"),
        ("config:\n  a:b: 1\n  a:b: 2\n", "expected YAML: the key 'a:b' stands twice"),
        ("config: " + "[" * 5000, "stacks/Pulumi.dev.yaml: expected YAML in UTF-8"),
    ],
)
def test_strange_yaml_is_reported_without_a_traceback(
    tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        read_stack_file(project_with(tmp_path, text), "dev")
    assert words in str(caught.value)


def test_an_empty_file_lacks_what_has_no_default(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        settings_from(read_stack_file(project_with(tmp_path, ""), "dev"))
    assert [problem.key for problem in caught.value.problems] == [
        "aws:region", "buylink:services", "buylink:logs", "buylink:budget", "buylink:load",
    ]  # fmt: skip


def test_a_stack_without_a_file_lists_those_there_are() -> None:
    with pytest.raises(SettingsError) as caught:
        read_stack_file(PROJECT, "qa")
    assert str(caught.value) == (
        "stacks/Pulumi.qa.yaml: expected a stack file, got no such file; there are: "
        "dev, prod, staging"
    )
    assert stack_names(PROJECT) == ["dev", "prod", "staging"]


def test_an_encrypted_value_is_never_read(tmp_path: Path) -> None:
    project = project_with(tmp_path, "config:\n  acme:token:\n    secure: AAABADQXFl\n")
    stack_file = read_stack_file(project, "dev")
    assert stack_file.secret_keys == ("acme:token",)
    assert stack_file.pulumi_config() == {"acme:token": "[secret]"}


def test_an_override_leaves_the_file_as_it_is() -> None:
    before = (PROJECT / "stacks" / "Pulumi.dev.yaml").read_bytes()
    settings("buylink:network.natGateways=none")
    assert (PROJECT / "stacks" / "Pulumi.dev.yaml").read_bytes() == before


def test_a_service_without_its_folder_is_named_with_the_folders_there_are() -> None:
    extra = "buylink:services.search={kind: http, cpu: 256, memory: 512, minTasks: 1, maxTasks: 2, paths: [/s]}"
    with pytest.raises(SettingsError) as caught:
        check_folders(settings(extra), PROJECT, "stacks/Pulumi.dev.yaml")
    assert str(caught.value) == (
        "stacks/Pulumi.dev.yaml: buylink:services.search: expected the folder app/search with a "
        "Dockerfile, got none; there are: ai_worker, ingestion_api, product_service"
    )


def test_every_setting_says_what_it_costs_or_does() -> None:
    undescribed = [
        f"{model.__name__}.{name}"
        for model in models_of(Settings)
        for name, field in model.model_fields.items()
        if not field.description and not models_in(field.annotation) and name != "kind"
    ]
    assert undescribed == []


def models_of(model: type[BaseModel]) -> list[type[BaseModel]]:
    models = [model]
    for field in model.model_fields.values():
        for inner in models_in(field.annotation):
            models += [model_in for model_in in models_of(inner) if model_in not in models]
    return models


def models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in models_in(part)]
