"""Puts the emulators of DynamoDB and SQS into `.engine/hub`: `make emulators`.

Debian's packages come by apt, the emulators by Maven; nothing is fetched twice.
"""

import sys
import time

from dev.emulators import java
from tests.system.debian import install_packages
from tests.system.engine.install import CannotInstallError, say

PACKAGES = {
    "faketime": "faketime",
    "javac": "default-jdk-headless",
    "mvn": "maven",
    "wrk": "wrk",
}
"""Debian's packages, by a command that each has."""


def main() -> int:
    started = time.monotonic()
    try:
        install_packages(
            PACKAGES,
            why="the emulators are Java programs that Maven fetches, wrk makes load, and faketime "
            "sets a test's clock",
        )
        java.install(java.LIBRARIES)
    except (CannotInstallError, java.JavaError) as error:
        print(f"make emulators: {error}", file=sys.stderr)
        return 2
    if (seconds := time.monotonic() - started) > 1:
        say(f"the hub's emulators are there, after {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
