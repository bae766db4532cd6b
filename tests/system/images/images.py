"""The services' images, built without a Docker daemon by buildah, as root, and their processes.

These run as a container's runtime runs them: no privilege, a root read-only. Everything is kept in
one folder: the base image is made once, by debootstrap.
"""

import ast
import json
import os
import shutil
import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dev.listening import Json
from dev.processes import end
from tests.system.engine.install import CannotInstallError, say

SUITE = "trixie"  # its Python is 3.13, as in the services' Dockerfiles
BASE = f"localhost/python-base:{SUITE}"
_PACKAGES = ("python3-venv", "python-is-python3")
_NOT_NEEDED = (
    *("var/cache/apt", "var/lib/apt/lists", "var/log"),
    *(f"usr/share/{name}" for name in ("doc", "info", "locale", "man")),
)
_OF_THIS_MACHINE = ("etc/hostname", "etc/resolv.conf")  # debootstrap copies them


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


@dataclass(frozen=True)
class Images:
    """buildah's images, kept in `folder`. Each method raises CannotInstallError."""

    folder: Path

    def base(self) -> str:
        """The name of an image with Python and venv, for a Dockerfile's PYTHON_IMAGE.

        Made by debootstrap the first time.
        """
        if self._buildah("images", "--quiet", "--filter", f"reference={BASE}"):
            return BASE
        say(f"making a base image of Debian's {SUITE} by debootstrap, 2 minutes the first time ...")
        root = self.folder / "base"
        shutil.rmtree(root, ignore_errors=True)
        unsynced = root / "etc/dpkg/dpkg.cfg.d/unsynced"
        unsynced.parent.mkdir(parents=True)
        unsynced.write_text("force-unsafe-io\n")  # no fsync for each file of each package
        include = f"--include={','.join(_PACKAGES)}"
        _run("debootstrap", "--variant=minbase", include, SUITE, str(root))
        for name in _NOT_NEEDED:
            shutil.rmtree(root / name)
            (root / name).mkdir()
        for path in (unsynced, *(root / name for name in _OF_THIS_MACHINE)):
            path.unlink(missing_ok=True)
        container = self._buildah("from", "scratch")
        self._buildah("add", "--quiet", container, str(root), "/")
        self._buildah("commit", "--quiet", "--rm", container, BASE)
        shutil.rmtree(root)
        return BASE

    def build(self, name: str, dockerfile: Path, context: Path) -> None:
        """Build localhost/`name` on the base, with pip set up as it is on this machine."""
        volumes = [f"--volume={volume}" for volume in _pip_settings(self.folder)]
        self._buildah(
            *("build", "--quiet", "--isolation=chroot"),
            "--format=docker",  # OCI's has no HEALTHCHECK
            *(f"--build-arg=PYTHON_IMAGE={self.base()}", *volumes),
            *(f"--tag=localhost/{name}", f"--file={dockerfile}", str(context)),
        )
        self._buildah("rmi", "--prune")  # what had this name before

    def size(self, name: str) -> int:
        """The bytes of an image, uncompressed, without its base."""
        return self._bytes(f"localhost/{name}") - self._bytes(BASE)

    @contextmanager
    def mounted(self, name: str) -> Generator[Image]:
        """The image's root as a folder, for as long as the context lasts."""
        inspected = self._inspect(f"localhost/{name}")
        config = inspected["Docker"]["config"]
        user, _, group = config["User"].partition(":")
        container = self._buildah("from", f"localhost/{name}")
        try:
            yield Image(
                root=Path(self._buildah("mount", container)),
                user=int(user),
                group=int(group),
                workdir=config["WorkingDir"] or "/",
                environment=dict(pair.split("=", 1) for pair in config["Env"]),
                command=[*(config["Entrypoint"] or ()), *(config["Cmd"] or ())],
                health_command=_health_command(config),
            )
        finally:
            self._buildah("rm", container)

    def _bytes(self, name: str) -> int:
        layers = json.loads(self._inspect(name)["Manifest"])["layers"]
        return sum(layer["size"] for layer in layers)

    def _inspect(self, name: str) -> Json:
        return json.loads(self._buildah("inspect", "--type=image", name))

    def _buildah(self, *arguments: str) -> str:
        storage = self.folder.resolve() / "storage"
        return _run(
            *("buildah", "--storage-driver=vfs"),
            *(f"--root={storage}", f"--runroot={storage}-run", *arguments),
        ).strip()


def _health_command(config: Mapping[str, object]) -> list[str]:
    match config.get("Healthcheck"):
        case {"Test": ["CMD", *command]}:
            return [str(word) for word in command]
        case _:
            return []


def _pip_settings(folder: Path) -> list[str]:
    """Volumes that give a build this machine's settings of pip (an index, a certificate ...).

    A volume is seen by RUN alone: nothing of it is in the image, as a build argument would be.
    """
    if shutil.which("pip") is None:
        return []
    lines = _run("pip", "config", "list").splitlines()
    settings: dict[str, str] = {}
    for line in sorted(lines, key=lambda line: line.startswith(":env:")):  # the environment wins
        name, _, value = line.partition("=")
        settings[name.rpartition(".")[2]] = str(ast.literal_eval(value))
    conf = folder.resolve() / "pip.conf"
    conf.touch(mode=0o600)  # an index's address may have a password
    conf.write_text("\n".join(["[global]", *(f"{k} = {v}" for k, v in settings.items()), ""]))
    paths = [value for value in settings.values() if value.startswith("/") and Path(value).exists()]
    return [f"{conf}:/etc/pip.conf:ro", *(f"{path}:{path}:ro" for path in paths)]


def _run(*command: str) -> str:
    if os.geteuid() != 0:
        raise CannotInstallError(
            "expected to be root, got another user: debootstrap makes devices, and images are "
            "mounted. Run this as root"
        )
    done = subprocess.run([*command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotInstallError(
            f"{' '.join(command)}: expected exit 0, got {done.returncode}:\n"
            f"{(done.stdout + done.stderr)[-3000:]}"
        )
    return done.stdout
