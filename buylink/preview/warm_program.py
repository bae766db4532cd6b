"""A program that is planned many times: it runs once, and what it has loaded is then forked.

Nothing of one run reaches another: each further plan is a child of the first run's process, and
loads the program's own modules anew. What they share are libraries and what those remember.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from buylink.preview.monitor import Monitor
from buylink.preview.program import ProgramRun, packed, run_program, unpacked

Config = Mapping[str, str]

WINDOW = 2
"""Plans under way: the next is made while the last is looked at."""


@dataclass(frozen=True, slots=True)
class _Program:
    project: Path
    name: str
    stack: str


class WarmProgram:
    """A program in a process of its own, which is planned with one configuration after another."""

    def __init__(self, project: Path, project_name: str, stack: str) -> None:
        context = multiprocessing.get_context("fork")
        self._end, other = context.Pipe()
        arguments = (_Program(project, project_name, stack), other, self._end)
        self._process = context.Process(target=_serve, args=arguments)
        self._process.start()
        self._group = self._process.pid or 0
        # Here as well as there: whoever is first makes the group, before anyone ends it.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpgid(self._group, self._group)
        other.close()

    def plans(self, configs: Sequence[Config], limit: float) -> Iterator[ProgramRun]:
        """The outcome of each, in order; an error once one takes more than `limit` seconds."""
        asked = 0
        for done in range(len(configs)):
            while asked < min(done + WINDOW, len(configs)):
                self._ask(configs[asked])
                asked += 1
            yield self._next(limit)

    def kill(self) -> None:
        """Ends the process and the plan that is under way."""
        if self._process.is_alive():
            os.killpg(self._group, signal.SIGKILL)
        self._process.join()

    def _ask(self, config: Config) -> None:
        # Where the process is no more, the answer says so.
        with contextlib.suppress(ConnectionError):
            self._end.send(dict(config))

    def _next(self, limit: float) -> ProgramRun:
        try:
            if not self._end.poll(limit):
                self.kill()
                return ProgramRun(error=f"the program did not finish within {limit:g} s")
            return unpacked(self._end.recv_bytes(), "")
        except (EOFError, ConnectionError):
            return ProgramRun(error="the program's process ended before its plan was made")


def _serve(program: _Program, end: Connection, parents_end: Connection) -> None:
    parents_end.close()
    os.setpgid(0, 0)  # so that a plan that hangs is ended along with this process
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    libraries = frozenset(sys.modules)
    try:
        end.send_bytes(_plan(program, end.recv()))
        _cool_down()
        reloaded = [
            module
            for module in sys.modules
            if module not in libraries and _is_own(module, program.project)
        ]
        while True:
            _plan_in_child(program, end.recv(), end, reloaded)
    except (EOFError, ConnectionError):
        os._exit(0)


def _plan(program: _Program, config: Config) -> bytes:
    monitor = Monitor(program.name, program.stack, config)
    return packed(monitor, run_program(monitor, program.project))


def _cool_down() -> None:
    """Ends the first run's thread, and keeps what is loaded out of the children's collector."""
    loop = asyncio.get_event_loop()
    loop.run_until_complete(loop.shutdown_default_executor())
    gc.collect()
    gc.freeze()


def _plan_in_child(program: _Program, config: Config, end: Connection, reloaded: list[str]) -> None:
    child = os.fork()
    if child == 0:
        gc.disable()  # it lives for one plan
        for module in reloaded:  # one of them may hold what it read of another configuration
            sys.modules.pop(module, None)
        end.send_bytes(_plan(program, config))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status != 0:
        code = os.waitstatus_to_exitcode(status)
        monitor = Monitor(program.name, program.stack, config)
        end.send_bytes(packed(monitor, f"the program's process ended with exit code {code}"))


def _is_own(module: str, project: Path) -> bool:
    file = getattr(sys.modules[module], "__file__", None) or ""
    return file.startswith(f"{project}{os.sep}") and ".venv" not in file
