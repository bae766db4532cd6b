"""What the doctor says of the programs on a machine, played by scripts on a PATH of the test's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from buylink.doctor import machine
from buylink.doctor.check import Check

PINS = "pulumi==3.272.0\npulumi-aws==7.51.1\npulumi-awsx==3.11.0\npulumi-random==4.21.4\n"
PLUGINS = [
    {"name": "aws", "kind": "resource", "version": "7.51.1"},
    {"name": "awsx", "kind": "resource", "version": "2.0.0"},
]


class Machine:
    """A folder that is all of PATH, and a project beside it."""

    def __init__(self, folder: Path) -> None:
        self.programs, self.project = folder / "bin", folder / "project"
        self.programs.mkdir()
        self.project.mkdir()
        (self.project / "requirements.txt").write_text(PINS)

    def install(self, name: str, script: str) -> None:
        path = self.programs / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def install_pulumi(self, version: str = "v3.272.0", backend: str = "s3://state") -> None:
        who = json.dumps({"user": "ci", "url": backend}) if backend else ""
        self.install(
            "pulumi",
            f"""case "$*" in
version) echo {version} ;;
plugin*) echo '{json.dumps(PLUGINS)}' ;;
*whoami*) [ -n '{who}' ] && echo '{who}' || {{ echo 'error: not logged in' >&2; exit 1; }} ;;
esac""",
        )
        self.install("pulumi-language-python", "exit 0")

    def pulumi(self) -> dict[str, Check]:
        return {check.name: check for check in machine.pulumi(self.project)}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine_of_tests = Machine(tmp_path)
    monkeypatch.setenv("PATH", str(machine_of_tests.programs))
    return machine_of_tests


def test_a_machine_without_pulumi_is_told_where_to_get_it(here: Machine) -> None:
    checks = here.pulumi()
    assert {name: check.detail for name, check in checks.items()} == {
        "Pulumi CLI": "not found",
        "Python language host": "pulumi-language-python is not on PATH",
    }
    assert all("pulumi.com/docs/install" in check.next_step for check in checks.values())


def test_versions_are_held_against_the_pins(here: Machine) -> None:
    here.install_pulumi()
    checks = here.pulumi()
    assert checks["Pulumi CLI"].detail == "v3.272.0"
    assert checks["plugin aws"].detail == "7.51.1"
    assert checks["plugin awsx"].detail == (
        "3.11.0 is not installed (2.0.0 is there): the first `pulumi up` fetches it"
    )
    assert "4.21.4 is not installed:" in checks["plugin random"].detail
    assert [name for name, check in checks.items() if not check.fine] == []


@pytest.mark.parametrize(("version", "lacking"), [("v3.250.0", []), ("v4.0.0", ["Pulumi CLI"])])
def test_a_cli_of_another_major_version_is_lacking(
    here: Machine, version: str, lacking: list[str]
) -> None:
    here.install_pulumi(version)
    checks = here.pulumi()
    assert checks["Pulumi CLI"].detail == f"{version}, the SDK is v3.272.0"
    assert [name for name, check in checks.items() if not check.fine] == lacking


def test_a_backend_is_named_without_the_password_and_options_in_its_address(here: Machine) -> None:
    here.install_pulumi(backend="https://ci:s3cr3t@state.example/team?token=abc")
    check = here.pulumi()["Pulumi backend"]
    assert (check.fine, check.detail) == (True, "https://state.example/team")


def test_nobody_logged_in_is_told_how(here: Machine) -> None:
    here.install_pulumi(backend="")
    check = here.pulumi()["Pulumi backend"]
    assert (check.fine, check.detail) == (False, "none: error: not logged in")
    assert "docs/how-to/deploy.md" in check.next_step


def test_docker_is_asked_for_only_where_an_image_is_built(here: Machine) -> None:
    (needed,) = machine.docker(needed=True)
    assert (needed.fine, needed.detail) == (False, "not found")
    assert "image digest" in needed.next_step
    (not_needed,) = machine.docker(needed=False)
    assert not_needed.fine
    here.install("docker", "echo 28.2.2")
    (running,) = machine.docker(needed=True)
    assert (running.fine, running.detail) == (True, "28.2.2")


def test_a_program_that_says_nothing_or_fails_is_told_as_it_is(here: Machine) -> None:
    here.install("silent", "exit 0")
    here.install("broken", "echo it broke >&2; exit 3")
    assert machine.run("silent") == machine.Answer(worked=True, text="no answer")
    assert machine.run("broken") == machine.Answer(worked=False, text="it broke")


def test_a_package_of_another_version_is_lacking(here: Machine) -> None:
    (here.project / "requirements.txt").write_text("pulumi==0.0.1\nnot-there==1.0\n")
    python, pulumi, missing = machine.python_and_packages(here.project)
    assert python.fine
    assert (pulumi.fine, pulumi.detail.split(", ")[1]) == (False, "pinned is 0.0.1")
    assert missing.detail == "not installed, pinned is 1.0"


def test_a_pin_of_pyproject_is_one_too(here: Machine) -> None:
    (here.project / "requirements.txt").write_text("-e .\n")
    (here.project / "pyproject.toml").write_text('[project]\ndependencies = ["pulumi==0.0.1"]\n')
    assert [check.name for check in machine.python_and_packages(here.project)] == [
        "Python",
        "pulumi",
    ]


def test_a_broken_pyproject_pins_nothing(here: Machine) -> None:
    (here.project / "requirements.txt").write_text("-e .\n")
    (here.project / "pyproject.toml").write_text("[project\n")
    assert [check.name for check in machine.python_and_packages(here.project)] == ["Python"]
