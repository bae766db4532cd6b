"""Programs and packages on this machine."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import re
import shutil
import subprocess
import sys
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from buylink.doctor.check import Check

OLDEST_PYTHON = (3, 11)
SECONDS = 10
PLUGINS = {"aws": "pulumi-aws", "awsx": "pulumi-awsx", "random": "pulumi-random"}
"""Resource plugins, and the Python packages whose version each has."""
INSTALL_PULUMI = "install it: https://www.pulumi.com/docs/install/"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program said: `text` is its output, or why there is none."""

    worked: bool
    text: str


def python_and_packages(root: Path) -> list[Check]:
    """Python, and each pinned package."""
    oldest = ".".join(map(str, OLDEST_PYTHON))
    python = Check(
        "Python",
        sys.version_info >= OLDEST_PYTHON,
        platform.python_version(),
        "preview",
        f"install Python {oldest} or newer, then `make clean preview`",
    )
    return [python, *(_package(name, pinned) for name, pinned in _pins(root).items())]


def pulumi(root: Path) -> list[Check]:
    """The CLI, its Python language host, its plugins and where it keeps state."""
    version = run("pulumi", "version")
    pinned = _pins(root).get("pulumi", "")
    checks = [_cli(version, pinned), _language_host()]
    if version.worked:
        checks += [*_plugins(_pins(root)), _backend(root)]
    return checks


def docker(*, needed: bool) -> list[Check]:
    """A daemon to build images with, where a service has no digest."""
    answer = run("docker", "version", "--format", "{{.Server.Version}}")
    if not needed:
        return [Check.ok("Docker", "not needed: each service has a digest", "deploy")]
    step = "start a Docker daemon, or give each service an image digest in the stack file"
    return [Check("Docker", answer.worked, answer.text, "deploy", step)]


def run(*command: str) -> Answer:
    """What a program answers; never raises."""
    if shutil.which(command[0]) is None:
        return Answer(worked=False, text="not found")
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return Answer(worked=False, text=f"no answer in {SECONDS} seconds")
    except OSError as error:
        return Answer(worked=False, text=error.strerror or str(error))
    output = done.stdout if done.returncode == 0 else (done.stderr or done.stdout)
    return Answer(done.returncode == 0, output.strip() or "no answer")


def _pins(root: Path) -> dict[str, str]:
    """By package, from either file that a Python project may have them in."""
    requirements, project = root / "requirements.txt", root / "pyproject.toml"
    lines = requirements.read_text("utf-8").splitlines() if requirements.is_file() else []
    if project.is_file():
        with suppress(tomllib.TOMLDecodeError):  # pip says so itself
            content = tomllib.loads(project.read_text("utf-8"))
            lines += content.get("project", {}).get("dependencies", [])
    pins = (re.match(r"([A-Za-z0-9_.-]+)==(\S+)", line) for line in lines)
    return {pin[1]: pin[2] for pin in pins if pin}


def _package(name: str, pinned: str) -> Check:
    try:
        installed = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        installed = "not installed"
    detail = installed if installed == pinned else f"{installed}, pinned is {pinned}"
    return Check(name, installed == pinned, detail, "preview", "pip install -r requirements.txt")


def _cli(version: Answer, pinned: str) -> Check:
    """The SDK of a version speaks to a CLI of the same major version."""
    first = version.text.splitlines()[0]
    if not version.worked:
        return Check.lacking("Pulumi CLI", first, "deploy", INSTALL_PULUMI)
    major = pinned.partition(".")[0]
    same = first.removeprefix("v").partition(".")[0] == major
    detail = first if first == f"v{pinned}" else f"{first}, the SDK is v{pinned}"
    return Check("Pulumi CLI", same, detail, "deploy", f"install a CLI of v{major}")


def _language_host() -> Check:
    path = shutil.which("pulumi-language-python")
    return Check(
        "Python language host",
        path is not None,
        path or "pulumi-language-python is not on PATH",
        "deploy",
        f"it comes with the CLI, {INSTALL_PULUMI}",
    )


def _plugins(pins: dict[str, str]) -> list[Check]:
    answer = run("pulumi", "plugin", "ls", "--json")
    installed: dict[str, set[str]] = {}
    for plugin in _objects(answer.text) if answer.worked else []:
        installed.setdefault(str(plugin.get("name")), set()).add(str(plugin.get("version")))
    return [
        _plugin(name, pins[package], installed.get(name, set()))
        for name, package in PLUGINS.items()
        if package in pins
    ]


def _plugin(name: str, pinned: str, versions: set[str]) -> Check:
    """A plugin that is missing is fetched by the first `pulumi up`: it is named, not lacking."""
    if pinned in versions:
        detail = pinned
    else:
        others = f" ({', '.join(sorted(versions))} is there)" if versions else ""
        detail = f"{pinned} is not installed{others}: the first `pulumi up` fetches it"
    return Check.ok(f"plugin {name}", detail, "deploy")


def _backend(root: Path) -> Check:
    answer = run("pulumi", "--cwd", str(root), "--non-interactive", "whoami", "--json")
    who = _object(_json(answer.text)) if answer.worked else {}
    if not who.get("url"):
        step = "`pulumi login s3://BUCKET`, or `pulumi login`: docs/how-to/deploy.md"
        lines = answer.text.splitlines()
        return Check.lacking("Pulumi backend", f"none: {lines[0]}", "deploy", step)
    return Check.ok("Pulumi backend", _without_user(str(who["url"])), "deploy")


def _without_user(url: str) -> str:
    """An address without the credentials and options it may hold."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _objects(text: str) -> list[dict[str, object]]:
    """Those in a list, of a program's JSON; none of what is none."""
    content = _json(text)
    entries = cast("list[object]", content) if isinstance(content, list) else []
    return [entry for entry in map(_object, entries) if entry]


def _object(content: object) -> dict[str, object]:
    return cast("dict[str, object]", content) if isinstance(content, dict) else {}


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None
