"""Previews a project in a process of its own and prints the JSON: `drive.py PROJECT STACK…`.

Forking a program is safe only from a process without threads, which a test runner's is not.
"""

import argparse
import sys
from pathlib import Path

from buylink.preview.run import Limits, PreviewOptions, StackRequest, preview
from buylink.reports import preview as preview_report
from buylink.reports.render import drawn


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("project", type=Path)
    parser.add_argument("stacks", nargs="+")
    parser.add_argument("--program-limit", type=float, default=30)
    parser.add_argument("--pack-limit", type=float, default=30)
    options = parser.parse_args()
    limits = Limits(program=options.program_limit, pack=options.pack_limit)
    requests = [StackRequest(stack, {"aws:region": "eu-west-1"}) for stack in options.stacks]
    previews = list(preview(options.project, "trial", requests, PreviewOptions(limits=limits)))
    for result in previews:
        sys.stderr.write(result.output)
    print(drawn(preview_report.document(previews, {}, {}), "json"), end="")


if __name__ == "__main__":
    main()
