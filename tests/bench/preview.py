"""How long a cold preview takes: `make bench`. A benchmark, not a test; ratios are of one run."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from buylink.preview.pack import PolicyPack
from buylink.preview.program import RunningProgram
from buylink.preview.warm_up import warm_up
from buylink.settings.stack_files import read_stack_file

PROJECT = Path(__file__).resolve().parent.parent.parent
BUYLINK = Path(sys.executable).with_name("buylink")
ROUNDS = 5


def main() -> None:
    one: list[float] = []
    three: list[float] = []
    for _ in range(ROUNDS):  # in turn, so that a change of the machine's speed meets both
        one.append(seconds(lambda: run("prod")))
        three.append(seconds(run))
    start, analyze = pack_share()
    show("buylink preview prod", one, "target 5 s on two cores")
    show("buylink preview (three stacks)", three, "")
    ratio = statistics.median(three) / statistics.median(one)
    print(f"{'three stacks / one':34} {ratio:6.2f}    target at most 1.6")
    print(f"{'the pack: start':34} {start:6.2f} s  beside the program's own imports")
    print(f"{'the pack: all answers on prod':34} {analyze:6.2f} s  target under 1 s")


def run(*stacks: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [BUYLINK, "preview", *stacks], cwd=folder, stdout=subprocess.DEVNULL, check=True
        )


def pack_share() -> tuple[float, float]:
    warm_up(PROJECT)
    config = read_stack_file(PROJECT, "prod").pulumi_config()
    registrations = RunningProgram(PROJECT, "buylink", "prod", config).result(60).registrations
    with PolicyPack(PROJECT / "policies", limit=30) as pack:
        start = seconds(lambda: pack.connect("buylink", "prod", config, {}))
        return start, seconds(lambda: pack.analyze(registrations))


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def show(what: str, times: list[float], target: str) -> None:
    median, low, high = statistics.median(times), min(times), max(times)
    print(f"{what:34} {median:6.2f} s  ({low:.2f} to {high:.2f} in {ROUNDS} runs)  {target}")


if __name__ == "__main__":
    main()
