"""Finds growth and options of a stack in a process of its own: `find.py STACK`, pickled.

Programs are forked, which is safe only from a process without threads; a test runner's has some.
"""

import pickle
import sys
from decimal import Decimal
from pathlib import Path

from buylink.costs.usage.load import Load
from buylink.planning.growth.growth import growth
from buylink.planning.growth.loads import GOAL, Asked
from buylink.planning.options.options import options
from buylink.planning.replan import Replanner

PROJECT = Path(__file__).resolve().parent.parent.parent


def main() -> None:
    with Replanner(PROJECT, sys.argv[1], []) as stack:
        declared = stack.settings().load
        load = Load(declared.users, declared.videos_per_day)
        grown = growth(stack, Asked().courses(load), Decimal(GOAL))
        pickle.dump((grown, options(stack)), sys.stdout.buffer)


if __name__ == "__main__":
    main()
