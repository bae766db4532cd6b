"""Whatever happens to a stack and its guard, the next reconcile ends in the same place."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.budget_guard.levers import SUSPENDED, Lever, Scaling, TaskCounts, Value
from app.budget_guard.mode import Mode
from app.budget_guard.reconcile import Record, RecordStore, reconcile

SERVICES = ("cluster/api", "cluster/worker", "cluster/plain")
SCALED = ("cluster/api", "cluster/worker")


class Killed(BaseException):
    """The process is gone: nothing after it is done."""


class Faults:
    """Counts down calls to AWS; at zero the process is killed, or the call fails."""

    def __init__(self) -> None:
        self.kill_after: int | None = None
        self.failing: set[str] = set()

    def call(self, thing: str) -> None:
        if self.kill_after is not None:
            if self.kill_after == 0:
                raise Killed
            self.kill_after -= 1
        if thing in self.failing:
            error: Any = {"Error": {"Code": "ThrottlingException", "Message": thing}}
            raise ClientError(error, "any")


class Kept(RecordStore):
    """A store in a table that can fail or be too late."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._kept: Mapping[str, Record] = {}

    def load(self) -> dict[str, Record]:
        self._faults.call("load")
        return dict(self._kept)

    def save(self, records: Mapping[str, Record]) -> None:
        self._faults.call("save")
        self._kept = dict(records)


class World:
    """What AWS holds: by lever's kind and name, the values."""

    def __init__(self) -> None:
        self.values: dict[str, dict[str, Value]] = {"service": {}, "scaling": {}}


class TaskCountsOf(TaskCounts):
    """The real lever on a world without AWS: only its reading and writing is another."""

    def __init__(self, world: World, faults: Faults, never_stop: frozenset[str]) -> None:
        super().__init__(None, None, never_stop)  # pyright: ignore[reportArgumentType] - unused
        self._world, self._faults = world, faults

    def read(self) -> Mapping[str, Value]:
        return _read(self._world, self._faults, self.kind)

    def apply(self, name: str, value: Value) -> None:
        _write(self._world, self._faults, self.kind, name, value)


class ScalingOf(Scaling):
    """As TaskCountsOf."""

    def __init__(self, world: World, faults: Faults, never_stop: frozenset[str]) -> None:
        super().__init__(
            None,
            None,  # pyright: ignore[reportArgumentType] - unused
            never_stop=never_stop,
            workers=frozenset({"worker"}),
            worker_tasks=1,
        )
        self._world, self._faults = world, faults

    def read(self) -> Mapping[str, Value]:
        return _read(self._world, self._faults, self.kind)

    def apply(self, name: str, value: Value) -> None:
        _write(self._world, self._faults, self.kind, name, value)


def _read(world: World, faults: Faults, kind: str) -> Mapping[str, Value]:
    faults.call(f"read {kind}")
    return {name: dict(value) for name, value in world.values[kind].items()}


def _write(world: World, faults: Faults, kind: str, name: str, value: Value) -> None:
    faults.call(f"write {kind}:{name}")
    world.values[kind][name] = dict(value)


BOUNDS = st.tuples(st.integers(0, 4), st.integers(2, 9)).map(
    lambda bounds: [min(bounds), max(bounds)]
)
FLAGS = st.fixed_dictionaries({flag: st.booleans() for flag in SUSPENDED})


class Guarded(RuleBasedStateMachine):
    """`wanted` is how the program, or a hand, last set each thing while the guard looked on."""

    def __init__(self) -> None:
        super().__init__()
        self.world, self.faults = World(), Faults()
        self.kept = Kept(self.faults)
        self.mode = Mode.NORMAL
        self.never_stop: frozenset[str] = frozenset()
        self.wanted: dict[str, dict[str, Value]] = {"service": {}, "scaling": {}}

    @initialize(
        desired=st.lists(st.integers(0, 7), min_size=3, max_size=3),
        bounds=st.lists(BOUNDS, min_size=2, max_size=2),
        flags=st.lists(FLAGS, min_size=2, max_size=2),
    )
    def deploy(
        self, desired: list[int], bounds: list[list[int]], flags: list[dict[str, bool]]
    ) -> None:
        for name, number in zip(SERVICES, desired, strict=True):
            self._set("service", name, {"desired": number})
        for name, pair, suspended in zip(SCALED, bounds, flags, strict=True):
            self._set("scaling", f"service/{name}", {"bounds": pair, **suspended})

    @rule(mode=st.sampled_from(Mode))
    def is_told_a_mode(self, mode: Mode) -> None:
        """Also twice, late, or out of order: only the last word is looked at."""
        self.mode = mode

    @rule()
    def reconciles(self) -> None:
        self._reconcile()

    @rule(calls=st.integers(0, 12))
    def is_killed(self, calls: int) -> None:
        self.faults.kill_after = calls
        try:
            self._reconcile()
        except Killed:
            pass
        finally:
            self.faults.kill_after = None

    @rule(
        failing=st.sets(
            st.sampled_from(
                [
                    "read service",
                    "read scaling",
                    *(f"write service:{service}" for service in SERVICES),
                    *(f"write scaling:service/{service}" for service in SCALED),
                ]
            )
        )
    )
    def half_fails(self, failing: set[str]) -> None:
        self.faults.failing = failing
        self._reconcile()
        self.faults.failing = set()

    @rule(bounds=BOUNDS, name=st.sampled_from(SCALED))
    def program_sets_bounds(self, bounds: list[int], name: str) -> None:
        """As `pulumi up` does: both bounds, nothing else. What the guard itself would set in some
        mode can't be told from its own, and is left out."""
        now = self.world.values["scaling"][f"service/{name}"]
        if bounds == now["bounds"] or self._looks_like_ours(f"service/{name}", bounds):
            return
        now["bounds"] = bounds
        self.wanted["scaling"][f"service/{name}"]["bounds"] = bounds

    @rule(desired=st.integers(1, 7), name=st.sampled_from(SERVICES))
    def hand_sets_a_count(self, desired: int, name: str) -> None:
        self.world.values["service"][name]["desired"] = desired
        self.wanted["service"][name]["desired"] = desired

    @rule(protected=st.sets(st.sampled_from(["api", "worker", "plain"])))
    def never_stop_is_set(self, protected: set[str]) -> None:
        self.never_stop = frozenset(protected)

    @invariant()
    def a_reconcile_would_end_where_the_mode_says(self) -> None:
        if not self.world.values["service"]:
            return
        world, kept = self.world, self.kept
        self.world = World()
        self.world.values = {
            kind: {name: dict(value) for name, value in things.items()}
            for kind, things in world.values.items()
        }
        self.kept = Kept(self.faults)
        self.kept.save(kept.load())
        self._reconcile()
        assert self.world.values == self._expected(self.mode)
        self._reconcile_as(Mode.NORMAL)
        assert self.world.values == self.wanted
        assert self.kept.load() == {}
        self.world, self.kept = world, kept

    def _looks_like_ours(self, name: str, bounds: list[int]) -> bool:
        record = self.kept.load().get(f"scaling:{name}")
        return record is not None and bounds in record.ours.get("bounds", ())

    def _set(self, kind: str, name: str, value: Value) -> None:
        self.world.values[kind][name] = dict(value)
        self.wanted[kind][name] = dict(value)

    def _levers(self) -> list[Lever]:
        return [
            ScalingOf(self.world, self.faults, self.never_stop),
            TaskCountsOf(self.world, self.faults, self.never_stop),
        ]

    def _reconcile(self) -> None:
        self._reconcile_as(self.mode)

    def _reconcile_as(self, mode: Mode) -> None:
        reconcile(mode, self._levers(), self.kept)

    def _expected(self, mode: Mode) -> dict[str, dict[str, Value]]:
        return {
            lever.kind: {
                name: lever.desired(name, value, mode)
                for name, value in self.wanted[lever.kind].items()
            }
            for lever in self._levers()
        }


TestGuarded = Guarded.TestCase
TestGuarded.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)


def test_a_value_that_was_ours_is_never_remembered_as_the_original() -> None:
    record = Record({"desired": 3}).meaning({"desired": 0})
    assert record.seen({"desired": 0}).original == {"desired": 3}
    assert record.seen({"desired": 3}).original == {"desired": 3}
    assert record.seen({"desired": 1}).original == {"desired": 1}
    assert replace(record, ours={}).seen({"desired": 0}).original == {"desired": 0}
