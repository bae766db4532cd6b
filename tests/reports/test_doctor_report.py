"""What the doctor shows, and when it is content."""

from pathlib import Path

from buylink.doctor import Check, exit_code
from buylink.exit_codes import ExitCode
from buylink.reports import doctor
from buylink.reports.render import drawn
from tests.goldens import assert_golden

CHECKS = [
    Check("Python", fine=True, detail="3.11.7", needed_for="preview"),
    Check(
        "rich",
        fine=False,
        detail="not installed, pinned is 15.0.0",
        needed_for="preview",
        next_step="pip install -r requirements.txt",
    ),
    Check(
        "Pulumi CLI", fine=False, detail="not found", needed_for="deploy", next_step="install it"
    ),
    Check("Docker", fine=True, detail="28.2.2", needed_for="deploy", next_step="start a daemon"),
]


def test_what_is_missing_stands_with_its_next_step() -> None:
    text = drawn(doctor.document(CHECKS), "text")
    assert_golden(Path(__file__).with_name("goldens") / "doctor.txt", text)


def test_what_only_a_deployment_needs_is_no_failure() -> None:
    assert exit_code(CHECKS) is ExitCode.CHECK_FAILED
    assert exit_code([check for check in CHECKS if check.name != "rich"]) is ExitCode.FINE
