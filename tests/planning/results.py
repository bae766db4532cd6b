"""Growth and options of the stacks, computed once for all tests that run in this process.

Programs are forked, which is safe only from a process without threads, and a test runner has some:
so `results.py STACK` is run in a process of its own, which writes its results pickled.
"""

import os
import pickle
import subprocess
import sys
from decimal import Decimal
from functools import cache
from pathlib import Path

from buylink.costs.usage.load import Load
from buylink.planning.growth.growth import growth
from buylink.planning.growth.loads import GOAL, Asked
from buylink.planning.growth.result import Growth, Point, Series
from buylink.planning.options.options import options
from buylink.planning.options.result import Option, Options
from buylink.planning.replan import Replanner

PROJECT = Path(__file__).resolve().parent.parent.parent
STACKS = ("dev", "staging", "prod")


def growth_of(stack: str) -> Growth:
    return _results(stack)[0]


def options_of(stack: str) -> Options:
    return _results(stack)[1]


def series_of(stack: str, name: str) -> Series:
    (series,) = [series for series in growth_of(stack).series if series.name == name]
    return series


def last_point(stack: str, name: str) -> Point:
    return series_of(stack, name).points[-1]


def option_of(stack: str, name: str) -> Option:
    (option,) = [option for option in options_of(stack).singles if option.id == name]
    return option


@cache
def _results(stack: str) -> tuple[Growth, Options]:
    run = subprocess.run(
        [sys.executable, Path(__file__), stack],
        capture_output=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr.decode()
    return pickle.loads(run.stdout)  # noqa: S301 - our own process wrote it


def main() -> None:
    with Replanner(PROJECT, sys.argv[1], []) as stack:
        declared = stack.settings().load
        load = Load(declared.users, declared.videos_per_day)
        grown = growth(stack, Asked().courses(load), Decimal(GOAL))
        pickle.dump((grown, options(stack)), sys.stdout.buffer)


if __name__ == "__main__":
    main()
