"""What tests of processes share."""

import subprocess


def end(process: subprocess.Popen[bytes], seconds: float) -> None:
    """SIGTERM; SIGKILL after so many seconds. Waits until it is gone."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
