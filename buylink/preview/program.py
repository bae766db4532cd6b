"""Runs a Pulumi program as Pulumi's language host does, with dry run on, in a process of its own.

The process is forked, so that several stacks share what one process has imported; see `warm_up.py`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import multiprocessing
import os
import runpy
import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, TypedDict

import pulumi
from google.protobuf import struct_pb2
from pulumi.runtime.proto import resource_pb2

from buylink.graph import STACK_TYPE
from buylink.preview.monitor import Monitor, PlanError, Registration

PRINTED_AT_MOST = 4096
"""Characters kept of the beginning, and of the end, of what a program prints."""


@dataclass(frozen=True)
class ProgramRun:
    """What became of a program: its registrations, or why there are none.

    `error` is None when the program ended well; `output` is all it printed.
    """

    registrations: tuple[Registration, ...] = ()
    invoked: dict[str, bool] = field(default_factory=dict[str, bool])
    warnings: tuple[str, ...] = ()
    output: str = ""
    error: str | None = None


class RunningProgram:
    """A program in a forked process. `result` waits for it."""

    def __init__(
        self, project: Path, project_name: str, stack: str, config: dict[str, str]
    ) -> None:
        context = multiprocessing.get_context("fork")
        # The child holds the other end for as long as it lives, so the file outlives this method.
        self._output = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed in `result`
        self._receiver, sender = context.Pipe(duplex=False)
        arguments = (project, project_name, stack, config, sender, self._output)
        self._process = context.Process(target=_run_in_child, args=arguments)
        self._process.start()
        sender.close()

    def kill(self) -> None:
        """Ends the program's process; `result` then says so."""
        if self._process.is_alive():
            self._process.kill()

    def result(self, limit: float) -> ProgramRun:
        """The program's outcome, or an error once `limit` seconds have passed."""
        try:
            if not self._receiver.poll(limit):
                self._process.kill()
                return ProgramRun(
                    output=self._printed(),
                    error=f"the program did not finish within {limit:g} s; an output that never "
                    "resolves, or a call that waits for ever, does that",
                )
            return unpacked(self._receiver.recv_bytes(), self._printed())
        except EOFError:
            self._process.join()
            return ProgramRun(
                output=self._printed(),
                error=f"the program's process ended with exit code {self._process.exitcode}",
            )
        finally:
            self._process.join()
            self._receiver.close()
            self._output.close()

    def _printed(self) -> str:
        """What the program printed; of a flood the beginning and the end."""
        size = self._output.seek(0, os.SEEK_END)
        self._output.seek(0)
        beginning = self._output.read(PRINTED_AT_MOST)
        if size <= 2 * PRINTED_AT_MOST:
            return beginning + self._output.read()
        self._output.seek(size - PRINTED_AT_MOST)
        left_out = size - 2 * PRINTED_AT_MOST
        return f"{beginning}\n... {left_out:,} bytes left out ...\n{self._output.read()}"


def _run_in_child(
    project: Path,
    project_name: str,
    stack: str,
    config: dict[str, str],
    sender: Connection,
    output: IO[str],
) -> None:
    for stream in (1, 2):
        os.dup2(output.fileno(), stream)
    sys.stdout = sys.stderr = os.fdopen(1, "w", buffering=1, encoding="utf-8", closefd=False)
    monitor = Monitor(project_name, stack, config)
    error = run_program(monitor, project)
    sys.stdout.flush()
    sender.send_bytes(packed(monitor, error))
    sender.close()
    # Leave without the parent's clean-up handlers, and without waiting for the program's threads.
    os._exit(0)


def run_program(monitor: Monitor, project: Path) -> str | None:
    """Runs the program against the monitor; returns why it failed, if it did."""
    os.environ["PULUMI_CONFIG"] = json.dumps(dict(monitor.config))
    os.chdir(project)
    sys.argv = [str(project)]
    pulumi.runtime.set_all_config(dict(monitor.config), [])
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            project=monitor.project,
            stack=monitor.stack,
            monitor=monitor,
            engine=monitor,
            parallel=1,
            dry_run=True,
            organization="organization",
            root_directory=str(project),
        )
    )
    # Pulumi leaves futures unobserved when a program fails; its own host silences asyncio too.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # One worker: nothing in the monitor runs at the same time.
    loop.set_default_executor(ThreadPoolExecutor(max_workers=1))
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _run_main(project)))
    except SystemExit as exit_request:
        # Past the main module it breaks off what is under way, so even a 0 is no good end.
        return f"the program called sys.exit({exit_request.code!r})"
    except pulumi.RunError as error:
        return str(error)
    except PlanError as error:
        return str(error)
    except BaseException:  # noqa: BLE001 - whatever the program raises is its own failure to show
        return _program_traceback(project)
    return "\n".join(monitor.errors) or None


def _run_main(project: Path) -> None:
    try:
        runpy.run_path(str(project), run_name="__main__")
    except SystemExit as exit_request:
        if exit_request.code not in (None, 0):
            raise


def _program_traceback(project: Path) -> str:
    """The traceback from the program's own first line on, without the engine's frames."""
    kind, error, trace = sys.exc_info()
    frames = traceback.extract_tb(trace)
    prefix = str(project) + os.sep
    own_frames = [index for index, frame in enumerate(frames) if _is_own(frame.filename, prefix)]
    lines = traceback.format_exception_only(kind, error)
    if own_frames:  # a program that does not even parse has none
        shown = traceback.format_list(frames[own_frames[0] :])
        lines = ["Traceback (most recent call last):\n", *shown, *lines]
    return "".join(lines).rstrip()


def _is_own(filename: str, project: str) -> bool:
    engine = str(Path(__file__).parent)
    return (
        filename.startswith(project) and ".venv" not in filename and not filename.startswith(engine)
    )


class PackedRegistration(TypedDict):
    """A registration as it travels: its messages are in hexadecimal."""

    urn: str
    request: str
    outputs: str
    provider: str | None


def packed(monitor: Monitor, error: str | None) -> bytes:
    """What a monitor kept, as it travels between processes."""
    registrations: list[PackedRegistration] = [
        {
            "urn": registration.urn,
            "request": registration.request.SerializeToString().hex(),
            "outputs": registration.outputs.SerializeToString().hex(),
            "provider": registration.provider,
        }
        for registration in monitor.registrations.values()
    ]
    message = {
        "registrations": registrations,
        "invoked": monitor.invoked,
        "warnings": monitor.warnings,
        "error": error,
    }
    return json.dumps(message).encode()


def unpacked(message: bytes, output: str) -> ProgramRun:
    """The inverse of `packed`, with what the program printed."""
    content = json.loads(message)
    registrations = (_registration(item) for item in content["registrations"])
    return ProgramRun(
        registrations=in_tree_order(registrations),
        invoked=content["invoked"],
        warnings=tuple(content["warnings"]),
        output=output,
        error=content["error"],
    )


def _registration(item: PackedRegistration) -> Registration:
    return Registration(
        urn=item["urn"],
        request=resource_pb2.RegisterResourceRequest.FromString(bytes.fromhex(item["request"])),
        outputs=struct_pb2.Struct.FromString(bytes.fromhex(item["outputs"])),
        provider=item["provider"],
    )


def in_tree_order(registrations: Iterable[Registration]) -> tuple[Registration, ...]:
    """Parents before children, siblings by URN, the stack first.

    An asynchronous program registers in another order in each run; this one is always the same.
    """
    children: dict[str, list[Registration]] = {}
    for registration in registrations:
        children.setdefault(registration.request.parent, []).append(registration)

    def visit(parent: str) -> Iterator[Registration]:
        siblings = children.get(parent, [])
        for child in sorted(siblings, key=_stack_first):
            yield child
            yield from visit(child.urn)

    return tuple(visit(""))


def _stack_first(registration: Registration) -> tuple[bool, str]:
    return registration.request.type != STACK_TYPE, registration.urn
