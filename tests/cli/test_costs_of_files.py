"""`buylink costs` and `buylink diff` on plans and files, run as a user does."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
from decimal import ROUND_UP, Decimal
from pathlib import Path

import pytest

from tests.cli.command import BUYLINK, PROJECT, buylink
from tests.goldens import assert_golden

GOLDENS = Path(__file__).with_name("goldens")


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the plans of dev and prod as files."""
    folder = tmp_path_factory.mktemp("plans")
    for stack in ("dev", "prod"):
        run = buylink("preview", stack, "--format", "json", "--out", f"{stack}.json", cwd=folder)
        assert run.returncode == 0, run.stderr
    return folder


def test_a_plan_in_a_file_costs_what_the_stack_costs(plans: Path) -> None:
    of_file = json.loads(buylink("costs", "prod.json", "--format", "json", cwd=plans).stdout)
    planned = json.loads((plans / "prod.json").read_text())["stacks"][0]["cost"]
    assert {key: value for key, value in of_file.items() if key != "version"} == planned


@pytest.mark.parametrize(
    ("output_format", "name"), [("csv", "costs-dev.csv"), ("markdown", "costs-prod.md")]
)
def test_a_bill_in_each_format_is_as_its_golden(plans: Path, output_format: str, name: str) -> None:
    source = f"{name.split('-')[1].split('.', maxsplit=1)[0]}.json"
    run = buylink("costs", source, "--format", output_format, cwd=plans)
    assert_golden(GOLDENS / name, run.stdout)


def test_the_rows_of_the_csv_add_up_to_the_total(plans: Path) -> None:
    rows = list(
        csv.DictReader(
            io.StringIO(buylink("costs", "prod.json", "--format", "csv", cwd=plans).stdout)
        )
    )
    total = json.loads(buylink("costs", "prod.json", "--format", "json", cwd=plans).stdout)["total"]
    assert sum(Decimal(row["ListCost"]) for row in rows if row["ListCost"]) == Decimal(
        total["typical"]
    )
    assert {row["BillingCurrency"] for row in rows} == {"USD"}
    assert {row["ChargeFrequency"] for row in rows} == {"Recurring", "Usage-Based"}


def typical(plans: Path, *options: str) -> Decimal:
    run = buylink("costs", "prod.json", "--format", "json", *options, cwd=plans)
    assert run.returncode == 0, run.stderr
    return Decimal(json.loads(run.stdout)["total"]["typical"])


def test_another_load_and_a_usage_file_change_the_bill(plans: Path, tmp_path: Path) -> None:
    usage = tmp_path / "usage.yml"
    usage.write_text(
        "version: 0.1\nresource_usage:\n  hub-network-nat-0:\n    monthly_data_processed_gb: 1000\n"
    )
    declared = typical(plans)
    assert typical(plans, "--load", "users=100000") > declared
    # The gateway processes 1,000 GB instead of about two: $45 at $0.045.
    more = typical(plans, "--usage", str(usage)) - declared
    assert Decimal("44.8") < more < Decimal(45)


def test_without_any_load_no_resource_is_left_out(plans: Path) -> None:
    counts = [
        json.loads(buylink("costs", "prod.json", "--format", "json", *load, cwd=plans).stdout)[
            "coverage"
        ]["resources"]
        for load in ((), ("--load", "users=0,videosPerDay=0"))
    ]
    assert counts[0] == counts[1]


def test_a_load_beyond_the_most_tasks_is_priced_at_them_and_said(plans: Path) -> None:
    text = " ".join(
        buylink("costs", "prod.json", "--load", "users=1000000000", cwd=plans).stdout.split()
    )
    needed = re.search(
        r"hub-product-service-service: the load needs ([\d.]+) tasks, at most 10 may run", text
    )
    assert needed is not None
    assert float(needed[1]) > 10


def test_what_has_no_price_is_listed_and_ends_with_4_where_asked(plans: Path) -> None:
    plan = json.loads((plans / "dev.json").read_text())
    resources = plan["stacks"][0]["resources"]
    vpc = next(resource for resource in resources if resource["type"] == "aws:ec2/vpc:Vpc")
    urn = vpc["urn"].replace("aws:ec2/vpc:Vpc", "aws:rds/instance:Instance")
    resources.append({**vpc, "urn": urn, "type": "aws:rds/instance:Instance"})
    (plans / "database.json").write_text(json.dumps(plan))
    quiet = buylink("costs", "database.json", cwd=plans)
    assert quiet.returncode == 0
    assert "1 not priced" in quiet.stdout
    refused = buylink("costs", "database.json", "--fail-unpriced", cwd=plans)
    assert refused.returncode == 4
    assert refused.stderr == f"not priced: {urn}: no meter for aws:rds/instance:Instance\n"
    assert buylink("costs", "dev.json", "--fail-unpriced", cwd=plans).returncode == 0


@pytest.mark.parametrize(
    ("output_format", "suffix"), [("text", "txt"), ("json", "json"), ("markdown", "md")]
)
def test_a_difference_in_each_format_is_as_its_golden(
    plans: Path, output_format: str, suffix: str
) -> None:
    run = buylink("diff", "dev.json", "prod.json", "--format", output_format, cwd=plans)
    assert_golden(GOLDENS / f"diff-dev-prod.{suffix}", run.stdout)


def test_no_change_is_said_in_one_line(plans: Path) -> None:
    lines = buylink("diff", "dev.json", "dev.json", cwd=plans).stdout.splitlines()
    assert lines[-1] == "  no change: 51 priced resources as before"
    assert len(lines) == 2


@pytest.mark.parametrize(("allowed_more", "code"), [("-0.01", 4), ("0", 0), ("1", 0)])
def test_an_increase_over_the_limit_ends_with_4(plans: Path, allowed_more: str, code: int) -> None:
    both = ("dev.json", "prod.json")
    change = json.loads(buylink("diff", *both, "--format", "json", cwd=plans).stdout)["change"]
    increase = Decimal(change).quantize(Decimal("0.01"), ROUND_UP)
    most = increase + Decimal(allowed_more)
    run = buylink("diff", *both, "--max-increase", str(most), cwd=plans)
    assert run.returncode == code
    assert (f"a month more, at most ${most} are allowed" in run.stderr) == (code == 4)
    assert (
        buylink("diff", "prod.json", "dev.json", "--max-increase", "0", cwd=plans).returncode == 0
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("costs", "Pulumi.yaml"), "expected JSON, got"),
        (("costs", "nothing"), "nothing: expected a stack (dev, prod, staging), a file, - or git:"),
        (("costs", "."), ".: expected a stack (dev, prod, staging), a file, - or git:"),
        (("costs", "x" * 300), "x: expected a stack (dev, prod, staging), a file, - or git:"),
        (("costs", "-"), "/dev/stdin: expected JSON, got"),
        (("costs", "prod.json", "--region", ""), "region: expected one of ap-northeast-1"),
        (("costs", "prod.json", "--region", "mars-1"), "region: expected one of ap-northeast-1"),
        (("costs", "prod.json", "--load", "users=x"), "--load: users: expected a number"),
        (("costs", "prod.json", "--usage", "none.yml"), "none.yml: expected a file to read"),
        (("costs", "prod.json", "--config", "a=b"), "--config: expected a stack to change"),
        (("costs", "git:HEAD:dev", "--config", "a=b"), "--config: expected a stack to change, got"),
        (("diff", "dev.json", "git:nowhere:prod"), "git:nowhere:prod: no such revision here"),
        (("diff", "dev.json", "git:prod"), "expected git:REVISION:STACK, such as git:main:prod"),
        (("diff", "dev.json", "git:--help:prod"), "expected git:REVISION:STACK"),
        (("prices", "show", "--service", "Mars"), "--service: expected one of ACM"),
        (("prices", "show", "--region", "mars-1"), "region: expected one of ap-northeast-1"),
        (("prices", "show", "--region", ""), "region: expected one of ap-northeast-1"),
    ],
)
def test_bad_input_ends_with_2_and_says_what_to_do(
    plans: Path, arguments: tuple[str, ...], words: str
) -> None:
    (plans / "Pulumi.yaml").write_bytes((PROJECT / "Pulumi.yaml").read_bytes())
    # The plans' folder has a Pulumi.yaml now, so the project is named.
    extra = () if arguments[0] == "prices" else ("--cwd", str(PROJECT))
    run = buylink(*arguments, *extra, cwd=plans)
    (plans / "Pulumi.yaml").unlink()
    assert run.returncode == 2, run.stdout
    assert words in run.stderr


def test_all_that_is_wrong_is_told_at_once_before_anything_is_planned(plans: Path) -> None:
    options = ("--load", "users=x,a=1", "--region", "mars-1", "--usage", "none.yml")
    run = buylink("diff", "nothing", "git:nowhere:prod", *options, "--out", "new", cwd=plans)
    assert run.returncode == 2
    starts = [line.split(": ")[0] for line in run.stderr.splitlines()]
    assert starts == ["none.yml", "--load", "--load", "region", "nothing", "git:nowhere:prod"]
    assert not (plans / "new").exists()


def test_a_graph_is_read_from_a_pipe(plans: Path) -> None:
    command = 'buylink costs - < "$0" && buylink costs <(cat "$0")'
    run = subprocess.run(
        ["bash", "-c", command, "dev.json"],
        cwd=plans,
        env={**os.environ, "PATH": f"{BUYLINK.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout == buylink("costs", "dev.json", cwd=plans).stdout * 2


def test_no_name_ends_a_command_whatever_the_locale(plans: Path) -> None:
    plan = (plans / "dev.json").read_text().replace("hub-network-nat-0", "gr\u00f6\u00dfe-\\ud800")
    (plans / "names.json").write_text(plan)
    for output_format in ("text", "csv", "json", "markdown"):
        command = ["costs", "names.json", "--format", output_format]
        run = subprocess.run(
            [BUYLINK, *command],
            cwd=plans,
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        assert buylink(*command, "--out", "names.out", cwd=plans).returncode == 0


def test_a_revision_is_planned_by_its_own_code_and_leaves_nothing(tmp_path: Path) -> None:
    """Of a clone in which the newest revision has a secret more, by its code."""
    clone = tmp_path / "clone"
    ignored = shutil.ignore_patterns("__pycache__", ".git", ".venv", ".engine", ".*_cache", "tests")
    shutil.copytree(PROJECT, clone, ignore=ignored)

    def git(*arguments: str) -> str:
        names = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
        run = subprocess.run(
            ["git", *names, *arguments],
            cwd=clone, check=True, capture_output=True, text=True,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
        )  # fmt: skip
        return run.stdout

    git("init", "--quiet", "--initial-branch", "main")
    git("add", ".")
    git("commit", "--quiet", "-m", "one")
    program = clone / "__main__.py"
    addition = (
        "\nfrom pulumi_aws import secretsmanager\n"
        "secretsmanager.Secret('more', recovery_window_in_days=30)\n"
    )
    program.write_text(program.read_text() + addition)
    git("commit", "--quiet", "-am", "two")
    run = buylink("diff", "git:main~1:dev", "git:main:dev", "--format", "json", cwd=clone)
    assert run.returncode == 0, run.stderr
    (change,) = json.loads(run.stdout)["changes"]
    assert (change["name"], change["status"]) == ("more", "added")
    assert Decimal("0.4") <= Decimal(change["change"]) < Decimal("0.41")
    program.write_text("raise RuntimeError('boom')\n")
    git("commit", "--quiet", "-am", "three")
    failed = buylink("costs", "git:main:dev", cwd=clone)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith("git:main:dev: expected a plan, got none: ")
    assert "RuntimeError: boom" in failed.stderr
    assert len(git("worktree", "list").splitlines()) == 1


def test_a_revision_without_a_command_of_ours_is_told(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: x\nruntime: python\n")
    (tmp_path / "buylink").mkdir()
    (tmp_path / "buylink" / "__init__.py").write_text("")
    for arguments in (
        ("init", "--quiet"),
        ("add", "."),
        ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "x"),
    ):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    run = buylink("costs", "git:HEAD:dev", cwd=tmp_path)
    assert run.returncode == 2
    assert "git:HEAD:dev: that revision can't be previewed: ModuleNotFoundError" in run.stderr


def test_the_price_book_is_shown() -> None:
    run = buylink(
        "prices", "show", "--region", "eu-west-1", "--service", "NAT Gateway", cwd=PROJECT
    )
    assert_golden(GOLDENS / "prices-nat-eu-west-1.txt", run.stdout)


def test_without_credentials_no_book_is_written(tmp_path: Path) -> None:
    run = subprocess.run(
        [str(BUYLINK), "prices", "refresh", "--out", "book.json"],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "AWS_EC2_METADATA_DISABLED": "true",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "Unable to locate credentials: nothing was written" in run.stderr
    assert not (tmp_path / "book.json").exists()
