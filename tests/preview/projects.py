"""Small Pulumi projects, written to a folder and previewed by real processes."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from buylink.graph import Value

SILENT_PACK = """
    from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

    PolicyPack("silent", [ResourceValidationPolicy("silent", "Says nothing.", lambda a, r: None)])
"""


@dataclass(frozen=True)
class Preview:
    """What a preview printed: the one stack's JSON, and all else."""

    stack: dict[str, Value]
    printed: str

    @property
    def urns(self) -> list[str]:
        return [resource["urn"] for resource in self.stack["resources"]]

    def resource(self, name: str) -> dict[str, Value]:
        (resource,) = [entry for entry in self.stack["resources"] if entry["name"] == name]
        return resource


def write_project(folder: Path, program: str, pack: str = SILENT_PACK) -> Path:
    """A project named `trial` with one program and one policy pack."""
    (folder / "policies").mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text("name: trial\nruntime: python\n")
    (folder / "__main__.py").write_text(dedent(program))
    (folder / "policies" / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (folder / "policies" / "__main__.py").write_text(dedent(pack))
    return folder


def preview(project: Path, *options: str) -> Preview:
    """Previews the stack `dev` of a project."""
    run = subprocess.run(
        [sys.executable, Path(__file__).with_name("drive.py"), project, "dev", *options],
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return Preview(json.loads(run.stdout)["stacks"][0], run.stderr)
