"""Puts what builds the services' images into `.engine/images`: run by `make test-system`.

Debian's packages come by apt, the images' base by debootstrap; nothing is fetched twice.
"""

import os
import shutil
import subprocess
import sys
import time

from tests.system.engine.install import ENGINE, CannotInstallError, say
from tests.system.images.images import Images

FOLDER = ENGINE / "images"

PACKAGES = {
    "buildah": "buildah",
    "debootstrap": "debootstrap",
    "unshare": "util-linux",
}
"""Debian's packages, by a command that each has."""


def main() -> int:
    try:
        install()
    except CannotInstallError as error:
        print(f"make test-system: {error}", file=sys.stderr)
        return 2
    return 0


def install() -> None:
    """Raises CannotInstallError."""
    started = time.monotonic()
    _packages()
    Images(FOLDER).base()
    if (seconds := time.monotonic() - started) > 1:
        say(f"the images' base is there, after {seconds:.0f} s")


def _packages() -> None:
    missing = sorted({name for command, name in PACKAGES.items() if shutil.which(command) is None})
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise CannotInstallError(
            f"expected the packages {' '.join(missing)}, got none of their commands: the services' "
            "images are built with them. Install them, or run this as root on Debian or Ubuntu, "
            "where it installs them by apt"
        )
    say(f"installing {' '.join(missing)} by apt ...")
    apt = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (("update",), ("install", "--yes", "--no-install-recommends", *missing)):
        done = subprocess.run([*apt, *step], env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotInstallError(f"apt-get {step[0]} failed:\n{done.stderr[-2000:]}")


if __name__ == "__main__":
    sys.exit(main())
