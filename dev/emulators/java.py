"""Java programs on loopback: fetched with Maven, started, and ended by their process ids."""

import re
import shutil
import signal
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from dev.processes import end

LIBRARIES = Path(__file__).resolve().parents[2] / ".engine/hub/libraries"
"""Where `make emulators` puts them."""

_SOURCES = Path(__file__).parent
POM = _SOURCES / "pom.xml"
LAUNCHER = _SOURCES / "DynamoDbOnLoopback.java"

READY_SECONDS = 60
STOP_SECONDS = 10

# A test's process is short: the first compiler only, and one thread to collect garbage, start
# twice as fast and leave the cores to what is tested.
_OPTIONS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xms64m", "-Xmx1g")


class JavaError(Exception):
    """A program could not be fetched or did not start; the message has its last log lines."""


def install(libraries: Path) -> None:
    """Fetch the emulators into a folder, unless they are there for this pom.xml."""
    stamp = libraries / ".installed"
    wanted = POM.read_text() + LAUNCHER.read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(libraries, ignore_errors=True)
    copy = ("dependency:copy-dependencies", f"-DoutputDirectory={libraries.resolve()}")
    _run("mvn", "--quiet", "--batch-mode", "--no-transfer-progress", "--file", str(POM), *copy)
    _run("javac", "-cp", f"{libraries}/*", "-d", str(libraries), str(LAUNCHER))
    stamp.write_text(wanted)


@dataclass(frozen=True, kw_only=True)
class JavaProcess:
    """A running program and the port it said, in its log, that it listens on."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    def start(cls, libraries: Path, arguments: list[str], *, log: Path, port_is: str) -> Self:
        """Run java with `arguments`; `port_is` is a pattern whose group is the port, in the log.

        Raises JavaError when the program ends or has not said its port after a minute.
        """
        command = [
            _found("java"),
            *_OPTIONS,
            *("-cp", f"{libraries}/*:{libraries}"),
            f"-Djava.library.path={libraries}",
            *arguments,
        ]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C is for the tests, which then stop it in order
            )
        deadline = time.monotonic() + READY_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            if said := re.search(port_is, log.read_text(errors="replace")):
                return cls(process=process, port=int(said[1]))
            time.sleep(0.05)
        end(process, STOP_SECONDS)
        raise JavaError(
            f"{log.stem}: expected it to listen within {READY_SECONDS} s, got exit "
            f"{process.returncode}, and in {log}:\n{log.read_text(errors='replace')[-2000:]}"
        )

    @contextmanager
    def hanging(self) -> Generator[None]:
        """Within the block it takes connections and answers nothing, as a host that is lost."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Ask it to end by SIGTERM, make it after ten seconds; waits until it is gone."""
        end(self.process, STOP_SECONDS)


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [_found(program), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stdout + done.stderr)[-2000:]
        raise JavaError(f"{program}: expected exit 0, got {done.returncode}:\n{said}")


def _found(program: str) -> str:
    if path := shutil.which(program):
        return path
    raise JavaError(
        f"{program}: expected it on PATH, got none: the emulators are Java programs that Maven "
        "fetches. Install a JDK, 17 or newer, and Maven."
    )
