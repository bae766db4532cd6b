"""`make engine` says what is missing, and does nothing twice."""

import os
import subprocess
import sys
from pathlib import Path

from tests.system.engine.install import BIN, PROJECT

INSTALL = [sys.executable, "-m", "tests.system.engine.install"]


def test_without_go_and_without_pulumi_it_says_so(tmp_path: Path) -> None:
    program = (
        "from tests.system.engine import install; from pathlib import Path; import sys; "
        f"install.ENGINE = Path({str(tmp_path)!r}); install.BIN = install.ENGINE / 'bin'; "
        "sys.exit(install.main())"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert (
        "expected pulumi with its Python language host, or go, on PATH, got neither" in run.stderr
    )
    assert "https://go.dev/doc/install" in run.stderr


def test_a_second_time_builds_nothing() -> None:
    before = (BIN / "pulumi").stat().st_mtime
    run = subprocess.run(INSTALL, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 0
    assert run.stderr == ""
    assert (BIN / "pulumi").stat().st_mtime == before


def test_the_engine_is_the_real_one() -> None:
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    version = subprocess.check_output([BIN / "pulumi", "version"], env=environment, text=True)
    assert version.startswith("v3.")
