"""Growth and options of the stacks, found once for all tests that run in this process."""

import os
import pickle
import subprocess
import sys
from functools import cache
from pathlib import Path

from buylink.planning.growth.result import Growth, Point, Series
from buylink.planning.options.result import Option, Options

STACKS = ("dev", "staging", "prod")


def growth_of(stack: str) -> Growth:
    return _found(stack)[0]


def options_of(stack: str) -> Options:
    return _found(stack)[1]


def series_of(stack: str, name: str) -> Series:
    (found,) = [it for it in growth_of(stack).series if it.name == name]
    return found


def last_point(stack: str, name: str) -> Point:
    return series_of(stack, name).points[-1]


def option_of(stack: str, name: str) -> Option:
    (found,) = [it for it in options_of(stack).singles if it.id == name]
    return found


@cache
def _found(stack: str) -> tuple[Growth, Options]:
    run = subprocess.run(
        [sys.executable, Path(__file__).with_name("find.py"), stack],
        capture_output=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr.decode()
    return pickle.loads(run.stdout)  # noqa: S301 - our own process wrote it
