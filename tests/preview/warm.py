"""Warms up for a project, then runs it once: `warm.py PROJECT STACK CONFIG`.

Prints, as JSON, the program's error and the services whose SDK modules only its run imported. In a process
of its own, as whatever else has run in one may have imported them.
"""

import json
import sys
from pathlib import Path

from buylink.preview.monitor import Monitor
from buylink.preview.program import run_program
from buylink.preview.warm_up import warm_up


def loaded_services() -> set[str]:
    """The services that are loaded: a lazy one has no modules of its own until then."""
    return {
        name.split(".")[1]
        for name in sys.modules
        if name.startswith("pulumi_aws.") and name.count(".") == 2
    }


def main() -> None:
    project, stack, config = sys.argv[1:]
    warm_up(Path(project))
    warm = loaded_services()
    error = run_program(Monitor("trial", stack, json.loads(config)), Path(project))
    late = loaded_services() - warm
    print(json.dumps({"error": error, "warm": sorted(warm), "late": sorted(late)}))


if __name__ == "__main__":
    main()
