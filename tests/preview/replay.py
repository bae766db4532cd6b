"""Plans a project with one configuration after another: `replay.py PROJECT LIMIT CONFIG...`.

Each CONFIG is a JSON object; prints the error and the names of the resources of each, as JSON.
Forking a program is safe only from a process without threads, which a test runner's is not.
"""

import json
import sys
from pathlib import Path

from buylink.preview.warm_program import WarmProgram
from buylink.preview.warm_up import warm_up


def main() -> None:
    project, limit, *configs = sys.argv[1:]
    warm_up(Path(project))
    program = WarmProgram(Path(project), "trial", "dev")
    try:
        runs = list(program.plans([json.loads(config) for config in configs], float(limit)))
    finally:
        program.kill()
    print(
        json.dumps(
            [
                {
                    "error": run.error,
                    "names": [registration.request.name for registration in run.registrations],
                }
                for run in runs
            ]
        )
    )


if __name__ == "__main__":
    main()
