"""An image's processes, run as a container's runtime does it: no privilege, a root read-only."""

import shutil
import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dev.processes import end

STOP_SECONDS = 60

# In a mount namespace of the process's own: the image's root read-only, the kernel's file systems,
# then no privilege that could be won back. $0 is the root.
_CONTAIN = """
mount --bind "$0" "$0"
mount -o remount,bind,ro "$0"
mount --rbind /dev "$0/dev"
mount -t proc proc "$0/proc"
exec setpriv --no-new-privs "$@"
"""


@dataclass(frozen=True, kw_only=True)
class Image:
    """An image whose root is mounted at `root`, and what its configuration says."""

    root: Path
    user: int
    group: int
    workdir: str
    environment: Mapping[str, str]
    command: Sequence[str]
    health_command: Sequence[str]
    """Empty: it has none."""

    @contextmanager
    def started(
        self, environment: Mapping[str, str], *, log: Path
    ) -> Generator[subprocess.Popen[bytes]]:
        """Run the image's command; its pid is the command's own, so signals reach it.

        On leaving, SIGTERM; SIGKILL after a minute.
        """
        with log.open("wb") as output:
            process = subprocess.Popen(
                self._contained(self.command),
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            yield process
        finally:
            end(process, STOP_SECONDS)

    def run(
        self, command: Sequence[str], environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run another command as the image's process is run, to its end."""
        return subprocess.run(
            self._contained(command),
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def _contained(self, command: Sequence[str]) -> list[str]:
        unshare = shutil.which("unshare")
        assert unshare is not None, "expected unshare of util-linux: `make test-system` installs it"
        return [
            *(unshare, "--mount", "--propagation", "private", "/bin/sh", "-euc", _CONTAIN),
            str(self.root),
            *(unshare, f"--root={self.root}", f"--wd={self.workdir}"),
            *(f"--setuid={self.user}", f"--setgid={self.group}"),
            *("--", *command),
        ]
