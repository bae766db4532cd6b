"""Finds a Chromium for the pages' tests, and installs Debian's where there is none: `make browser`.

Playwright's own browsers are downloads of several hundred MB; any Chromium serves.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")
INSTALL = ("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium")


class CannotInstallError(Exception):
    """What is missing, and what to do."""


def main() -> int:
    try:
        install()
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


def browser() -> str | None:
    """The path of the one to use."""
    return next(filter(None, map(shutil.which, NAMES)), None)


if __name__ == "__main__":
    sys.exit(main())
