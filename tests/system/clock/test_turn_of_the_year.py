"""The suites that read the clock, while the last minute of a year goes over into the next one."""

import os
import shutil
import subprocess
import sys

from dev.processes import REPOSITORY

SUITES = (
    "tests/app/budget_guard",
    "tests/app/product_service",
    "tests/app/scheduled_ingestion",
    "tests/app/hub",
)
LEFT_OUT = (
    "tests/app/product_service/test_description.py",
    "tests/app/scheduled_ingestion/test_feeds.py::"
    "test_of_two_runs_at_once_one_uses_the_refresh_token",
)
"""They wait for threads with a limit, which never ends under libfaketime; no date matters there."""

MOMENT = "2026-12-31 23:59:00"
"""In UTC, and from there on the clock runs: they start in one month and year, and end in another."""

LIMIT_SECONDS = 1200


def test_they_pass_over_the_turn_of_the_year() -> None:
    faketime = shutil.which("faketime")
    assert faketime is not None, "expected faketime on PATH: run `make emulators`"
    left_out = [f"--deselect={name}" for name in LEFT_OUT]
    pytest = [sys.executable, "-m", "pytest", *SUITES, *left_out, "-n", "2"]
    done = subprocess.run(
        [faketime, MOMENT, *pytest, "-p", "no:cacheprovider"],
        cwd=REPOSITORY,
        env={**os.environ, "TZ": "UTC"},
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
