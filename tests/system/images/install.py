"""Puts what builds the services' images into `.engine/images`: run by `make test-system`.

Debian's packages come by apt, the images' base by debootstrap; nothing is fetched twice.
"""

import sys
import time

from tests.system.debian import install_packages
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
    install_packages(PACKAGES, why="the services' images are built with them")
    Images(FOLDER).base()
    if (seconds := time.monotonic() - started) > 1:
        say(f"the images' base is there, after {seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
