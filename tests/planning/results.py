"""Growth and options of the stacks, computed once for all tests that run in this process, and drawn.

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
from typing import Final

from buylink.costs.usage.load import Load
from buylink.planning.growth.growth import growth
from buylink.planning.growth.loads import GOAL, Asked
from buylink.planning.growth.result import Growth, Point, Series
from buylink.planning.options.options import options
from buylink.planning.options.result import Option, Options
from buylink.planning.replan import Replanner
from buylink.reports import growth as growth_report
from buylink.reports import options as options_report
from buylink.reports.document import Document
from buylink.reports.render import drawn

PROJECT = Path(__file__).resolve().parent.parent.parent
STACKS = ("dev", "staging", "prod")
FORMATS: Final = {"txt": "text", "json": "json", "csv": "csv", "md": "markdown"}
"""By the ending of a golden's name."""


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


def growth_outputs(stack: str) -> dict[str, str]:
    """As the command writes them, by the golden's file name."""
    return _outputs(f"growth-{stack}", growth_report.document(growth_of(stack)))


def options_outputs(stack: str) -> dict[str, str]:
    """As the command writes them, by the golden's file name."""
    return _outputs(f"options-{stack}", options_report.document(options_of(stack)))


def _outputs(name: str, document: Document) -> dict[str, str]:
    return {
        f"{name}.{ending}": drawn(document, output_format)
        for ending, output_format in FORMATS.items()
    }


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
