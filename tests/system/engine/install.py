"""Puts a real Pulumi engine into `.engine/`: `make engine`.

The `pulumi` on PATH is used when its Python language host is there too. Else the CLI is built from
its Go module, as no package registry ships it, and a stand-in serves as its language host. The AWS
and awsx providers are always stand-ins: the real ones need AWS.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import venv
from collections import deque
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent.parent
ENGINE = PROJECT / ".engine"
BIN = ENGINE / "bin"
VERSION = "v3.250.0"
"""The newest version whose Go module the proxy served."""
AWS_CLI = "1.46.3"
COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
SDK = "github.com/pulumi/pulumi/sdk/v3"
LANGUAGE_HOST = "pulumi-language-python"
EXECUTOR = "pulumi-language-python-exec"
PROGRESS_EVERY = 15.0
"""Seconds between two progress lines."""


class CannotInstallError(Exception):
    """What is missing, and what to do."""


def main() -> int:
    try:
        install()
    except CannotInstallError as error:
        print(f"make engine: {error}", file=sys.stderr)
        return 2
    return 0


def install() -> None:
    """Fills `.engine/bin`; does nothing twice. Raises CannotInstallError."""
    BIN.mkdir(parents=True, exist_ok=True)
    if installed := on_path():
        link(BIN / "pulumi", installed)
        for name in (LANGUAGE_HOST, EXECUTOR):
            link(BIN / name, str(shutil.which(name)))
    else:
        build()
        stand_in(LANGUAGE_HOST, "language_python")
    aws_cli()
    stand_in("pulumi-resource-aws", "provider_aws")
    stand_in("pulumi-resource-awsx", "provider_awsx")
    stand_in("pulumi-resource-random", "provider_random")


def on_path() -> str | None:
    """The installed CLI, if it can run Python programs."""
    pulumi = shutil.which("pulumi")
    return pulumi if pulumi and shutil.which(LANGUAGE_HOST) and shutil.which(EXECUTOR) else None


def build() -> None:
    """Builds the CLI. Go's cache keeps what a broken-off build had finished."""
    mark = ENGINE / "version"
    if mark.is_file() and mark.read_text() == VERSION and (BIN / "pulumi").is_file():
        return
    if shutil.which("go") is None:
        raise CannotInstallError(
            "expected pulumi with its Python language host, or go, on PATH, got neither: the engine "
            "tests need one of them. Install Pulumi (https://www.pulumi.com/docs/install/), or Go "
            "(https://go.dev/doc/install), from which this builds Pulumi in about 6 minutes"
        )
    say(f"building pulumi {VERSION} from its Go module, about 6 minutes the first time ...")
    flags = f"-s -w -X {SDK}/go/common/version.Version={VERSION}"
    target = ENGINE / "pulumi.partial"
    run_go("build", "-v", "-trimpath", "-ldflags", flags, "-o", str(target), COMMAND)
    executor = go_output("list", "-m", "-f", "{{.Dir}}", SDK) / "python" / "cmd" / EXECUTOR
    (BIN / EXECUTOR).unlink(missing_ok=True)
    shutil.copy(executor, BIN / EXECUTOR)
    (BIN / "pulumi").unlink(missing_ok=True)
    target.rename(BIN / "pulumi")
    mark.write_text(VERSION)
    say(f"built {BIN.relative_to(PROJECT)}/pulumi")


def run_go(*arguments: str) -> None:
    """Runs go and reports how many packages it has compiled."""
    process = subprocess.Popen(
        ["go", *arguments], cwd=HERE / "go", stderr=subprocess.PIPE, text=True, env=go_environment()
    )
    assert process.stderr is not None
    last, last_progress = deque[str](maxlen=20), time.monotonic()
    for step, line in enumerate(process.stderr, start=1):
        last.append(line)
        if time.monotonic() - last_progress > PROGRESS_EVERY:
            last_progress = time.monotonic()
            say(f"  {step:,} steps so far (downloads and packages compiled)")
    if process.wait() != 0:
        raise CannotInstallError(f"go {arguments[0]} failed:\n{''.join(last).rstrip()}")


def aws_cli() -> None:
    """The AWS CLI, in a virtual environment of its own: it pins another botocore than ours."""
    mark = ENGINE / "aws-version"
    if mark.is_file() and mark.read_text() == AWS_CLI and (BIN / "aws").exists():
        return
    say(f"installing awscli {AWS_CLI} ...")
    folder = ENGINE / "aws-cli"
    venv.create(folder, clear=True, with_pip=True)
    command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*command, "--disable-pip-version-check", f"awscli=={AWS_CLI}"], check=True)
    link(BIN / "aws", str(folder / "bin" / "aws"))
    mark.write_text(AWS_CLI)


def go_output(*arguments: str) -> Path:
    output = subprocess.check_output(
        ["go", *arguments], cwd=HERE / "go", text=True, env=go_environment()
    )
    return Path(output.strip())


def go_environment() -> dict[str, str]:
    return {**os.environ, "GOFLAGS": "-buildvcs=false -mod=readonly"}


def stand_in(name: str, module: str) -> None:
    """A command that runs one of our modules in this virtual environment."""
    script = (
        f'#!/bin/sh\nexec "{sys.executable}" -u -m tests.system.engine.standins.{module} "$@"\n'
    )
    path = BIN / name
    path.unlink(missing_ok=True)
    path.write_text(script)
    path.chmod(0o755)


def link(path: Path, target: str) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
