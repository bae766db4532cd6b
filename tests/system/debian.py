"""Debian's packages that system tests need, by apt."""

import os
import shutil
import subprocess
from collections.abc import Mapping

from tests.system.engine.install import CannotInstallError, say


def install_packages(packages: Mapping[str, str], *, why: str) -> None:
    """Install those whose command, the key, isn't on PATH. Raises CannotInstallError."""
    missing = sorted({name for command, name in packages.items() if shutil.which(command) is None})
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise CannotInstallError(
            f"expected the packages {' '.join(missing)}, got none of their commands: {why}. Install "
            "them, or run this as root on Debian or Ubuntu, where it installs them by apt"
        )
    say(f"installing {' '.join(missing)} by apt ...")
    apt = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (("update",), ("install", "--yes", "--no-install-recommends", *missing)):
        done = subprocess.run([*apt, *step], env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotInstallError(f"apt-get {step[0]} failed:\n{done.stderr[-2000:]}")
