"""Golden files: what a user reads, compared to the letter. `make goldens` renews them all."""

import os
from pathlib import Path

RENEW = "BUYLINK_RENEW_GOLDENS"


def assert_golden(path: Path, found: str) -> None:
    """Compares with the file; with BUYLINK_RENEW_GOLDENS set, writes it instead."""
    if os.environ.get(RENEW):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found, "utf-8")
    assert path.is_file(), f"{path.name}: expected a golden file, got none: run `make goldens`"
    assert found == path.read_text("utf-8"), f"{path.name} differs: run `make goldens` if it should"
