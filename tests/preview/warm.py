"""Runs of a warm program in a process of its own: `warm.py replay|once ...`, as JSON.

Forking a program is safe only from a process without threads, which a test runner's is not; and
whatever else has run in a process may have imported modules of the SDK.
"""

import json
import sys
from pathlib import Path

from buylink.preview.monitor import Monitor
from buylink.preview.program import run_program
from buylink.preview.warm_program import WarmProgram
from buylink.preview.warm_up import warm_up


def replay(project: str, limit: str, *configs: str) -> object:
    """Plans with one configuration after another: the error of each, and its resources' names."""
    warm_up(Path(project))
    program = WarmProgram(Path(project), "trial", "dev")
    try:
        runs = list(program.plans([json.loads(config) for config in configs], float(limit)))
    finally:
        program.kill()
    return [
        {
            "error": run.error,
            "names": [registration.request.name for registration in run.registrations],
        }
        for run in runs
    ]


def once(project: str, stack: str, config: str) -> object:
    """Warms up and runs once: the error, and the services whose modules only the run imported."""
    warm_up(Path(project))
    warm = loaded_services()
    error = run_program(Monitor("trial", stack, json.loads(config)), Path(project))
    late = loaded_services() - warm
    return {"error": error, "warm": sorted(warm), "late": sorted(late)}


def loaded_services() -> set[str]:
    """The services that are loaded: a lazy one has no modules of its own until then."""
    return {
        name.split(".")[1]
        for name in sys.modules
        if name.startswith("pulumi_aws.") and name.count(".") == 2
    }


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    print(json.dumps({"replay": replay, "once": once}[command](*arguments)))
